package dev.duplexvoice.benchmarks.socket;

import dev.duplexvoice.VoiceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server in a process of its own, with the flags of this one. */
final class SocketProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    final int port;

    /** With replies of so many seconds. */
    SocketProcess(int reply) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        // So that what is resident beside the heap can be told.
        command.addAll(List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), SocketProgram.class.getName(), String.valueOf(reply)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent("VOICE_LOG_LEVEL", "ERROR");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "the server's process cannot be started: " + command, e);
        }
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        port = Integer.parseInt(line(SocketProgram.PORT));
    }

    private String line(String prefix) {
        try {
            // A JVM may have more to say there.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length());
                }
            }
        } catch (IOException e) {
            // Told below.
        }
        close();
        throw new VoiceException(
                VoiceException.Code.INTERNAL, "the server's process has ended; its messages are above");
    }

    ServerFigures figures() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.INTERNAL, "the server's process has ended", e);
        }
        return ServerFigures.parse(line(SocketProgram.FIGURES));
    }

    /** Seconds of processor time that it has taken so far. */
    double processorSeconds() {
        return process.toHandle()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
