package dev.duplexvoice.internal.output;

import java.util.Arrays;

/**
 * The true peak of ITU-R BS.1770-4, annex 2: the largest value between the samples as well, found by four times oversampling with
 * the standard's filter of 48 taps. The standard means 48 kHz; lower rates are oversampled as often. Not thread-safe.
 */
final class TruePeak {
    /** Samples that a value is interpolated from. */
    static final int TAPS = 12;

    private static final float[][] PHASES = {
        {
            0.0017089843750f,
            0.0109863281250f,
            -0.0196533203125f,
            0.0332031250000f,
            -0.0594482421875f,
            0.1373291015625f,
            0.9721679687500f,
            -0.1022949218750f,
            0.0476074218750f,
            -0.0266113281250f,
            0.0148925781250f,
            -0.0083007812500f
        },
        {
            -0.0291748046875f,
            0.0292968750000f,
            -0.0517578125000f,
            0.0891113281250f,
            -0.1665039062500f,
            0.4650878906250f,
            0.7797851562500f,
            -0.2003173828125f,
            0.1015625000000f,
            -0.0582275390625f,
            0.0330810546875f,
            -0.0189208984375f
        },
        {
            -0.0189208984375f,
            0.0330810546875f,
            -0.0582275390625f,
            0.1015625000000f,
            -0.2003173828125f,
            0.7797851562500f,
            0.4650878906250f,
            -0.1665039062500f,
            0.0891113281250f,
            -0.0517578125000f,
            0.0292968750000f,
            -0.0291748046875f
        },
        {
            -0.0083007812500f,
            0.0148925781250f,
            -0.0266113281250f,
            0.0476074218750f,
            -0.1022949218750f,
            0.9721679687500f,
            0.1373291015625f,
            -0.0594482421875f,
            0.0332031250000f,
            -0.0196533203125f,
            0.0109863281250f,
            0.0017089843750f
        }
    };

    /** No value between samples exceeds the largest of them by more: the sum of a phase's magnitudes. */
    private static final float MOST_OVERSHOOT = 2.1f;

    /** The last samples, twice, so that they are in one piece wherever they begin. */
    private final float[] history = new float[2 * TAPS];

    private int at;
    private int sinceLoud = TAPS;

    /**
     * Takes a sample.
     *
     * @param threshold what the caller wants to know about
     * @return the largest magnitude of this sample and of the values that it completes, if that is above the threshold; else
     *     something that is not
     */
    float next(float sample, float threshold) {
        skip(sample);
        float peak = Math.abs(sample);
        if (!isQuiet(sample, threshold)) {
            sinceLoud = 0;
        } else if (++sinceLoud >= TAPS) {
            // Where all samples are low, so are the values between them.
            sinceLoud = TAPS;
            return peak;
        }
        for (float[] phase : PHASES) {
            float value = 0;
            for (int tap = 0; tap < TAPS; tap++) {
                // The newest sample meets the first coefficient.
                value += phase[TAPS - 1 - tap] * history[at + tap];
            }
            peak = Math.max(peak, Math.abs(value));
        }
        return peak;
    }

    /** Whether no value that this sample takes part in is above the threshold if its neighbours are like it. */
    boolean isQuiet(float sample, float threshold) {
        return Math.abs(sample) * MOST_OVERSHOOT <= threshold;
    }

    /** Whether the last samples all were. */
    boolean isQuiet() {
        return sinceLoud >= TAPS;
    }

    /** Takes a sample of which nothing is asked. */
    void skip(float sample) {
        history[at] = sample;
        history[at + TAPS] = sample;
        at = at + 1 == TAPS ? 0 : at + 1;
    }

    /** Silence came before. */
    void reset() {
        Arrays.fill(history, 0);
        at = 0;
        sinceLoud = TAPS;
    }
}
