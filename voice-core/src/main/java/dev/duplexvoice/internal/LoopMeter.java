package dev.duplexvoice.internal;

import dev.duplexvoice.telemetry.LatencyRecorder;
import dev.duplexvoice.telemetry.LatencySnapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What an audio loop measures of itself: the share of the last second in which it worked, and how late sessions' ticks were.
 * Written by the loop without locks or allocation, read by any thread.
 */
final class LoopMeter {
    private static final int PARTS = 10;
    private static final long PART_NANOS = 100_000_000L;
    private static final long WINDOW_NANOS = PARTS * PART_NANOS;
    private static final long IDLE = Long.MIN_VALUE;

    private static final VarHandle BUSY;
    private static final VarHandle MEASURED_AT;
    private static final VarHandle WORKING_SINCE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BUSY = lookup.findVarHandle(LoopMeter.class, "busy", long.class);
            MEASURED_AT = lookup.findVarHandle(LoopMeter.class, "measuredAt", long.class);
            WORKING_SINCE = lookup.findVarHandle(LoopMeter.class, "workingSince", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Time worked in each tenth of the window; part n is at n modulo {@link #PARTS}. */
    private final long[] parts = new long[PARTS];

    private final long origin;
    private long part;
    private final LatencyRecorder lateness = new LatencyRecorder();

    /** Time worked in the window up to {@link #measuredAt}. */
    private long busy;

    private long measuredAt;
    private long workingSince = IDLE;

    LoopMeter(long now) {
        origin = now;
        measuredAt = now;
    }

    /** A pass begins. */
    void begin(long now) {
        WORKING_SINCE.setRelease(this, now);
    }

    /** A pass ends. */
    void end(long now) {
        long worked = Math.max(0, now - workingSince);
        long current = (now - origin) / PART_NANOS;
        if (current - part >= PARTS) {
            Arrays.fill(parts, 0);
        } else {
            for (long passed = part + 1; passed <= current; passed++) {
                parts[(int) (passed % PARTS)] = 0;
            }
        }
        part = Math.max(part, current);
        // A pass of more than a part counts where it ends; the sum is what is asked for.
        parts[(int) (part % PARTS)] += Math.min(worked, WINDOW_NANOS);
        long sum = 0;
        for (long one : parts) {
            sum += one;
        }
        BUSY.setOpaque(this, sum);
        MEASURED_AT.setOpaque(this, now);
        WORKING_SINCE.setRelease(this, IDLE);
    }

    /** A session's tick was run this long after it was due. */
    void late(long nanos) {
        lateness.record(nanos);
    }

    /** The share of the last second in which the loop worked, 0 to 1; a pass that goes on counts. Any thread. */
    double load(long now) {
        long since = (long) WORKING_SINCE.getAcquire(this);
        long working = since == IDLE ? 0 : Math.max(0, now - since);
        // What was worked long ago leaves the window, be it that nothing came after it.
        long old = Math.max(0, now - (long) MEASURED_AT.getOpaque(this) - working);
        long before = Math.min((long) BUSY.getOpaque(this), Math.max(0, WINDOW_NANOS - old - working));
        return Math.min(1, (double) (before + working) / WINDOW_NANOS);
    }

    LatencySnapshot lateness() {
        return lateness.snapshot();
    }
}
