package dev.duplexvoice.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.logging.AuditLog;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.security.ServerGuard;
import dev.duplexvoice.server.security.SessionTokens;
import dev.duplexvoice.server.security.TokenRoutes;
import dev.duplexvoice.server.support.LiveServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types the commands of the pages as they stand there. */
class DocumentedExamplesTest {
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<String> commands(String page) throws IOException {
        List<String> commands = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", page)));
        while (blocks.find()) {
            for (String command : blocks.group(1).replace("\\\n", " ").split("\n")) {
                commands.add(command);
            }
        }
        return commands;
    }

    private static String run(Path folder, String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + output).isZero();
        return output;
    }

    @Test
    void shouldDoWhatThePagesSay(@TempDir Path folder) throws Exception {
        assumeTrue(List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, "curl"))));
        SessionTokens tokens = SessionTokens.builder().key("k", new byte[32]).build();
        try (VoiceEngine engine = VoiceEngine.create();
                ObservedProcess observed = ObservedProcess.builder("server-1").build();
                VoiceLogging logging =
                        VoiceLogging.configure(LoggingOptions.commandLine().build(), new LoggerContext());
                LiveServer server = LiveServer.start(config -> {
                    ServerGuard.builder()
                            .anonymous(EnumSet.allOf(Scope.class))
                            .sessionTokens(tokens)
                            .build()
                            .routes(config.routes);
                    new OperatorRoutes(observed.pages(() ->
                                    CompletableFuture.completedStage(Map.of("voice", new Finding(true, true, null)))))
                            .routes(config.routes);
                    new LogLevelRoutes(logging.levels(), AuditLog.create()).routes(config.routes);
                    new TokenRoutes(tokens, Duration.ofHours(1), SecurityLog.create()).routes(config.routes);
                    SpeechRoutes.builder(engine).build().routes(config.routes);
                })) {
            List<String> commands = new ArrayList<>(commands("server-http.md"));
            commands.addAll(commands("security.md"));
            assertThat(commands).hasSize(5).allMatch(command -> command.startsWith("curl "));
            List<String> outputs = new ArrayList<>();
            for (String command : commands) {
                outputs.add(run(folder, command.replace("127.0.0.1:8080", "127.0.0.1:" + server.port())));
            }
            assertThat(WavFile.read(folder.resolve("morning.wav")).sampleRate()).isEqualTo(16_000);
            assertThat(JSON.readTree(outputs.get(1)).path("status").asText()).isEqualTo("healthy");
            assertThat(outputs.get(2)).isEqualTo("200\n");
            assertThat(JSON.readTree(outputs.get(3))
                            .path("loggers")
                            .path("dev.duplexvoice")
                            .asText())
                    .isEqualTo("DEBUG");
            assertThat(tokens.verify(JSON.readTree(outputs.get(4)).path("token").asText())
                            .name())
                    .isEqualTo("user-7");
        }
    }
}
