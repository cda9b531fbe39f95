package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a server can fail is one clear error, and the next text works. */
class BadServerTest {
    private static final short[] SPEECH = RawServer.ramp(0, 1_000);
    private static final Duration SHORT = Duration.ofMillis(200);

    /** No less than its lower bound. */
    private static final RandomGenerator EVEN = new Random() {
        private static final long serialVersionUID = 1L;

        @Override
        public double nextDouble() {
            return 0.5;
        }
    };

    /** What the first text comes to; from the second on the server behaves. */
    private static AbstractThrowableAssert<?, Throwable> failing(RawServer.Script first) throws IOException {
        try (RawServer server = new RawServer((connection, request) -> {
                    if (connection.request.body().contains("First sentence")) {
                        first.serve(connection, request);
                    } else {
                        connection.whole("audio/pcm", RawServer.pcm(SPEECH));
                    }
                });
                HttpVoice voice = server.voice()
                        .firstByteTimeout(Duration.ofSeconds(20))
                        .retries(0)
                        .build()) {
            Throwable thrown = null;
            try {
                Listened.all(voice, "First sentence.");
            } catch (VoiceException e) {
                thrown = e;
            }
            assertThat(Listened.all(voice, "Next sentence.")).isEqualTo(SPEECH);
            assertThat(thrown)
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.SYNTHESIS))
                    .hasMessageStartingWith(
                            "voice af_sky: the server " + server.address().substring(7) + " ")
                    .hasMessageNotContaining("First sentence");
            return assertThat(thrown);
        }
    }

    // ---------------------------------------------------------------------------------------- before the audio

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"code\":7,\"message\":\"no such voice\",\"type\":\"x\"}} | no such voice",
                "{\"error\":\"no such voice\"} | no such voice",
                "{\"detail\":\"no such voice\"} | no such voice",
                "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"Field required\",\"input\":{\"input\":\"First sentence.\"}}]} | Field required",
                "{\"error\":{\"message\":\"First sentence. is bad\\u0007 \\n\\n here\"}} | … is bad here"
            })
    void shouldTellTheServersMessage(String body, String message) throws Exception {
        failing((connection, request) -> connection.json("400 Bad Request", "", body))
                .hasMessageEndingWith(" answered 400: " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "<html>no</html>", "{\"error\":{\"message\":[1]}}", "{\"a\":[[{}]]}"})
    void shouldTellTheStatusWhenTheServerSaysNothingClear(String body) throws Exception {
        failing((connection, request) -> connection.json("400 Bad Request", "", body))
                .hasMessageEndingWith(" answered 400");
    }

    @Test
    void shouldTellWhatToCheckWhenTheStatusTells() throws Exception {
        failing((connection, request) ->
                        connection.json("401 Unauthorized", "", "{\"error\":{\"message\":\"bad key\"}}"))
                .hasMessageEndingWith(" answered 401: bad key; check the key");
        failing((connection, request) -> connection.json("404 Not Found", "", ""))
                .hasMessageEndingWith(" answered 404; check the address, the model and the voice");
    }

    @Test
    void shouldReadNoMoreThanTheBeginningOfAnEndlessError() throws Exception {
        byte[] chunk = "x".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        failing((connection, request) -> {
                    connection.write(
                            "HTTP/1.1 500 No\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
                    connection.writeUntilClosed(chunk);
                })
                .hasMessageEndingWith(" answered 500: " + "x".repeat(200) + "…");
    }

    @Test
    void shouldRefuseWhatIsNoAudio() throws Exception {
        failing((connection, request) -> connection.json("200 OK", "", "{\"error\":{\"message\":\"busy\"}}"))
                .hasMessageEndingWith(" sent application/json where audio was expected: busy");
        failing((connection, request) -> connection.whole("text/html; charset=utf-8", new byte[] {'<'}))
                .hasMessageEndingWith(" sent text/html where audio was expected");
        failing((connection, request) -> connection.whole("audio/mpeg", new byte[100]))
                .hasMessageEndingWith(" sent audio/mpeg where audio was expected");
        failing((connection, request) -> connection.answer("200 OK", "Content-Encoding: gzip\r\n", new byte[100]))
                .hasMessageEndingWith(" sends its audio compressed, which it was not asked to");
        failing((connection, request) -> connection.whole("audio/pcm", new byte[0]))
                .hasMessageEndingWith(" sent no audio");
        failing((connection, request) -> connection.write("HTTP/1.1 204 No Content\r\n\r\n"))
                .hasMessageEndingWith(" sent no audio");
        failing((connection, request) -> connection.whole("audio/pcm;rate=16000", RawServer.pcm(SPEECH)))
                .hasMessageEndingWith(
                        " sends audio at 16000 Hz, and this voice was opened with 24000: state rate=16000");
    }

    @Test
    void shouldFollowNoRedirect() throws Exception {
        try (RawServer elsewhere = new RawServer((connection, request) -> connection.whole("audio/pcm", new byte[2]))) {
            failing((connection, request) -> connection.answer(
                            "307 Temporary Redirect",
                            "Location: " + elsewhere.address() + "/v1/audio/speech?token=secret\r\n",
                            new byte[0]))
                    .hasMessageEndingWith(" answered with a redirect (307) to " + elsewhere.address()
                            + "/v1/audio/speech, which is not followed: give the voice the address itself");
            assertThat(elsewhere.accepted).hasValue(0);
        }
    }

    @Test
    void shouldFailWhenTheAnswerIsGarbage() throws Exception {
        failing((connection, request) -> {
                    connection.write("\u0000\u0001 what is this\r\n\r\n");
                    connection.socket.close();
                })
                .hasMessageContaining(" broke the connection off (");
        failing((connection, request) -> connection.socket.close()).hasMessageContaining(" broke the connection off (");
    }

    @Test
    void shouldFailWhenTheHeadersDoNotEnd() throws Exception {
        failing((connection, request) -> {
                    connection.write("HTTP/1.1 200 OK\r\n");
                    String header = "X-Padding: " + "x".repeat(10_000) + "\r\n";
                    for (int i = 0; i < 100_000; i++) {
                        connection.write(header);
                    }
                })
                .hasMessageContaining(" broke the connection off (");
    }

    @Test
    void shouldFailWhenNothingListens() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        try (HttpVoice voice = HttpVoice.builder("http://127.0.0.1:" + port, "kokoro", "af_sky")
                .retryDelay(Duration.ofMillis(1))
                .build()) {
            assertThatThrownBy(() -> Listened.all(voice, "Hello."))
                    .hasMessage("voice af_sky: the server 127.0.0.1:" + port
                            + " cannot be reached: check that it runs and its address");
        }
    }

    @Test
    void shouldFailWhenTheFirstSampleDoesNotCome() throws Exception {
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/wav");
                    connection.chunk(SampleDecoderTest.header(1, 1, 24_000, 16, 0)); // a header is no sample
                    connection.awaitClosed();
                });
                HttpVoice voice = server.voice().firstByteTimeout(SHORT).build()) {
            assertThatThrownBy(() -> Listened.all(voice, "Hello."))
                    .hasMessageEndingWith(" sent no audio within 200 ms");
            assertThat(server.requests).as("it was waited for long enough").hasSize(1);
        }
    }

    // ------------------------------------------------------------------------------------------------- retries

    @Test
    void shouldWaitAsLongAsItIsAskedToAndALittleMore() throws Exception {
        ManualTimers timers = new ManualTimers();
        try (RawServer server = new RawServer((connection, request) -> {
                    switch (request) {
                        case 0 -> connection.json("429 Too Many Requests", "Retry-After: 2\r\n", "");
                        case 1 ->
                            connection.json(
                                    "503 Unavailable",
                                    "Date: Tue, 01 Jul 2025 10:00:00 GMT\r\nRetry-After: Tue, 01 Jul 2025 10:00:03 GMT\r\n",
                                    "");
                        case 2 -> connection.json("500 Oops", "", "");
                        default -> connection.whole("audio/pcm", RawServer.pcm(SPEECH));
                    }
                });
                HttpVoice voice = server.voice().retries(3).timing(timers, EVEN).build();
                Listened listened = new Listened(voice, "Hello.")) {
            // Each attempt has a timer of its own, and each retry.
            for (int i = 0; i < 3; i++) {
                timers.awaitScheduled(2 * i + 2);
                Duration wait = timers.delays().get(2 * i + 1);
                timers.advance(wait.minusNanos(1));
                assertThat(server.requests).hasSize(i + 1);
                timers.advance(Duration.ofNanos(1));
                timers.awaitScheduled(2 * i + 3);
            }
            assertThat(listened.rest()).isEqualTo(SPEECH);
            assertThat(List.of(
                            timers.delays().get(1),
                            timers.delays().get(3),
                            timers.delays().get(5)))
                    .containsExactly(Duration.ofMillis(2_150), Duration.ofMillis(3_300), Duration.ofMillis(600));
        }
    }

    @Test
    void shouldGiveUpWhenTheServerNeverRecovers() throws Exception {
        try (RawServer server = new RawServer(
                        (connection, request) -> connection.json("500 Oops", "", "{\"detail\":\"down\"}"));
                HttpVoice voice =
                        server.voice().retryDelay(Duration.ofMillis(1)).build()) {
            assertThatThrownBy(() -> Listened.all(voice, "Hello.")).hasMessageEndingWith(" answered 500: down");
            assertThat(server.requests).hasSize(3);
        }
    }

    @Test
    void shouldNotWaitWhenItIsAskedToWaitForTooLong() throws Exception {
        try (RawServer server = new RawServer(
                        (connection, request) -> connection.json("429 Slow down", "Retry-After: 60\r\n", ""));
                HttpVoice voice = server.voice().build()) {
            assertThatThrownBy(() -> Listened.all(voice, "Hello."))
                    .hasMessageEndingWith(" answered 429; it asks to wait for 60 s");
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void shouldAskAgainWhenTheConnectionBreaksBeforeTheFirstSample() throws Exception {
        try (RawServer server = new RawServer((connection, request) -> {
                    switch (request) {
                        case 0 -> connection.socket.close();
                        case 1 -> {
                            connection.beginChunked("audio/pcm");
                            connection.socket.close();
                        }
                        default -> connection.whole("audio/pcm", RawServer.pcm(SPEECH));
                    }
                });
                HttpVoice voice =
                        server.voice().retryDelay(Duration.ofMillis(1)).build()) {
            List<ServiceEvent.Retried> retried = telling(voice);
            assertThat(Listened.all(voice, "Hello.")).isEqualTo(SPEECH);
            assertThat(server.requests).hasSize(3);
            assertThat(retried).hasSize(2).allSatisfy(event -> {
                assertThat(event.component()).isEqualTo("tts");
                assertThat(event.reason()).isNotBlank();
            });
        }
    }

    private static List<ServiceEvent.Retried> telling(HttpVoice voice) {
        List<ServiceEvent.Retried> told = new CopyOnWriteArrayList<>();
        voice.telemetry(new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                told.add((ServiceEvent.Retried) event);
            }
        });
        return told;
    }

    @Test
    void shouldNotAskAgainWhenItWouldNotHelp() throws Exception {
        try (RawServer server = new RawServer((connection, request) -> connection.json("400 Bad Request", "", ""));
                HttpVoice voice = server.voice().build()) {
            List<ServiceEvent.Retried> retried = telling(voice);
            assertThatThrownBy(() -> Listened.all(voice, "Hello.")).hasMessageEndingWith(" answered 400");
            assertThat(server.requests).hasSize(1);
            assertThat(retried).isEmpty();
        }
    }

    // --------------------------------------------------------------------------------- in the middle of the audio

    @Test
    void shouldGiveWhatCameAndFailWhenTheServerStalls() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    connection.chunk(RawServer.pcm(SPEECH));
                    connection.awaitClosed();
                    closed.countDown();
                });
                HttpVoice voice = server.voice().stallTimeout(SHORT).build();
                Listened listened = new Listened(voice, "Hello.")) {
            assertThat(listened.take(1_000)).isEqualTo(SPEECH);
            assertThatThrownBy(listened::next)
                    .hasMessageEndingWith(" sent nothing more for 200 ms, in the middle of its audio");
            closed.await();
            assertThat(server.requests).as("nothing is spoken twice").hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "length", "half"})
    void shouldGiveWhatCameAndFailWhenTheConnectionIsCut(String how) throws Exception {
        byte[] audio = RawServer.pcm(SPEECH);
        try (RawServer server = new RawServer((connection, request) -> {
                    switch (how) {
                        case "chunked" -> {
                            connection.beginChunked("audio/pcm");
                            connection.chunk(audio);
                        }
                        case "length" -> {
                            connection.write(
                                    "HTTP/1.1 200 OK\r\nContent-Type: audio/pcm\r\nContent-Length: 4000\r\n\r\n");
                            connection.write(audio);
                        }
                        default -> {
                            connection.write("HTTP/1.1 200 OK\r\nContent-Type: audio/pcm\r\n\r\n");
                            connection.write(audio);
                            connection.write(new byte[1]);
                        }
                    }
                    connection.socket.close();
                });
                HttpVoice voice = server.voice().build();
                Listened listened = new Listened(voice, "Hello.")) {
            assertThat(listened.take(1_000)).isEqualTo(SPEECH);
            assertThatThrownBy(listened::next)
                    .isInstanceOf(VoiceException.class)
                    .hasMessageContaining(
                            how.equals("half") ? " sent an odd number of bytes" : " broke the connection off (");
            assertThatThrownBy(listened::next).isInstanceOf(VoiceException.class);
            assertThat(server.requests).as("nothing is spoken twice").hasSize(1);
        }
    }

    @Test
    void shouldFailWhenTheAudioNeverEnds() throws Exception {
        byte[] second = RawServer.pcm(RawServer.ramp(0, 24_000));
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    connection.writeUntilClosed(second);
                });
                HttpVoice voice = server.voice().build();
                Listened listened = new Listened(voice, "Hello.")) {
            assertThatThrownBy(() -> {
                        while (listened.next() != null) {
                            // only how it ends is of interest
                        }
                    })
                    .hasMessageEndingWith(" sends more than 600 s of audio for one text");
        }
    }
}
