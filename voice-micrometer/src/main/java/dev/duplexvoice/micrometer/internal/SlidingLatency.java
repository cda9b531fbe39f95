package dev.duplexvoice.micrometer.internal;

import dev.duplexvoice.telemetry.LatencySnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The distribution of what was recorded within the last minutes: what there is now, less what there was when the window began. The window
 * slides in tenths, so it holds up to a tenth more than its length. Thread-safe.
 */
final class SlidingLatency {
    private static final int PARTS = 10;

    private final Supplier<LatencySnapshot> recorded;
    private final long partNanos;
    private final LongSupplier clock;
    /** What there was at the beginnings of the last parts, the oldest first. */
    private final ArrayDeque<LatencySnapshot> before = new ArrayDeque<>();

    private long part;

    SlidingLatency(Supplier<LatencySnapshot> recorded, Duration window, LongSupplier clock) {
        this.recorded = recorded;
        this.partNanos = Math.max(1, window.toNanos() / PARTS);
        this.clock = clock;
        this.part = Math.floorDiv(clock.getAsLong(), partNanos);
        before.add(LatencySnapshot.EMPTY);
    }

    /** Lets the window slide; at least once a tenth of it. */
    synchronized void slide() {
        long now = Math.floorDiv(clock.getAsLong(), partNanos);
        if (now <= part) {
            return;
        }
        LatencySnapshot present = recorded.get();
        // What came since the last slide is taken to be of the part that was slid to then.
        for (long passed = Math.max(part, now - PARTS - 1); passed < now; passed++) {
            before.addLast(present);
        }
        while (before.size() > PARTS + 1) {
            before.removeFirst();
        }
        part = now;
    }

    synchronized LatencySnapshot snapshot() {
        slide();
        return recorded.get().since(before.getFirst());
    }
}
