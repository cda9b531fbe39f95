package dev.duplexvoice.vad;

import java.time.Duration;

/** Durations as samples. */
final class Samples {
    private Samples() {}

    /** Whole samples in a duration of at most a day. */
    static long in(Duration duration, int sampleRate) {
        return duration.toSeconds() * sampleRate + (long) duration.getNano() * sampleRate / 1_000_000_000L;
    }
}
