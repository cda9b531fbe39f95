package dev.duplexvoice.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts durations in buckets whose width is at most 1/32 of their value. One thread records, without locks or allocation;
 * any thread takes snapshots.
 *
 * <pre>
 *   value                 bucket
 *   0 … 31 ns             value
 *   2^e … 2^(e+1) ns      (e − 4) · 32 + the five bits after the highest one
 *   2^41 ns (37 min) on   the last one
 * </pre>
 */
public final class LatencyRecorder {
    static final int SUB_BITS = 5;
    static final int LARGEST_EXPONENT = 40;
    static final int BUCKETS = (LARGEST_EXPONENT - SUB_BITS + 2) << SUB_BITS;

    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[BUCKETS];

    /** A recorder that has seen nothing. */
    public LatencyRecorder() {}

    /** Counts a duration; a negative one counts as 0. One thread at a time. */
    public void record(long nanos) {
        int bucket = bucket(nanos);
        COUNT.setOpaque(counts, bucket, counts[bucket] + 1);
    }

    /** What was recorded so far; of what is being recorded meanwhile some may be missing. Any thread. */
    public LatencySnapshot snapshot() {
        long[] copy = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = (long) COUNT.getOpaque(counts, i);
        }
        return new LatencySnapshot(copy);
    }

    static int bucket(long nanos) {
        long value = Math.min(Math.max(0, nanos), (2L << LARGEST_EXPONENT) - 1);
        int exponent = 63 - Long.numberOfLeadingZeros(value | 1);
        if (exponent < SUB_BITS) {
            return (int) value;
        }
        int sub = (int) (value >> (exponent - SUB_BITS)) & ((1 << SUB_BITS) - 1);
        return (exponent - SUB_BITS + 1) << SUB_BITS | sub;
    }

    /** The largest value of a bucket. */
    static long upper(int bucket) {
        int exponent = (bucket >> SUB_BITS) + SUB_BITS - 1;
        if (exponent < SUB_BITS) {
            return bucket;
        }
        long sub = bucket & ((1 << SUB_BITS) - 1);
        return ((1L << SUB_BITS | sub) + 1 << (exponent - SUB_BITS)) - 1;
    }
}
