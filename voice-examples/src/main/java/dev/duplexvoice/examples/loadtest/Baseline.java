package dev.duplexvoice.examples.loadtest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** How late this machine wakes a thread that has nothing to do: what no audio loop can be better than here and now. */
public final class Baseline {
    private static final long STEP_NANOS = 1_000_000;
    private static final int STEPS = 2_000;
    private static final double BUSY_MILLIS = 0.5;

    private Baseline() {}

    /** Wakes every millisecond for two seconds. */
    public static Percentiles measure() throws InterruptedException {
        Histogram lateness = Nanos.histogram();
        Thread thread = new Thread(() -> wake(lateness), "loadtest-baseline");
        thread.setDaemon(true);
        thread.start();
        thread.join(TimeUnit.MINUTES.toMillis(1));
        return Percentiles.of(lateness);
    }

    private static void wake(Histogram lateness) {
        long due = System.nanoTime();
        for (int i = 0; i < STEPS; i++) {
            due += STEP_NANOS;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            lateness.recordValue(Nanos.clamp(System.nanoTime() - due));
        }
    }

    /** Whether other programs take so much of the machine that lateness tells more of them than of the loops. */
    public static boolean isBusy(Percentiles baseline) {
        return baseline.p99() >= BUSY_MILLIS;
    }
}
