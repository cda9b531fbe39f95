package dev.duplexvoice.vad;

import java.util.Arrays;
import java.util.Objects;

/**
 * Finds the speech of one stream of audio with a detector: samples in chunks of any size go in, padded segments come out. How the
 * audio is cut into chunks changes nothing, so a stream gives the same segments as a recording in one piece.
 *
 * <pre>{@code
 * try (SpeechStream stream = new SpeechStream(detector, VadOptions.OFFLINE, segment -> transcribe(segment))) {
 *     while ((length = source.read(chunk)) > 0) {
 *         stream.accept(chunk, 0, length);
 *     }
 *     stream.finish();
 * }
 * }</pre>
 *
 * <p>One thread at a time; the listener is called on it.
 */
public final class SpeechStream implements AutoCloseable {

    /** Told what is found. */
    @FunctionalInterface
    public interface Listener {
        /** A padded segment, in samples; it comes once its successor is known or too far away to share its padding. */
        void segment(SpeechSegment segment);

        /** The probability of the next window, 0 to 1. */
        default void probability(float probability) {}
    }

    private final VadBatch batch;
    private final int caller;
    private final short[] window;
    private final PaddedSegmenter segmenter;
    private final Listener listener;
    private int filled;
    private long position;
    private boolean finished;

    /** A stream at its start; the detector may be closed before it. */
    public SpeechStream(VoiceActivityDetector detector, VadOptions options, Listener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        this.window = new short[detector.windowSamples()];
        this.segmenter =
                new PaddedSegmenter(options, detector.sampleRate(), detector.windowSamples(), listener::segment);
        this.batch = detector.newBatch(1);
        this.caller = batch.acquire();
    }

    /**
     * Takes the next samples, at the detector's rate.
     *
     * @throws IndexOutOfBoundsException if they do not lie in the array
     * @throws IllegalStateException if the stream is finished or closed
     */
    public void accept(short[] samples, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, samples.length);
        if (finished) {
            throw new IllegalStateException("the stream is finished: open another one");
        }
        int taken = 0;
        while (taken < length) {
            int count = Math.min(length - taken, window.length - filled);
            System.arraycopy(samples, offset + taken, window, filled, count);
            taken += count;
            filled += count;
            position += count;
            if (filled == window.length) {
                judge();
            }
        }
    }

    private void judge() {
        batch.submit(caller, window, 0);
        batch.run();
        float probability = batch.probability(caller);
        filled = 0;
        listener.probability(probability);
        segmenter.window(probability);
    }

    /** Ends the stream: fills its last window up with silence and tells the last segments. Idempotent. */
    public void finish() {
        if (finished) {
            return;
        }
        long total = position;
        if (filled > 0) {
            Arrays.fill(window, filled, window.length, (short) 0);
            judge();
        }
        finished = true;
        segmenter.finish(total);
    }

    /** Frees the detector's state; tells nothing more. Idempotent. */
    @Override
    public void close() {
        finished = true;
        batch.close();
    }
}
