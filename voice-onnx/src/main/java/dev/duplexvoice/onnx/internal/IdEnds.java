package dev.duplexvoice.onnx.internal;

import org.jspecify.annotations.Nullable;

/** When each id of a phrase is over. */
final class IdEnds {
    private IdEnds() {}

    /**
     * The sample after each id's last; null if the durations are not known, or not those of these frames.
     *
     * @param durations frames of each id
     * @param count of all frames
     */
    static long @Nullable [] of(float @Nullable [] durations, int count, int samplesPerFrame) {
        if (durations == null) {
            return null;
        }
        long[] ends = new long[durations.length];
        double sum = 0;
        for (int i = 0; i < durations.length; i++) {
            sum += durations[i];
            ends[i] = (long) sum * samplesPerFrame;
        }
        return sum == count ? ends : null;
    }
}
