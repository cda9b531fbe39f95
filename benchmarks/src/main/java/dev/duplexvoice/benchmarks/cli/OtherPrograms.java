package dev.duplexvoice.benchmarks.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How much of the machine others took while something was measured. Linux tells; elsewhere it is not a number. */
public final class OtherPrograms {
    private static final Path COUNTS = Path.of("/proc/stat");
    /** user nice system idle iowait irq softirq steal, in ticks since the start, of all processors. */
    private static final int IDLE = 3;

    private static final int IO_WAIT = 4;
    private static final int COUNTED = 8;
    private static final double TICKS_PER_SECOND = 100;

    private final double busy = busySeconds();
    private final long begun = System.nanoTime();
    private final double own;

    /** @param ownSeconds processor time of the measurement's own processes so far */
    public OtherPrograms(double ownSeconds) {
        own = ownSeconds;
    }

    /**
     * The share of all processors that others took since this was made, in percent.
     *
     * @param ownSeconds as for the constructor
     */
    public double percent(double ownSeconds) {
        double seconds =
                (System.nanoTime() - begun) / 1e9 * Runtime.getRuntime().availableProcessors();
        return Math.max(0, 100 * (busySeconds() - busy - (ownSeconds - own)) / seconds);
    }

    private static double busySeconds() {
        try {
            List<String> lines = Files.readAllLines(COUNTS);
            long[] counts = Arrays.stream(lines.get(0).strip().split(" +"))
                    .skip(1)
                    .limit(COUNTED)
                    .mapToLong(Long::parseLong)
                    .toArray();
            return (Arrays.stream(counts).sum() - counts[IDLE] - counts[IO_WAIT]) / TICKS_PER_SECOND;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
