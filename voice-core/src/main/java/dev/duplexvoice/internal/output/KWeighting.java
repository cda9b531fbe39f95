package dev.duplexvoice.internal.output;

/**
 * The K-weighting of ITU-R BS.1770-4, annex 1: a high shelf for the head, then a high-pass. The standard gives coefficients for 48
 * kHz; other rates have those of the same two analogue filters, which the bilinear transform brings there and which at 48 kHz
 * are the standard's to its last digits. Not thread-safe.
 */
final class KWeighting {
    /** The analogue filters behind the standard's coefficients: corner in Hz, quality, gain in dB. */
    private static final double SHELF_HZ = 1681.974450955533;

    private static final double SHELF_Q = 0.7071752369554196;
    private static final double SHELF_DB = 3.999843853973347;
    /** How the shelf's gain is split over its band edge. */
    private static final double SHELF_SLOPE = 0.4996667741545416;

    private static final double HIGH_PASS_HZ = 38.13547087602444;
    private static final double HIGH_PASS_Q = 0.5003270373238773;

    private final double[] shelf;
    private final double[] highPass;
    private double shelf1;
    private double shelf2;
    private double pass1;
    private double pass2;

    /** @param sampleRate in Hz, at least 8,000 */
    KWeighting(int sampleRate) {
        shelf = shelf(sampleRate);
        highPass = highPass(sampleRate);
    }

    /** The shelf's b0, b1, b2, a1 and a2. */
    static double[] shelf(int sampleRate) {
        double k = Math.tan(Math.PI * SHELF_HZ / sampleRate);
        double high = Math.pow(10, SHELF_DB / 20);
        double band = Math.pow(high, SHELF_SLOPE);
        double a0 = 1 + k / SHELF_Q + k * k;
        return new double[] {
            (high + band * k / SHELF_Q + k * k) / a0,
            2 * (k * k - high) / a0,
            (high - band * k / SHELF_Q + k * k) / a0,
            2 * (k * k - 1) / a0,
            (1 - k / SHELF_Q + k * k) / a0
        };
    }

    /** The high-pass's b0, b1, b2, a1 and a2. */
    static double[] highPass(int sampleRate) {
        double k = Math.tan(Math.PI * HIGH_PASS_HZ / sampleRate);
        double a0 = 1 + k / HIGH_PASS_Q + k * k;
        return new double[] {1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / HIGH_PASS_Q + k * k) / a0};
    }

    double next(double sample) {
        double middle = shelf[0] * sample + shelf1;
        shelf1 = shelf[1] * sample - shelf[3] * middle + shelf2;
        shelf2 = shelf[2] * sample - shelf[4] * middle;
        double weighted = highPass[0] * middle + pass1;
        pass1 = highPass[1] * middle - highPass[3] * weighted + pass2;
        pass2 = highPass[2] * middle - highPass[4] * weighted;
        return weighted;
    }

    /** Silence came before. */
    void reset() {
        shelf1 = 0;
        shelf2 = 0;
        pass1 = 0;
        pass2 = 0;
    }
}
