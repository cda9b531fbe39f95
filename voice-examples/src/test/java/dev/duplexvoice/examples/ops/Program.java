package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program of another project, by its name on the PATH or among those of the system. */
final class Program {
    /** Where the configurations are. */
    static final Path OPS = Path.of("..", "ops").toAbsolutePath().normalize();

    private final String path;

    private Program(String path) {
        this.path = path;
    }

    /** Finds one. If it is not installed the test is skipped, or fails if VOICE_TEST_PROMETHEUS is 1. */
    static Program of(String name, String debianPackage) {
        Stream<String> folders =
                Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"));
        for (String folder : folders.toList()) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return new Program(program.toString());
            }
        }
        assertThat(System.getenv("VOICE_TEST_PROMETHEUS"))
                .as(name + " is not on the PATH, and VOICE_TEST_PROMETHEUS wants it: apt-get install " + debianPackage)
                .isNotEqualTo("1");
        return abort(name + " is not on the PATH: install it to run this test");
    }

    static Program promtool() {
        return of("promtool", "prometheus");
    }

    static Program amtool() {
        return of("amtool", "prometheus-alertmanager");
    }

    /** Where it is. */
    String path() {
        return path;
    }

    /** Runs it in this folder, expects that it is content, and gives what it printed. */
    String run(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of(path));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(command + " says: " + output).isZero();
            return output;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
