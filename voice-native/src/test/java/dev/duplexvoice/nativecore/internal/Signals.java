package dev.duplexvoice.nativecore.internal;

import java.util.Arrays;
import java.util.Random;

/** Computed audio and what is measured on audio. */
final class Signals {
    private Signals() {}

    static short[] sine(double hertz, double amplitude, int sampleRate, int samples) {
        short[] sine = new short[samples];
        for (int i = 0; i < samples; i++) {
            sine[i] = (short) Math.round(amplitude * Math.sin(2 * Math.PI * hertz * i / sampleRate));
        }
        return sine;
    }

    /** Noise whose loudness rises and falls four times a second, so that a detector's answer varies. */
    static short[] babble(long seed, int sampleRate, int samples) {
        Random random = new Random(seed);
        short[] babble = new short[samples];
        double low = 0;
        for (int i = 0; i < samples; i++) {
            low += 0.2 * (random.nextGaussian() - low);
            double loudness = 4_000 * (1 + Math.sin(2 * Math.PI * 4 * i / sampleRate + seed));
            babble[i] = (short) Math.max(-32_768, Math.min(32_767, Math.round(loudness * low)));
        }
        return babble;
    }

    static double rms(short[] samples) {
        return Math.sqrt(
                Arrays.stream(toDouble(samples)).map(x -> x * x).average().orElse(0));
    }

    static double[] toDouble(short[] samples) {
        double[] values = new double[samples.length];
        for (int i = 0; i < samples.length; i++) {
            values[i] = samples[i];
        }
        return values;
    }
}
