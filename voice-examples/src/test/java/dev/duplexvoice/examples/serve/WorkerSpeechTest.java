package dev.duplexvoice.examples.serve;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.support.NumberVoice;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.server.VoiceServer;
import dev.duplexvoice.server.config.ServerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that has voices of its own, and workers that are to speak instead: texts over HTTP go where conversations go. */
class WorkerSpeechTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEXT = NumberVoice.count(12);

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final VoiceEngine workers = VoiceEngine.builder()
            .providers(List.of(new NumberVoice()))
            .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
            .build();
    private SpeechWorker worker;
    private WorkerVoices voices;
    private VoiceServer server;

    @BeforeEach
    void start() throws Exception {
        worker = SpeechWorker.builder(workers).port(0).start();
        Path file = Files.writeString(
                folder.resolve("voice.yaml"),
                "server.port: 0\nrouting.workers: ['grpc://127.0.0.1:" + worker.port() + "']\n");
        ServerConfig config = ServerConfig.load(file, Map.of());
        voices = WorkerVoices.of(config, TraceExport.of(config));
        VoiceServer.Builder builder = VoiceServer.builder(config).configure((caller, options) -> voices.addTo(options));
        voices.addTo(builder);
        server = builder.start();
    }

    @AfterEach
    void stop() {
        server.close();
        voices.close();
        worker.close();
        workers.close();
    }

    private HttpResponse<byte[]> speak(String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + "api/v1/tts"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private short[] spoken(String body) throws Exception {
        HttpResponse<byte[]> answer = speak(body);
        assertThat(answer.statusCode()).isEqualTo(200);
        WavFile wav = WavFile.read(Files.write(folder.resolve("spoken.wav"), answer.body()));
        assertThat(wav.sampleRate()).isEqualTo(NumberVoice.RATE);
        return wav.samples();
    }

    @Test
    void shouldSpeakTextsWithItsWorkersAndNotWithVoicesOfItsOwn() throws Exception {
        assertThat(server.engine().voices()).contains("rms");

        assertThat(NumberVoice.heard(spoken("{\"text\":\"" + TEXT + "\"}"))).isEqualTo(NumberVoice.all(12));
        assertThat(NumberVoice.heard(spoken("{\"text\":\"" + TEXT + "\",\"voice\":\"routed\"}")))
                .isEqualTo(NumberVoice.all(12));
    }

    @Test
    void shouldSayThatAVoiceIsNotTheWorkersWhenOneOfItsOwnIsNamed() throws Exception {
        HttpResponse<byte[]> answer = speak("{\"text\":\"1.\",\"voice\":\"slt\"}");

        assertThat(answer.statusCode()).isEqualTo(404);
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.path("error_code").asText()).isEqualTo("UNKNOWN_VOICE");
        assertThat(error.path("detail").asText())
                .isEqualTo("voice=slt: is not what this server speaks with; leave it out, or use routed");
    }

    @Test
    void shouldSayThatNobodyCanSpeakWithoutNamingMachinesWhenNoWorkerIsLeft() throws Exception {
        int port = worker.port();
        worker.close();

        HttpResponse<byte[]> answer = speak("{\"text\":\"1.\"}");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.path("success").asBoolean(true)).isFalse();
        assertThat(error.path("error_code").asText()).isEqualTo("WORKER_UNAVAILABLE");
        assertThat(error.toString()).doesNotContain(Integer.toString(port));

        worker = SpeechWorker.builder(workers).port(port).start();
        eventually("the next one is spoken", this::isSpoken);
    }

    private boolean isSpoken() {
        try {
            return speak("{\"text\":\"1.\"}").statusCode() == 200;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
