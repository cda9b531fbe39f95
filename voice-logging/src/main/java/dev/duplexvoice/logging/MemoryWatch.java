package dev.duplexvoice.logging;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Looks every few seconds how much memory the process has, for {@link SlowOperations#memory}. */
public final class MemoryWatch implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final ScheduledExecutorService timer;

    private MemoryWatch(SlowOperations slow, LongSupplier bytes, Duration every) {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "voice-memory-watch");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(() -> look(slow, bytes), 0, every.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void look(SlowOperations slow, LongSupplier bytes) {
        try {
            slow.memory(bytes.getAsLong());
        } catch (RuntimeException | OutOfMemoryError e) {
            // The timer would look never again, and just when memory is short. The next look may do better.
        }
    }

    /** Looks at this process every ten seconds, on a daemon thread, until it is closed. */
    public static MemoryWatch start(SlowOperations slow) {
        return start(slow, MemoryWatch::bytes, Duration.ofSeconds(10));
    }

    static MemoryWatch start(SlowOperations slow, LongSupplier bytes, Duration every) {
        return new MemoryWatch(slow, bytes, every);
    }

    /** What the process has in memory; where the system does not tell, what Java has taken for itself. */
    static long bytes() {
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux.
        }
        var memory = ManagementFactory.getMemoryMXBean();
        return memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
