package dev.duplexvoice.micrometer.internal;

import dev.duplexvoice.telemetry.LatencyRecorder;
import dev.duplexvoice.telemetry.LatencySnapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts durations in a histogram's buckets, in milliseconds, where nothing may lock or allocate. One thread records. For registries with
 * histograms of their own another one drains what came since it last did, as so many values of a bucket's mean: of the buckets and of the
 * sum that is exact.
 */
final class LoopHistogram implements HistogramSeries {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final double NANOS = 1e6;

    /** In nanoseconds; a value equal to a bound is within it. */
    private final long[] bounds;

    private final long[] counts;
    private final long[] sums;
    private final long[] drainedCounts;
    private final long[] drainedSums;
    private final LatencyRecorder exact = new LatencyRecorder();
    private LatencySnapshot takenOver = LatencySnapshot.EMPTY;

    /** Takes what was drained. */
    interface Target {
        /** @param millis recorded {@code count} times */
        void record(double millis, long count);
    }

    LoopHistogram(double[] bucketsMillis) {
        bounds = new long[bucketsMillis.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Math.round(bucketsMillis[i] * NANOS);
        }
        counts = new long[bounds.length + 1];
        sums = new long[counts.length];
        drainedCounts = new long[counts.length];
        drainedSums = new long[counts.length];
    }

    /** A negative duration counts as 0. One thread; allocates nothing. */
    void record(long nanos) {
        long value = Math.max(0, nanos);
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        // The sum first: whoever sees the count sees at least its sum.
        CELL.setOpaque(sums, bucket, sums[bucket] + value);
        CELL.setRelease(counts, bucket, counts[bucket] + 1);
        exact.record(value);
    }

    /** One thread at a time. */
    void drainTo(Target target) {
        for (int i = 0; i < counts.length; i++) {
            long count = (long) CELL.getAcquire(counts, i) - drainedCounts[i];
            if (count == 0) {
                continue;
            }
            double mean = (double) ((long) CELL.getOpaque(sums, i) - drainedSums[i]) / count;
            // A value that is being recorded may be in the sum already. It is left for the next time.
            double least = i == 0 ? 0 : bounds[i - 1] + 1;
            double most = i == bounds.length ? Double.MAX_VALUE : bounds[i];
            double within = Math.min(Math.max(mean, least), most);
            drainedCounts[i] += count;
            drainedSums[i] += Math.round(within * count);
            target.record(within / NANOS, count);
        }
    }

    @Override
    public long[] counts() {
        long[] copy = new long[counts.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (long) CELL.getAcquire(counts, i);
        }
        return copy;
    }

    @Override
    public double sum() {
        long sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += (long) CELL.getOpaque(sums, i);
        }
        return sum / NANOS;
    }

    LatencySnapshot snapshot() {
        return takenOver == LatencySnapshot.EMPTY
                ? exact.snapshot()
                : exact.snapshot().plus(takenOver);
    }

    /** Adds what another one has, whose thread records no more; not while either is read or drained. */
    void takeOver(LoopHistogram ended) {
        for (int i = 0; i < counts.length; i++) {
            CELL.setOpaque(sums, i, sums[i] + (long) CELL.getOpaque(ended.sums, i));
            CELL.setRelease(counts, i, counts[i] + (long) CELL.getAcquire(ended.counts, i));
            drainedCounts[i] += ended.drainedCounts[i];
            drainedSums[i] += ended.drainedSums[i];
        }
        takenOver = takenOver.plus(ended.snapshot());
    }
}
