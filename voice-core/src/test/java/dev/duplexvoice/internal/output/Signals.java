package dev.duplexvoice.internal.output;

import java.util.Random;

/** Signals for tests, of 16 bits. */
final class Signals {
    private Signals() {}

    static short[] sine(int rate, double hz, double peak, double phase, double seconds) {
        short[] samples = new short[(int) (rate * seconds)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.round(peak * Math.sin(2 * Math.PI * hz * i / rate + phase));
        }
        return samples;
    }

    static double fullScale(double db) {
        return 32_768 * Math.pow(10, db / 20);
    }

    /** Bursts of tones and noise with silence between them, as loud as can be and softer. */
    static short[] bursts(Random random, int length) {
        short[] samples = new short[length];
        int at = 0;
        while (at < length) {
            int end = Math.min(length, at + 1 + random.nextInt(2_000));
            double peak = Math.min(32_767, Math.pow(10, 2 + 2.6 * random.nextDouble()));
            double step = random.nextDouble() * Math.PI;
            int kind = random.nextInt(4);
            for (int i = at; i < end; i++) {
                double value = switch (kind) {
                    case 0 -> Math.sin(step * i);
                    case 1 -> 2 * random.nextDouble() - 1;
                    case 2 -> random.nextInt(40) == 0 ? (random.nextBoolean() ? 1 : -1) : 0;
                    default -> 0;
                };
                samples[i] = (short) Math.round(peak * value);
            }
            at = end;
        }
        return samples;
    }

    /** The largest value of 16 bits at or between samples, four values a sample as in BS.1770-4. */
    static double truePeak(short[] samples, int length) {
        TruePeak meter = new TruePeak();
        double peak = 0;
        for (int i = 0; i < length + TruePeak.TAPS; i++) {
            // A threshold of 0: everything is looked at.
            peak = Math.max(peak, meter.next(i < length ? samples[i] : 0, 0));
        }
        return peak;
    }
}
