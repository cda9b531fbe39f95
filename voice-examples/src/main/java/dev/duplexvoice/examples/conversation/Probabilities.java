package dev.duplexvoice.examples.conversation;

import dev.duplexvoice.VadObserver;
import java.util.Arrays;

/** Collects the detector's probabilities. Written by the audio loop, read after the session ended. */
final class Probabilities implements VadObserver {
    private float[] values = new float[4_096];
    private int count;
    private double windowSeconds = 0.032;

    @Override
    public synchronized void window(long endSample, int sampleRate, float probability) {
        if (count == 0) {
            windowSeconds = (double) endSample / sampleRate;
        }
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = probability;
    }

    synchronized float[] values() {
        return Arrays.copyOf(values, count);
    }

    synchronized double windowSeconds() {
        return windowSeconds;
    }
}
