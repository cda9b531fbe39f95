package dev.duplexvoice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.support.LatchedVoice;
import dev.duplexvoice.server.support.LiveServer;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeechRoutesTest {
    private final LatchedVoice voice = new LatchedVoice();
    private final BlockingQueue<ServiceEvent.Synthesized> told = new LinkedBlockingQueue<>();
    private Set<Scope> scopes = Set.of(Scope.SPEAK);
    private VoiceEngine engine;
    private SpeechRoutes speech;
    private LiveServer server;

    @BeforeEach
    void start() {
        engine = VoiceEngine.builder()
                .providers(List.of(new VoiceProvider() {
                    @Override
                    public String name() {
                        return "test";
                    }

                    @Override
                    public List<String> voices() {
                        return List.of("latched");
                    }

                    @Override
                    public boolean opens(String name) {
                        return true;
                    }

                    @Override
                    public SpeechSynthesizer openVoice(String name) {
                        if (!name.equals("latched")) {
                            throw new AssertionError("a client made the server open " + name);
                        }
                        return voice;
                    }
                }))
                .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                .telemetry(new VoiceTelemetry() {
                    @Override
                    public void on(TelemetryEvent event) {
                        if (event instanceof ServiceEvent.Synthesized synthesized) {
                            told.add(synthesized);
                        }
                    }
                })
                .build();
        serve(engine);
    }

    private void serve(VoiceEngine from) {
        speech = SpeechRoutes.builder(from)
                .concurrency(2)
                .timeout(Duration.ofMillis(200))
                .build();
        server = LiveServer.start(config -> {
            config.routes.before(ctx -> Access.principal(ctx, new Principal("me", scopes)));
            speech.routes(config.routes);
        });
    }

    @AfterEach
    void stop() {
        voice.never = true;
        voice.reads.release(1_000_000);
        server.close();
        engine.close();
    }

    private Socket post(String body) throws IOException {
        return post(body, "close");
    }

    private Socket post(String body, String connection) throws IOException {
        Socket socket = server.connect();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST /api/v1/tts HTTP/1.1\r\nHost: x\r\nX-Request-Id: speech-1\r\nConnection: "
                + connection + "\r\n"
                + "Content-Type: application/json; charset=utf-8\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return socket;
    }

    private CompletableFuture<HttpResponse<InputStream>> stream(String body) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(server.uri("/api/v1/tts"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
    }

    private static short sample(DataInputStream in) throws IOException {
        return Short.reverseBytes(in.readShort());
    }

    @Test
    void shouldSendTheHeaderBeforeAnyAudioAndAudioBeforeTheEnd() throws Exception {
        HttpResponse<InputStream> answer = stream("{\"text\":\"Hello.\"}").get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("audio/wav");
        assertThat(answer.headers().firstValue("Content-Length")).isEmpty();
        try (DataInputStream in = new DataInputStream(answer.body())) {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(44)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(new String(header.array(), 0, 4, StandardCharsets.ISO_8859_1))
                    .isEqualTo("RIFF");
            assertThat(header.getInt(4)).isEqualTo(-1);
            assertThat(header.getInt(24)).isEqualTo(LatchedVoice.RATE);
            assertThat(header.getInt(40)).isEqualTo(-1);
            // The voice may not even make its first sample yet.
            assertThat(voice.reads.availablePermits()).isZero();
            assertThat(speech.speaking()).isEqualTo(1);
            for (int read = 1; read <= 3; read++) {
                voice.reads.release();
                for (int i = 0; i < LatchedVoice.RATE / 10; i++) {
                    assertThat(sample(in)).isEqualTo((short) (1_000 + read));
                }
                assertThat(told).isEmpty();
            }
            voice.reads.release();
            assertThat(in.read()).isEqualTo(-1);
        }
        ServiceEvent.Synthesized over = told.poll(60, TimeUnit.SECONDS);
        assertThat(over.outcome()).isEqualTo(TelemetryEvent.Outcome.DONE);
        assertThat(over.characters()).isEqualTo(6);
        assertThat(over.audioNanos()).isEqualTo(300_000_000);
        assertThat(over.frames()).isEqualTo(15);
        assertThat(over.modelId()).isEqualTo("latched");
    }

    @Test
    void shouldCallTheSynthesisAsTheRequestIsCalled() throws Exception {
        voice.reads.release(100);
        try (Socket socket = post("{\"text\":\"Hello.\"}")) {
            assertThat(LiveServer.readAll(socket)).startsWith("HTTP/1.1 200").contains("X-Request-Id: speech-1");
        }
        assertThat(told.poll(60, TimeUnit.SECONDS).sessionId()).isEqualTo("speech-1");
    }

    @Test
    void shouldStopTheVoiceWhenTheClientIsGone() throws Exception {
        voice.length = -1;
        Socket socket = post("{\"text\":\"A very long story.\"}");
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        socket.setSoLinger(true, 0);
        socket.close();
        voice.reads.release(1_000_000);
        assertThat(voice.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(told.poll(60, TimeUnit.SECONDS).outcome()).isEqualTo(TelemetryEvent.Outcome.CANCELLED);
        while (speech.speaking() > 0) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @CsvSource({"keep-alive", "close"})
    void shouldBreakOffWhenTheVoiceFailsSoThatNobodyTakesItForTheWhole(String connection) throws Exception {
        voice.fails = true;
        voice.reads.release(100);
        try (Socket socket = post("{\"text\":\"Hello.\"}", connection)) {
            StringBuilder answer = new StringBuilder();
            // An answer that ends with its connection looks whole, unless the connection is reset.
            boolean reset = false;
            try {
                for (int b = socket.getInputStream().read();
                        b >= 0;
                        b = socket.getInputStream().read()) {
                    answer.append((char) b);
                }
            } catch (java.net.SocketException e) {
                reset = true;
            }
            assertThat(reset).isTrue();
            assertThat(answer.toString()).doesNotEndWith("0\r\n\r\n");
        }
        assertThat(told.poll(60, TimeUnit.SECONDS).outcome()).isEqualTo(TelemetryEvent.Outcome.FAILED);
    }

    @Test
    void shouldGiveUpAVoiceThatGivesNothing() throws Exception {
        voice.never = true;
        try (Socket socket = post("{\"text\":\"Hello.\"}")) {
            assertThat(LiveServer.readAll(socket)).startsWith("HTTP/1.1 200").doesNotEndWith("0\r\n\r\n");
        }
        assertThat(told.poll(60, TimeUnit.SECONDS).outcome()).isEqualTo(TelemetryEvent.Outcome.FAILED);
        assertThat(voice.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldSpeakSoManyTextsAtATime() throws Exception {
        try (Socket first = post("{\"text\":\"One.\"}");
                Socket second = post("{\"text\":\"Two.\"}")) {
            assertThat(first.getInputStream().read()).isEqualTo('H');
            assertThat(second.getInputStream().read()).isEqualTo('H');
            HttpResponse<String> third = server.send("POST", "/api/v1/tts", "{\"text\":\"Three.\"}");
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(LiveServer.json(third).path("error_code").asText()).isEqualTo("OVERLOADED");
            assertThat(third.headers().firstValue("Retry-After")).hasValue("1");
            voice.reads.release(100);
            LiveServer.readAll(first);
            LiveServer.readAll(second);
        }
        while (speech.speaking() > 0) {
            Thread.onSpinWait();
        }
        try (Socket third = post("{\"text\":\"Three.\"}")) {
            assertThat(LiveServer.readAll(third)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void shouldSayTheTextAsItIsAsked() throws Exception {
        voice.reads.release(100);
        HttpResponse<InputStream> answer = stream(
                        "{\"text\":\"Hello.\",\"voice\":\"latched\",\"rate\":1.5,\"pitch\":0.5,\"sample_rate\":null}")
                .get(60, TimeUnit.SECONDS);
        answer.body().readAllBytes();
        assertThat(voice.requests.poll()).isEqualTo(new SynthesisRequest("Hello.", 1.5f, 0.5f));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | text: is missing or empty",
                "{\"text\":\"  \"} | 400 | text: is missing or empty",
                "{\"text\":5} | 400 | text=5: must be a text",
                "{\"text\":\"a\\u0000b\"} | 400 | text: has the character 0",
                "{\"text\":\"!!!\"} | 400 | text: has nothing to say",
                "{\"text\":\"x\",\"rate\":0.4} | 400 | rate=0.4: must be 0.5 to 2",
                "{\"text\":\"x\",\"rate\":\"fast\"} | 400 | rate=\"fast\": must be a number",
                "{\"text\":\"x\",\"pitch\":2.1} | 400 | pitch=2.1: must be 0.5 to 2",
                "{\"text\":\"x\",\"pitch\":1e99} | 400 | pitch=1.0E99: must be 0.5 to 2",
                "{\"text\":\"x\",\"sample_rate\":11025} | 400 | sample_rate=11025: must be one of 8000, 16000",
                "{\"text\":\"x\",\"sample_rate\":16000.5} | 400 | sample_rate=16000.5: must be a whole number",
                "{\"text\":\"x\",\"voice\":\"nobody\"} | 404 | voice=nobody: is not installed; use one of latched",
                "{\"text\":\"x\",\"voice\":\"http://10.0.0.1/v1\"} | 404 | voice=http://10.0.0.1/v1: is not installed",
                "{\"text\":\"x\",\"voice\":\"/etc/passwd\"} | 404 | voice=/etc/passwd: is not installed",
                "{\"text\":\"x\",\"seed\":42} | 400 | seed: there is no such field",
            })
    void shouldSayWhatIsWrongWithARequest(String body, int status, String detail) throws Exception {
        HttpResponse<String> answer = server.send("POST", "/api/v1/tts", body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(LiveServer.json(answer).path("detail").asText()).startsWith(detail);
        assertThat(voice.requests).isEmpty();
    }

    @Test
    void shouldTakeTenThousandCharactersAndNoMore() throws Exception {
        voice.reads.release(1_000_000);
        String longest = "\\ud83d\\ude00 ok, ".repeat(10_000 / 6);
        assertThat(server.send("POST", "/api/v1/tts", "{\"text\":\"" + longest + "\"}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> more = server.send("POST", "/api/v1/tts", "{\"text\":\"" + "x".repeat(10_001) + "\"}");
        assertThat(more.statusCode()).isEqualTo(400);
        assertThat(more.body()).contains("text: has 10001 characters; at most 10000 at a time, split it");
        HttpResponse<String> huge = server.send("POST", "/api/v1/tts", "{\"text\":\"" + "x".repeat(1_000_000) + "\"}");
        assertThat(huge.statusCode()).isEqualTo(413);
    }

    @Test
    void shouldBeForThoseWhoMaySpeak() throws Exception {
        scopes = Set.of(Scope.TALK);
        assertThat(server.send("POST", "/api/v1/tts", "{\"text\":\"x\"}").statusCode())
                .isEqualTo(403);
        assertThat(server.ask("GET", "/api/v1/tts").statusCode()).isEqualTo(405);
        scopes = Set.of(Scope.SPEAK);
        assertThat(server.ask("POST", "/api/v1/tts").statusCode()).isEqualTo(415);
    }

    @Test
    void shouldSendRealSpeechAtTheRateThatIsAsked(@TempDir Path folder) throws Exception {
        server.close();
        try (VoiceEngine real = VoiceEngine.create()) {
            serve(real);
            String text = "The quick brown fox jumps over the lazy dog. It does so every day.";
            long[] lengths = new long[2];
            for (int i = 0; i < 2; i++) {
                int rate = i == 0 ? 8_000 : 48_000;
                HttpResponse<InputStream> answer = stream("{\"text\":\"" + text + "\",\"sample_rate\":" + rate + "}")
                        .get(60, TimeUnit.SECONDS);
                Path file = folder.resolve(rate + ".wav");
                Files.write(file, answer.body().readAllBytes());
                WavFile wav = WavFile.read(file);
                assertThat(wav.sampleRate()).isEqualTo(rate);
                double sum = 0;
                for (short sample : wav.samples()) {
                    sum += (double) sample * sample;
                }
                assertThat(Math.sqrt(sum / wav.samples().length)).isGreaterThan(500);
                lengths[i] = wav.samples().length;
            }
            assertThat(lengths[0]).isBetween(2L * 8_000, 10L * 8_000);
            assertThat((double) lengths[1] / lengths[0]).isBetween(5.99, 6.01);
        }
    }
}
