package dev.duplexvoice.audio;

/**
 * A mono stream of signed 16-bit samples at a rate. The canonical output is 48 kHz in frames of 20 ms, 960 samples.
 *
 * @param sampleRate samples per second: 8000, 16000, 22050, 24000, 44100 or 48000
 */
public record AudioFormat(int sampleRate) {

    /** The length of an output frame in milliseconds. */
    public static final int FRAME_MILLIS = 20;

    /** 48 kHz, what sessions give unless they are asked for something else. */
    public static final AudioFormat CANONICAL = new AudioFormat(48_000);

    /** @throws IllegalArgumentException if the rate is none of those listed */
    public AudioFormat {
        switch (sampleRate) {
            case 8_000, 16_000, 22_050, 24_000, 44_100, 48_000 -> {}
            default ->
                throw new IllegalArgumentException(
                        "sampleRate=" + sampleRate + ": use 8000, 16000, 22050, 24000, 44100 or 48000 Hz");
        }
    }

    /** Samples in a frame of 20 ms. */
    public int frameSamples() {
        return sampleRate * FRAME_MILLIS / 1000;
    }

    /** The time that {@code samples} take, in nanoseconds, rounded down. */
    public long nanos(long samples) {
        return Math.multiplyExact(samples, 1_000_000L) / sampleRate * 1_000
                + Math.multiplyExact(samples, 1_000_000L) % sampleRate * 1_000 / sampleRate;
    }

    /** The samples that fit into {@code nanos} nanoseconds, rounded down. */
    public long samples(long nanos) {
        long seconds = nanos / 1_000_000_000L;
        long rest = nanos % 1_000_000_000L;
        return seconds * sampleRate + rest * sampleRate / 1_000_000_000L;
    }
}
