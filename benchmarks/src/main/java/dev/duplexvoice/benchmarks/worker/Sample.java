package dev.duplexvoice.benchmarks.worker;

import java.util.Arrays;
import java.util.Locale;

/** Times in nanoseconds. */
record Sample(long[] nanos) {
    /** Sorts them. */
    Sample {
        nanos = nanos.clone();
        Arrays.sort(nanos);
    }

    double millis(double quantile) {
        return nanos[(int) Math.min(nanos.length - 1L, Math.round(quantile * nanos.length))] / 1e6;
    }

    String text() {
        return String.format(
                Locale.ROOT, "p50 %.2f ms, p95 %.2f ms, p99 %.2f ms", millis(0.5), millis(0.95), millis(0.99));
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f}",
                millis(0.5),
                millis(0.95),
                millis(0.99));
    }
}
