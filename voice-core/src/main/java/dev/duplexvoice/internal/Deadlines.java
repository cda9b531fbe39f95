package dev.duplexvoice.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A session's few timers, as times; owned by the audio loop, nothing is allocated. In the loop's wheel is one entry for all
 * of them. Timers that are put off or cancelled leave it where it is: most are put off again and again, and finding none due when
 * it comes costs less than moving it each time.
 */
final class Deadlines extends TimerWheel.Entry {
    static final long NEVER = TimerWheel.NEVER;

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

    private @Nullable TimerWheel wheel;
    private @Nullable Seat seat;

    Deadlines() {
        Arrays.fill(at, NEVER);
    }

    /** From now on the wheel knows when the next timer is due. */
    void join(TimerWheel of, Seat owner) {
        wheel = of;
        seat = owner;
        schedule();
    }

    /** The wheel forgets them. */
    void leave() {
        if (wheel != null) {
            wheel.cancel(this);
        }
        wheel = null;
    }

    /** Makes sure that the wheel knows of the next timer; after it has come up, it does not. */
    void schedule() {
        long next = next();
        if (wheel != null && next < at()) {
            wheel.set(this, next);
        }
    }

    /** The session whose timers these are; null before {@link #join}. */
    @Nullable
    Seat seat() {
        return seat;
    }

    void set(Timer timer, long when) {
        at[timer.ordinal()] = when;
        if (wheel != null && when < at()) {
            wheel.set(this, when);
        }
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
