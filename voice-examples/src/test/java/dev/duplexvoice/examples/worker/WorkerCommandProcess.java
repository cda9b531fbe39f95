package dev.duplexvoice.examples.worker;

import dev.duplexvoice.examples.cli.VoiceCommand;
import dev.duplexvoice.grpc.support.NumberVoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code voice worker} as a process of its own, with {@link NumberVoice} installed and registered in a Redis. */
final class WorkerCommandProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+) with the voices .*");

    final String name;
    private final Process process;
    private final Path errors;

    private WorkerCommandProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts one; it registers a moment later.
     *
     * @param settings more lines of its file
     */
    static WorkerCommandProcess start(Path folder, String name, String redis, String settings) throws IOException {
        Path config = Files.writeString(folder.resolve(name + ".yaml"), """
                port: 0
                voice: numbers
                redis:
                  uri: %s
                  name: %s
                """.formatted(redis, name) + settings);
        Path services = Files.createDirectories(folder.resolve("provider/META-INF/services"));
        Files.writeString(services.resolve("dev.duplexvoice.spi.VoiceProvider"), NumberVoice.class.getName());
        Path errors = folder.resolve(name + ".err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // The program's own, not that of tests.
                        "-Dlogback.configurationFile="
                                + Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                        "-cp",
                        folder.resolve("provider")
                                + System.getProperty("path.separator")
                                + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        VoiceCommand.class.getName(),
                        "worker",
                        "--config",
                        config.toString())
                .redirectError(errors.toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        Matcher listening = LISTENING.matcher(String.valueOf(line));
        String registers = out.readLine();
        if (!listening.matches()
                || !String.valueOf(registers)
                        .equals("registers in " + redis + "/0 as " + name + " at grpc://127.0.0.1:"
                                + listening.group(1))) {
            process.destroyForcibly();
            throw new AssertionError(line + "\n" + registers + "\n" + Files.readString(errors));
        }
        return new WorkerCommandProcess(name, process, errors);
    }

    /** SIGKILL, SIGSTOP and the like: by its number, to this process only. */
    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        if (!kill.waitFor(20, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill -" + signal + " failed");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end");
        }
        return process.exitValue();
    }

    /** What it has logged. */
    String log() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
