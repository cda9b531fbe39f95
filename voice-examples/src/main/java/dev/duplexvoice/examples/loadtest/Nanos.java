package dev.duplexvoice.examples.loadtest;

import org.HdrHistogram.Histogram;

/** Histograms of times: 1 µs to a minute, three digits. */
final class Nanos {
    static final long LEAST = 1_000;
    static final long MOST = 60_000_000_000L;
    static final int DIGITS = 3;

    private Nanos() {}

    static Histogram histogram() {
        return new Histogram(LEAST, MOST, DIGITS);
    }

    /** A value that fits. */
    static long clamp(long nanos) {
        return Math.max(0, Math.min(MOST, nanos));
    }
}
