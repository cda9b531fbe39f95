package dev.duplexvoice.micrometer.internal;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/** Counts values in a histogram's buckets; a value equal to a bound is within it. Thread-safe. */
final class FixedHistogram implements HistogramSeries {
    private final double[] bounds;
    private final AtomicLongArray counts;
    private final DoubleAdder sum = new DoubleAdder();

    FixedHistogram(double[] bounds) {
        this.bounds = bounds;
        this.counts = new AtomicLongArray(bounds.length + 1);
    }

    void record(double value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        sum.add(value);
        counts.incrementAndGet(bucket);
    }

    @Override
    public long[] counts() {
        long[] copy = new long[counts.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }

    @Override
    public double sum() {
        return sum.sum();
    }
}
