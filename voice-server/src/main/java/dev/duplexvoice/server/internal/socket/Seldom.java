package dev.duplexvoice.server.internal.socket;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What is to be told once in a while, however often it happens. Thread-safe. */
final class Seldom {
    private final long period;
    private final LongSupplier nanoTime;
    private final AtomicLong last;

    /** The first time is at once. */
    Seldom(Duration period, LongSupplier nanoTime) {
        this.period = period.toNanos();
        this.nanoTime = nanoTime;
        this.last = new AtomicLong(nanoTime.getAsLong() - this.period);
    }

    /** Whether it is to be told now; then it was. */
    boolean isDue() {
        long now = nanoTime.getAsLong();
        long before = last.get();
        return now - before >= period && last.compareAndSet(before, now);
    }
}
