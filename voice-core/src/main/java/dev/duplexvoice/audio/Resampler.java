package dev.duplexvoice.audio;

/**
 * Converts one mono stream from one sample rate to another, with its state carried from call to call. Not thread-safe:
 * one stream, one thread at a time.
 *
 * <p>The filter's delay is removed at the start: sample 0 out is sample 0 in, and a whole stream of {@code n} samples
 * gives {@code ceil(n * outputRate / inputRate)} samples once it is flushed.
 */
public interface Resampler extends AutoCloseable {

    /** Samples per second that go in. */
    int inputRate();

    /** Samples per second that come out. */
    int outputRate();

    /**
     * Converts samples. All of the input is used.
     *
     * @param output must have room for {@link #maxOutput(int)} samples after {@code outputOffset}
     * @return samples written
     * @throws IllegalArgumentException if the output could overflow
     * @throws IllegalStateException if closed
     */
    int process(short[] input, int inputOffset, int inputLength, short[] output, int outputOffset);

    /**
     * Ends the stream and writes what the filter still holds; the next call starts a new stream.
     *
     * @return samples written, at most {@code maxOutput(0)}
     */
    int flush(short[] output, int outputOffset);

    /** The most samples that {@link #process} can write for this many, or {@link #flush} for 0. */
    int maxOutput(int inputLength);

    /** Forgets the past: as newly made. */
    void reset();

    /** Frees native memory. Idempotent. */
    @Override
    void close();
}
