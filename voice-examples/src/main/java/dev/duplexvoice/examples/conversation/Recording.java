package dev.duplexvoice.examples.conversation;

import java.util.Arrays;

/** Grows as samples are put at their places; what nobody put is silence. */
final class Recording {
    private short[] samples = new short[48_000];
    private int length;

    void put(long at, short[] from, int count) {
        int end = Math.toIntExact(at + count);
        if (end > samples.length) {
            samples = Arrays.copyOf(samples, Math.max(end, samples.length * 2));
        }
        System.arraycopy(from, 0, samples, (int) at, count);
        length = Math.max(length, end);
    }

    int length() {
        return length;
    }

    /** The first {@code count} samples, silence after the last that was put. */
    short[] samples(int count) {
        return Arrays.copyOf(samples, count);
    }
}
