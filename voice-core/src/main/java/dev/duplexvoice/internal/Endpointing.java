package dev.duplexvoice.internal;

import dev.duplexvoice.EndpointingOptions;

/** How much silence ends the caller's turn. Owned by the audio loop. */
final class Endpointing {
    /** Weight of a new pause in the exponential average. */
    private static final double NEW_PAUSE = 0.3;

    private final boolean dynamic;
    private final long min;
    private final long max;
    private double average;

    Endpointing(EndpointingOptions options) {
        this.dynamic = options.mode() == EndpointingOptions.Mode.DYNAMIC;
        this.min = options.minDelay().toNanos();
        this.max = options.maxDelay().toNanos();
        this.average = min;
    }

    /** The caller paused, and went on. */
    void pause(long nanos) {
        average += NEW_PAUSE * (Math.max(min, Math.min(max, nanos)) - average);
    }

    long delay() {
        return dynamic ? Math.round(average) : min;
    }

    long longest() {
        return max;
    }
}
