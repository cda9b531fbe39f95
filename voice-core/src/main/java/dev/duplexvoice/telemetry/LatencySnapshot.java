package dev.duplexvoice.telemetry;

/**
 * The distribution of the durations that a {@link LatencyRecorder} has seen, as they were at one time. Figures are at most 3.2 %
 * too high and never too low. Immutable.
 */
public final class LatencySnapshot {
    /** Of nothing. */
    public static final LatencySnapshot EMPTY = new LatencySnapshot(new long[LatencyRecorder.BUCKETS]);

    private final long[] counts;
    private final long total;

    LatencySnapshot(long[] counts) {
        this.counts = counts;
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        this.total = sum;
    }

    /** How many durations there are. */
    public long count() {
        return total;
    }

    /**
     * The duration in nanoseconds that this share of all does not exceed; 0 if there are none.
     *
     * @param percent 0 to 100; 99 for the p99
     * @throws IllegalArgumentException if it is out of range
     */
    public long percentile(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent=" + percent + ": must be 0 to 100");
        }
        long wanted = Math.max(1, (long) Math.ceil(total * percent / 100));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return LatencyRecorder.upper(i);
            }
        }
        return 0;
    }

    /** The longest duration in nanoseconds; 0 if there are none. */
    public long max() {
        return percentile(100);
    }

    /**
     * How many do not exceed a duration. Those that are up to 3.2 % shorter may be missing, because they share a bucket with longer ones.
     *
     * @param nanos 0 or more
     */
    public long countUpTo(long nanos) {
        long sum = 0;
        for (int i = 0; i < counts.length && LatencyRecorder.upper(i) <= nanos; i++) {
            sum += counts[i];
        }
        return sum;
    }

    /** Only what was recorded after an earlier snapshot of the same recorder. */
    public LatencySnapshot since(LatencySnapshot earlier) {
        long[] later = new long[counts.length];
        for (int i = 0; i < later.length; i++) {
            later[i] = Math.max(0, counts[i] - earlier.counts[i]);
        }
        return new LatencySnapshot(later);
    }

    /** These and those of another recorder together. */
    public LatencySnapshot plus(LatencySnapshot other) {
        long[] sum = new long[counts.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = counts[i] + other.counts[i];
        }
        return new LatencySnapshot(sum);
    }

    /** The shortest duration in nanoseconds; 0 if there are none. */
    public long min() {
        return percentile(0);
    }

    /** The mean of all in nanoseconds; 0 if there are none. */
    public long mean() {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += (double) counts[i] * LatencyRecorder.upper(i);
        }
        return total == 0 ? 0 : Math.round(sum / total);
    }
}
