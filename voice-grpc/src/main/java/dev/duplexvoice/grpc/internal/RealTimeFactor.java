package dev.duplexvoice.grpc.internal;

/**
 * How long a second of audio took to compute, over the last {@link #SECONDS} seconds. Seconds without synthesis do not count.
 * Thread-safe.
 */
public final class RealTimeFactor {
    /** The window's length. */
    public static final int SECONDS = 60;

    private static final long NANOS = 1_000_000_000L;

    private final long[] second = new long[SECONDS];
    private final long[] compute = new long[SECONDS];
    private final long[] audio = new long[SECONDS];

    /** Nothing measured yet. */
    public RealTimeFactor() {
        java.util.Arrays.fill(second, Long.MIN_VALUE);
    }

    /**
     * Counts a piece of work.
     *
     * @param now nanoseconds of a monotonic clock
     * @param computeNanos how long it took
     * @param audioNanos how long its audio is
     */
    public synchronized void add(long now, long computeNanos, long audioNanos) {
        long at = Math.floorDiv(now, NANOS);
        int slot = (int) Math.floorMod(at, (long) SECONDS);
        if (second[slot] != at) {
            second[slot] = at;
            compute[slot] = 0;
            audio[slot] = 0;
        }
        compute[slot] += computeNanos;
        audio[slot] += audioNanos;
    }

    /** The factor at this time; 0 if nothing was synthesised within the window. */
    public synchronized double value(long now) {
        long oldest = Math.floorDiv(now, NANOS) - SECONDS;
        long computed = 0;
        long heard = 0;
        for (int i = 0; i < SECONDS; i++) {
            if (second[i] > oldest) {
                computed += compute[i];
                heard += audio[i];
            }
        }
        return heard == 0 ? 0 : (double) computed / heard;
    }
}
