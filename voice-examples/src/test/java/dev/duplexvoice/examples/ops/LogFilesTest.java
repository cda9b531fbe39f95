package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** logrotate itself, with the project's file, in a folder of the test's. */
class LogFilesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"app,30", "access,90", "performance,90", "errors,365", "security,2557", "audit,2557"})
    void shouldKeepFilesForTheirTimeWhenTheyAreRotated(String category, int days) throws Exception {
        Program logrotate = Program.of("logrotate", "logrotate");
        Path logs = Files.createDirectories(folder.resolve("logs/" + category));
        Path log = Files.writeString(logs.resolve("voice.log"), "{\"message\":\"one\"}\n");
        Path kept = aged(logs, "voice.log-20200101-1577836800.gz", days - 1);
        Path gone = aged(logs, "voice.log-20190101-1546300800.gz", days + 2);

        rotate(logrotate);

        assertThat(log).isEmptyFile(); // cut, not moved: the process has it open
        assertThat(rotated(logs))
                .singleElement()
                .satisfies(file -> assertThat(file).hasContent("{\"message\":\"one\"}\n"));
        assertThat(kept).exists();
        assertThat(gone).doesNotExist();
    }

    private static Path aged(Path logs, String name, int days) throws Exception {
        Path file = Files.writeString(logs.resolve(name), "old");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
        return file;
    }

    private static List<Path> rotated(Path logs) throws Exception {
        try (Stream<Path> files = Files.list(logs)) {
            return files.filter(file -> file.getFileName().toString().matches("voice\\.log-\\d{8}-\\d+"))
                    .toList();
        }
    }

    private void rotate(Program logrotate) throws Exception {
        String text = Files.readString(Program.OPS.resolve("logrotate/duplex-voice"));
        Path config = Files.writeString(
                folder.resolve("config"),
                text.replace("/var/log/duplex-voice", folder.resolve("logs").toString()));
        logrotate.run(folder, "--force", "--state", folder.resolve("state").toString(), config.toString());
    }

    @Test
    void shouldLimitTheLogsOfContainersWhenDockerKeepsThem() {
        JsonNode options =
                Dashboards.load(Program.OPS.resolve("docker/daemon.json")).path("log-opts");
        assertThat(options.path("max-size").asText()).isEqualTo("10m");
        assertThat(options.path("max-file").asText()).isEqualTo("3");
    }
}
