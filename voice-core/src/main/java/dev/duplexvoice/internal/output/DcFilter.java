package dev.duplexvoice.internal.output;

/**
 * Removes a constant offset: {@code y[n] = x[n] - x[n-1] + r y[n-1]}, a zero at 0 Hz and a pole beside it. 3 dB down at
 * {@link #CORNER_HZ}, an octave below the lowest note of a bass, so that speech keeps its level and its phase. Not thread-safe.
 */
final class DcFilter {
    static final double CORNER_HZ = 10;
    /** Below this the memory is cleared: a long silence would leave numbers that are slow to compute with. */
    private static final float NOTHING = 1e-6f;

    private final float pole;
    private float input;
    private float output;

    /** @param sampleRate in Hz */
    DcFilter(int sampleRate) {
        pole = (float) Math.exp(-2 * Math.PI * CORNER_HZ / sampleRate);
    }

    float next(float sample) {
        float filtered = sample - input + pole * output;
        input = sample;
        output = Math.abs(filtered) < NOTHING ? 0 : filtered;
        return output;
    }

    /** Silence came before. */
    void reset() {
        input = 0;
        output = 0;
    }
}
