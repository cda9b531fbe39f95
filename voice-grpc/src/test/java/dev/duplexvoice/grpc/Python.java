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

/**
 * Runs clients in another language. Needs Debian's python3-grpcio and python3-grpc-tools; a test is skipped where they are missing
 * unless VOICE_TEST_PYTHON=1 says that they must be there.
 */
public final class Python {
    private static final int SECONDS = 60;

    private final Path folder;
    private final String command;

    /** @param folder where generated files go */
    public Python(Path folder) throws Exception {
        this.folder = folder;
        this.command = find();
    }

    /** The one that has gRPC, which need not be the first in the path. */
    private String find() throws Exception {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                run(List.of(python, "-c", "import grpc, grpc_tools.protoc"));
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

    /** Puts a file of the test resources into the folder. */
    public void resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/python/" + name))) {
            Files.copy(in, folder.resolve(name));
        }
    }

    /** Generates the messages of a file in the folder. */
    public void generate(String proto) throws Exception {
        run("-m", "grpc_tools.protoc", "-I.", "--python_out=.", "--grpc_python_out=.", proto);
    }

    /** Runs to the end and returns what was printed. */
    public String run(String... arguments) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        return run(all);
    }

    private String run(List<String> line) throws Exception {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("ended within %s s: %s", SECONDS, line)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(line + " failed: " + Files.readString(out) + Files.readString(err));
        }
        return Files.readString(out);
    }
}
