package dev.duplexvoice.examples.loadtest;

import org.HdrHistogram.Histogram;

/**
 * What is told of a distribution, in milliseconds.
 *
 * @param count how many values there were; all others mean nothing if it is 0
 */
public record Percentiles(long count, double p50, double p99, double p999, double max) {
    private static final double NANOS = 1e6;

    static Percentiles of(Histogram nanos) {
        return new Percentiles(
                nanos.getTotalCount(),
                nanos.getValueAtPercentile(50) / NANOS,
                nanos.getValueAtPercentile(99) / NANOS,
                nanos.getValueAtPercentile(99.9) / NANOS,
                nanos.getMaxValue() / NANOS);
    }
}
