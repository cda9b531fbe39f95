package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client in another language, made of the messages that existing peers speak. Needs Debian's python3-grpcio and python3-grpc-tools;
 * skipped where they are missing unless VOICE_TEST_PYTHON=1 says that they must be there.
 */
@Timeout(180)
class PythonClientTest {
    private static final int SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void shouldServeAClientThatSpeaksTheWholeProtocol() throws Exception {
        String python = python();
        for (String file : List.of("tts.proto", "client.py")) {
            try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/python/" + file))) {
                Files.copy(in, folder.resolve(file));
            }
        }
        run(python, "-m", "grpc_tools.protoc", "-I.", "--python_out=.", "--grpc_python_out=.", "tts.proto");

        try (Loopback loopback = new Loopback(worker -> worker.maxSessions(7))) {
            String printed = run(python, "client.py", loopback.target());

            int word = 2 * SteppedVoice.WORD;
            assertThat(printed.lines())
                    .containsExactly(
                            "streaming True",
                            "max_concurrent_sessions 7",
                            "metrics active_sessions,active_syntheses,queue_depth,rtf",
                            "load True",
                            "models a:False,b:True",
                            "unload True",
                            "start True",
                            "start_again ALREADY_EXISTS",
                            "rates [48000]",
                            "durations [20]",
                            "in_order True",
                            "finals 1",
                            "final_is_last True",
                            "no_empty_frame True",
                            "bytes " + 4 * word,
                            "first 1",
                            "PAUSE True True",
                            "RESUME True True",
                            "RELOAD True True",
                            "STOP True True",
                            "stopped True",
                            "again 1 " + word,
                            "no_session NOT_FOUND",
                            "no_id INVALID_ARGUMENT",
                            "end True",
                            "end_again NOT_FOUND");
            assertThat(loopback.worker.stats().sessions()).isZero();
        }
    }

    /** The one that has gRPC, which need not be the first in the path. */
    private String python() throws Exception {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                run(python, "-c", "import grpc, grpc_tools.protoc");
                return python;
            } catch (IOException | AssertionError e) {
                // The next one may have it.
            }
        }
        String missing = "no Python with gRPC: apt-get install python3-grpcio python3-grpc-tools";
        assertThat(System.getenv("VOICE_TEST_PYTHON")).as(missing).isNotEqualTo("1");
        Assumptions.abort(missing);
        return "";
    }

    private String run(String... command) throws Exception {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("ended within %s s: %s", SECONDS, List.of(command))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(List.of(command) + " failed: " + Files.readString(out) + Files.readString(err));
        }
        return Files.readString(out);
    }
}
