package dev.duplexvoice.internal.output;

import java.util.Arrays;

/**
 * Keeps the true peak below a ceiling. It looks ahead by 2 ms: a gain that a peak needs is held over the samples that the peak is
 * interpolated from and reached in a line before them; afterwards it returns within about a second. While nothing
 * exceeds the ceiling samples come out as they went in, to the bit, {@link #delay} samples later.
 *
 * <pre>
 *   sample → true peak → gain needed → smallest of the last W → slow return → mean of the last L → × sample of D ago
 * </pre>
 *
 * With D = L + 11 and W = D + 1 every sample that takes part in a peak has at most the gain that it needs: the mean of L gains, each
 * the smallest of a window that the peak is in. Not thread-safe.
 */
final class TruePeakLimiter {
    private static final double LOOK_AHEAD_SECONDS = 0.002;
    private static final double RELEASE_SECONDS = 0.06;
    /** Where the gain moves, values between samples are a little larger than both gains say. */
    private static final double MARGIN_DB = 0.2;
    /** Gains are whole numbers, so that the mean of unchanged ones is exactly 1. */
    private static final int UNITY = 1 << 24;

    private final TruePeak meter = new TruePeak();
    private final SlidingMinimum smallest;
    private final float ceiling;
    private final double target;
    private final float release;
    private final int[] gains;
    private final float[] held;
    private int gainAt;
    private int heldAt;
    /** What {@link #sum} is while nothing is limited. */
    private final long unchanged;

    private long sum;
    /** Neither past samples nor past gains matter to a quiet sample. */
    private boolean idle;

    private int gain;

    /**
     * @param sampleRate in Hz
     * @param ceilingDb in dBTP, for samples of 16 bits
     */
    TruePeakLimiter(int sampleRate, double ceilingDb) {
        ceiling = (float) (32_768 * Math.pow(10, ceilingDb / 20));
        target = ceiling * Math.pow(10, -MARGIN_DB / 20) * UNITY;
        release = (float) (1 / (RELEASE_SECONDS * sampleRate));
        int lookAhead = (int) Math.round(LOOK_AHEAD_SECONDS * sampleRate);
        gains = new int[lookAhead];
        held = new float[lookAhead + TruePeak.TAPS - 1];
        unchanged = (long) UNITY * gains.length;
        smallest = new SlidingMinimum(held.length + 1, UNITY);
        reset();
    }

    /** How many samples later a sample comes out. */
    int delay() {
        return held.length;
    }

    /** Takes a sample and gives the one of {@link #delay} samples ago. */
    float next(float sample) {
        if (idle && meter.isQuiet(sample, ceiling)) {
            meter.skip(sample);
            return hold(sample);
        }
        float peak = meter.next(sample, ceiling);
        int needed = peak > ceiling ? (int) (target / peak) : UNITY;
        // Up slowly, down at once: the mean makes a line of it.
        int raised = gain + (int) ((UNITY - gain) * release) + 1;
        gain = Math.min(Math.min(raised, UNITY), smallest.next(needed));
        sum += gain - gains[gainAt];
        gains[gainAt] = gain;
        gainAt = gainAt + 1 == gains.length ? 0 : gainAt + 1;
        float out = hold(sample);
        idle = sum == unchanged && gain == UNITY && smallest.isEmpty() && meter.isQuiet();
        return sum == unchanged ? out : out * (float) ((double) sum / unchanged);
    }

    /** Gives the sample of {@link #delay} samples ago for this one. */
    private float hold(float sample) {
        float out = held[heldAt];
        held[heldAt] = sample;
        heldAt = heldAt + 1 == held.length ? 0 : heldAt + 1;
        return out;
    }

    /** Silence came before. */
    void reset() {
        meter.reset();
        smallest.reset();
        Arrays.fill(gains, UNITY);
        Arrays.fill(held, 0);
        gain = UNITY;
        sum = unchanged;
        idle = true;
    }
}
