package dev.duplexvoice.internal.output;

/**
 * Momentary loudness as in EBU R 128 and EBU Tech 3341: the mean square of the K-weighted signal over 400 ms, every 100 ms, of one
 * channel. One channel alone: a sine of 1 kHz that peaks at -20 dBFS reads -23 LUFS, as a stereo pair at -23 dBFS does.
 * Not thread-safe.
 */
final class LoudnessMeter {
    /** What silence reads. */
    static final double SILENCE = Double.NEGATIVE_INFINITY;

    private static final int HOPS_PER_SECOND = 10;
    private static final int HOPS = 4;
    /** So that the weighting's gain at 1 kHz does not count. */
    private static final double OFFSET_LU = -0.691;

    private final KWeighting weighting;
    private final int hopSamples;
    private final double[] hops = new double[HOPS];
    private int hopsSeen;
    private double sum;
    private int samples;

    /** @param sampleRate in Hz */
    LoudnessMeter(int sampleRate) {
        weighting = new KWeighting(sampleRate);
        hopSamples = sampleRate / HOPS_PER_SECOND;
    }

    /**
     * Takes a sample, 1 for full scale.
     *
     * @return whether there is a new reading
     */
    boolean add(double sample) {
        double weighted = weighting.next(sample);
        sum += weighted * weighted;
        if (++samples < hopSamples) {
            return false;
        }
        hops[hopsSeen % HOPS] = sum / hopSamples;
        hopsSeen++;
        sum = 0;
        samples = 0;
        return hopsSeen >= HOPS;
    }

    /** The loudness of the last 400 ms up to the last whole 100 ms, in LUFS. */
    double momentary() {
        return lufs(power());
    }

    /** Its mean square. */
    double power() {
        double mean = 0;
        for (double hop : hops) {
            mean += hop;
        }
        return mean / HOPS;
    }

    static double lufs(double power) {
        return power <= 0 ? SILENCE : OFFSET_LU + 10 * Math.log10(power);
    }

    /** Another signal begins. */
    void reset() {
        weighting.reset();
        hopsSeen = 0;
        sum = 0;
        samples = 0;
    }
}
