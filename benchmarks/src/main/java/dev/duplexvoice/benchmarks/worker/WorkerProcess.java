package dev.duplexvoice.benchmarks.worker;

import com.sun.management.OperatingSystemMXBean;
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

/** A worker in a process of its own, with the flags of this one. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    WorkerProcess() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WorkerProgram.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // Streams are cut off at the end, and each would be a refusal in the log.
        builder.environment().putIfAbsent("VOICE_LOG_LEVEL", "ERROR");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "the worker's process cannot be started: " + command, e);
        }
        port = readPort();
    }

    private int readPort() {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        try {
            // A JVM may have more to say there, such as that a flight recording was started.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(WorkerProgram.PORT)) {
                    return Integer.parseInt(line.substring(WorkerProgram.PORT.length()));
                }
            }
        } catch (IOException e) {
            // Told below.
        }
        close();
        throw new VoiceException(
                VoiceException.Code.INTERNAL, "the worker's process gave no port; its messages are above");
    }

    String target() {
        return "127.0.0.1:" + port;
    }

    /** Nanoseconds of processor time that it has taken so far. */
    long processorTime() {
        return process.toHandle()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    /** Nanoseconds of processor time that this process has taken so far. */
    static long ownProcessorTime() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
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
