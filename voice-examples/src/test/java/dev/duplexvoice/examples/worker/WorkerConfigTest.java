package dev.duplexvoice.examples.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerConfigTest {
    @TempDir
    private Path folder;

    private WorkerConfig config(String yaml) throws IOException {
        return WorkerConfig.read(Files.writeString(folder.resolve("worker.yaml"), yaml));
    }

    @Test
    void shouldTellWhichKeysChangeComeAndGo() throws IOException {
        WorkerConfig before = config("port: 7001\nsessions: {max: 5, idle: 1m}\ndrain: 10s\n");

        assertThat(before.differences(config("sessions.max: 5\nsessions.idle: 1m\nport: 7001\ndrain: 10s\n")))
                .as("the same, written otherwise")
                .isEmpty();
        assertThat(before.differences(config("port: 7002\nsessions: {max: 6, idle: 1m}\nvoice: rms\n")))
                .containsExactly("port", "voice", "sessions.max", "drain");
    }
}
