package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpVoiceTest {
    private static final short[] SPEECH = RawServer.ramp(0, 24_000);

    private static RawServer speaking() throws Exception {
        return new RawServer((connection, request) -> connection.whole("audio/pcm", RawServer.pcm(SPEECH)));
    }

    @Test
    void shouldSpeakWhenTheServerIsTheJdksOwn() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/audio/speech", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "audio/pcm");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(RawServer.pcm(SPEECH));
            }
        });
        server.start();
        try (HttpVoice voice = HttpVoice.builder(
                        "http://localhost:" + server.getAddress().getPort() + "/v1/", "kokoro", "af_sky")
                .build()) {
            assertThat(voice.voice()).isEqualTo("af_sky");
            assertThat(voice.sampleRate()).isEqualTo(24_000);
            assertThat(Listened.all(voice, "Hello.")).isEqualTo(SPEECH);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void shouldAskAsOpenAiIsAsked() throws Exception {
        try (RawServer server = speaking();
                HttpVoice voice = server.voice()
                        .extra("instructions", "Speak \"slowly\".")
                        .build()) {
            Listened.all(voice, "Grüß Gott 😀, \u0001 <b>you</b>: \"a\\b\"\n\ud800!");
            try (Listened fast = new Listened(voice, new SynthesisRequest("Fast.", 1.5f, 1f))) {
                fast.rest();
            }

            RawServer.Request first = server.requests.get(0);
            assertThat(first.head()).startsWith("POST /v1/audio/speech HTTP/1.1\r\n");
            assertThat(first.header("Content-Type")).isEqualTo("application/json");
            assertThat(first.head().toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain("authorization:")
                    .doesNotContain("upgrade");
            assertThat(first.body())
                    .isEqualTo(
                            "{\"model\":\"kokoro\",\"input\":\"Grüß Gott \\uD83D\\uDE00, \\u0001 <b>you</b>: \\\"a\\\\b\\\"\\n\ufffd!\","
                                    + "\"voice\":\"af_sky\",\"response_format\":\"pcm\",\"instructions\":\"Speak \\\"slowly\\\".\"}");
            assertThat(server.requests.get(1).body())
                    .contains("\"input\":\"Fast.\"")
                    .contains("\"speed\":1.5");
        }
    }

    @Test
    void shouldUseConnectionsAgain() throws Exception {
        try (RawServer server = speaking();
                HttpVoice voice = server.voice().build()) {
            for (int i = 0; i < 20; i++) {
                Listened.all(voice, "Hello.");
            }
            assertThat(server.requests).hasSize(20);
            // A text that follows at once may find its predecessor's connection not put back yet.
            assertThat(server.accepted).hasValueLessThan(10);
        }
    }

    @Test
    void shouldReadTheRateFromTheFirstWavWhenNoneIsStated() throws Exception {
        byte[] wav = SampleDecoderTest.wav(22_050, 0xFFFFFFFFL, SPEECH);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/wav");
                    connection.chunk(wav);
                    connection.endChunked();
                });
                HttpVoice voice = server.voice().format(ResponseFormat.WAV).build()) {
            assertThat(voice.sampleRate()).isEqualTo(22_050);
            assertThat(Listened.all(voice, "Good morning.")).isEqualTo(SPEECH);
            assertThat(server.requests).hasSize(2);
            assertThat(server.requests.get(1).body()).contains("\"response_format\":\"wav\"");
        }
    }

    @Test
    void shouldGiveEachPieceAsItComesWhenTheServerStreams() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    connection.chunk(RawServer.pcm(RawServer.ramp(0, 100)));
                    read.await(); // the rest is made only when the beginning was heard
                    connection.chunk(RawServer.pcm(RawServer.ramp(100, 100)));
                    connection.endChunked();
                });
                HttpVoice voice = server.voice().build();
                Listened listened = new Listened(voice, "Hello.")) {
            assertThat(listened.take(100)).isEqualTo(RawServer.ramp(0, 100));
            read.countDown();
            assertThat(listened.rest()).isEqualTo(RawServer.ramp(100, 100));
            assertThat(listened.stream.words()).isEmpty();
            assertThat(listened.stream.read(new short[1], 0, 1)).isEqualTo(SynthesisStream.END);
        }
    }

    @Test
    void shouldPutSamplesTogetherWhenTheyDripByteByByte() throws Exception {
        short[] few = RawServer.ramp(0, 300);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.socket.setTcpNoDelay(true);
                    connection.beginChunked("audio/pcm");
                    for (byte b : RawServer.pcm(few)) {
                        connection.chunk(new byte[] {b});
                    }
                    connection.endChunked();
                });
                HttpVoice voice = server.voice().build()) {
            assertThat(Listened.all(voice, "Hello.")).isEqualTo(few);
        }
    }

    @Test
    void shouldReadToTheEndOfTheConnectionWhenNoLengthIsGiven() throws Exception {
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.write("HTTP/1.0 200 OK\r\n\r\n");
                    connection.write(RawServer.pcm(SPEECH));
                    connection.socket.close();
                });
                HttpVoice voice = server.voice().build()) {
            assertThat(Listened.all(voice, "Hello.")).isEqualTo(SPEECH);
        }
    }

    @Test
    void shouldAskNobodyWhenThereIsNothingToSay() throws Exception {
        try (RawServer server = speaking();
                HttpVoice voice = server.voice().build()) {
            for (String text : List.of("", "  ", "…?!", "\ud800", "😀")) {
                assertThat(Listened.all(voice, text)).as(text).isEmpty();
            }
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void shouldRefuseWhatTheServerCannotDo() throws Exception {
        try (RawServer server = speaking();
                HttpVoice voice = server.voice().maxTextLength(10).build()) {
            assertThat(voice.maxTextLength()).isEqualTo(10);
            assertThatThrownBy(() -> voice.start(SynthesisRequest.of("01234567890"), () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("text.length=11: at most 10 characters, split it into sentences");
            assertThatThrownBy(() -> voice.start(new SynthesisRequest("a", 1f, 1.2f), () -> {}))
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.UNSUPPORTED))
                    .hasMessageStartingWith("pitch=1.2: ");
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void shouldSendTheKeyThatTheFileHoldsNow(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("key");
        Files.writeString(file, "first-key-1\n");
        try (RawServer server = speaking();
                HttpVoice voice = server.voice().keyFromFile(file).build()) {
            Listened.all(voice, "One.");
            Files.writeString(file, "second-key-2\n");
            Listened.all(voice, "Two.");
            Files.delete(file);
            assertThatThrownBy(() -> Listened.all(voice, "Three."))
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.IO))
                    .hasMessageContaining("key file " + file);

            assertThat(server.requests)
                    .extracting(request -> request.header("Authorization"))
                    .containsExactly("Bearer first-key-1", "Bearer second-key-2");
        }
    }

    @Test
    void shouldGoOnWithRunningStreamsAndTakeNoNewOnesWhenClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
            closed.await();
            connection.whole("audio/pcm", RawServer.pcm(SPEECH));
        })) {
            HttpVoice voice = server.voice().build();
            Listened running = new Listened(voice, "Hello.");
            voice.close();
            voice.close();
            closed.countDown();
            assertThat(running.rest()).isEqualTo(SPEECH);
            running.close();
            running.close();
            running.stream.cancel();
            assertThatThrownBy(() -> running.stream.read(new short[1], 0, 1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> voice.start(SynthesisRequest.of("More."), () -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the voice af_sky is closed");
        }
    }

    @Test
    void shouldUseTheProxyOfTheJdksSettings() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawServer proxy = new RawServer((connection, request) -> {
            connection.whole("audio/pcm", RawServer.pcm(SPEECH));
            asked.countDown();
        })) {
            String port = proxy.address().replaceAll(".*:", "");
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", port);
            try (HttpVoice voice = HttpVoice.builder("http://192.0.2.1:8880", "kokoro", "af_sky")
                    .allowPlainHttp()
                    .build()) {
                assertThat(Listened.all(voice, "Hello.")).isEqualTo(SPEECH);
            } finally {
                System.clearProperty("http.proxyHost");
                System.clearProperty("http.proxyPort");
            }
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.requests.get(0).head()).startsWith("POST http://192.0.2.1:8880/v1/audio/speech HTTP/1.1");
            assertThat(proxy.requests.get(0).body().getBytes(StandardCharsets.UTF_8))
                    .isNotEmpty();
        }
    }
}
