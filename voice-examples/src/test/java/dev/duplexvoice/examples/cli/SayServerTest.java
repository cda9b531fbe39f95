package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.duplexvoice.audio.WavFile;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./voice say} with the voice of a server. */
class SayServerTest {
    private static final int SAMPLES = 6_000;

    private HttpServer server;

    /** Says sevens; of a text with "cut" only the beginning. */
    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/audio/speech", exchange -> {
            boolean cut = new String(exchange.getRequestBody().readAllBytes(), "UTF-8").contains("cut");
            byte[] audio = new byte[2 * SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                audio[2 * i] = 7;
            }
            exchange.sendResponseHeaders(200, cut ? 2 * audio.length : audio.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(audio);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String voice() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1?model=kokoro&voice=af_sky&key_env=";
    }

    @Test
    void shouldWriteWhatTheServerSays(@TempDir Path folder) {
        Path file = folder.resolve("said.wav");
        Cli result = Cli.run("say", "Good morning. How are you?", "--voice", voice(), "-o", file, "--json");

        assertThat(result.code).as(result.err).isZero();
        assertThat(result.out).contains("\"model\":\"af_sky\"").contains("\"sample_rate\":24000");
        short[] expected = new short[2 * SAMPLES];
        Arrays.fill(expected, (short) 7);
        assertThat(WavFile.read(file)).satisfies(wav -> {
            assertThat(wav.sampleRate()).isEqualTo(24_000);
            assertThat(wav.samples()).isEqualTo(expected);
        });
    }

    @Test
    void shouldTellInOneLineWhenTheServerFails() {
        Cli result = Cli.run("say", "This is cut off.", "--voice", voice());
        assertThat(result.code).isEqualTo(1);
        assertThat(result.err.lines()).singleElement().asString().contains("the server 127.0.0.1:");

        Cli unknown = Cli.run("say", "Hello.", "--voice", "http://127.0.0.1/v1?voice=v");
        assertThat(unknown.code).isEqualTo(2);
        assertThat(unknown.err.lines()).singleElement().asString().contains("model is missing");
    }
}
