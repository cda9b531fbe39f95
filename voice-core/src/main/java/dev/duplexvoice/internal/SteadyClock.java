package dev.duplexvoice.internal;

import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A host's clock that never runs backwards, whatever the host's does. When that one steps back, time stands still for
 * a moment and goes on from there, rather than until the old time comes again.
 */
public final class SteadyClock implements EngineClock {
    /** Threads that read the clock at the same moment may be in disorder by this much. */
    private static final long DISORDER_NANOS = 10_000_000;

    private final EngineClock source;
    private final AtomicLong latest;
    private volatile long offset;

    private SteadyClock(EngineClock source) {
        this.source = source;
        this.latest = new AtomicLong(source.nanoTime());
    }

    /** The clock itself if it is known to be steady. */
    public static EngineClock of(EngineClock clock) {
        return clock instanceof VirtualClock || clock == EngineClock.system() ? clock : new SteadyClock(clock);
    }

    @Override
    public long nanoTime() {
        long now = source.nanoTime() + offset;
        long before = latest.get();
        while (now > before) {
            if (latest.compareAndSet(before, now)) {
                return now;
            }
            before = latest.get();
        }
        if (before - now > DISORDER_NANOS) {
            steppedBack();
        }
        return before;
    }

    private synchronized void steppedBack() {
        long behind = latest.get() - (source.nanoTime() + offset);
        if (behind > DISORDER_NANOS) {
            offset += behind;
        }
    }
}
