package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.duplexvoice.audio.WavFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A voice that opens and does not speak fails in its warm-up, and the program says so once: with the log as users have it. */
class VoiceFailsTest {
    @Test
    void shouldTellInOneLineWhatToDoWhenTheVoiceFailsInItsWarmUp(@TempDir Path folder) throws Exception {
        Path wav = folder.resolve("caller.wav");
        WavFile.write(wav, 16_000, new short[16_000]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/audio/speech", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        try {
            int port = server.getAddress().getPort();
            List<String> told = errors("converse", wav, "--voice", "http://127.0.0.1:" + port + "/v1?model=m&voice=v");
            assertThat(told)
                    .singleElement()
                    .asString()
                    .startsWith("voice: ")
                    .contains("127.0.0.1:" + port, "404", "check");
        } finally {
            server.stop(0);
        }
    }

    /** What the program, in a process of its own, writes to stderr as it fails. */
    private static List<String> errors(Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The program's own, not that of tests.
                "-Dlogback.configurationFile="
                        + Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                VoiceCommand.class.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("VOICE_LOG_LEVEL");
        Process process = builder.start();
        String told = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isEqualTo(1);
        // A newer Java adds what it thinks of native code.
        return told.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING:"))
                .toList();
    }
}
