package dev.duplexvoice.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A session's few timers, as times; owned by the audio loop, nothing is allocated. */
final class Deadlines {
    static final long NEVER = Long.MAX_VALUE;

    /** What is to happen; at one instant, in this order. */
    enum Timer {
        DURATION_LIMIT,
        PAUSE,
        CONFIRM,
        FALSE_ALARM,
        ENDPOINT,
        IDLE_LIMIT
    }

    private static final Timer[] TIMERS = Timer.values();

    private final long[] at = new long[TIMERS.length];

    Deadlines() {
        Arrays.fill(at, NEVER);
    }

    void set(Timer timer, long when) {
        at[timer.ordinal()] = when;
    }

    void cancel(Timer timer) {
        at[timer.ordinal()] = NEVER;
    }

    /** Takes a timer that is due, the first in order; null if none is. */
    @Nullable
    Timer poll(long now) {
        for (int i = 0; i < at.length; i++) {
            if (at[i] <= now) {
                at[i] = NEVER;
                return TIMERS[i];
            }
        }
        return null;
    }

    long next() {
        long next = NEVER;
        for (long when : at) {
            next = Math.min(next, when);
        }
        return next;
    }
}
