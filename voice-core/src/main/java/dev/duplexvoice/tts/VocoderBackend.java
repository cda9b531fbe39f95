package dev.duplexvoice.tts;

import dev.duplexvoice.VoiceException;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A device that computes the frames of many streams in one go; {@link Vocoder#scheduled} shares it among sessions. {@link #submit}, {@link
 * #await} and {@link #close} are called by one thread at a time, all else by any.
 */
public interface VocoderBackend extends AutoCloseable {

    /** Jobs of a batch, at least 1. */
    int maxBatch();

    /** Frames of a job, at least 1. */
    int maxFrames();

    /**
     * A stream on the device.
     *
     * @param condition as {@link Vocoder#newStream} takes it, checked
     * @return null if the device has no room for another
     */
    @Nullable
    Stream newStream(@Nullable FloatBuffer condition);

    /**
     * Begins a batch; at most two are under way. What is thrown fails all of it, and it is not under way then.
     *
     * @param jobs the first {@code count} are the batch, each of another stream; they live until it was awaited
     * @throws VoiceException if the device does not take it
     */
    void submit(Job[] jobs, int count);

    /**
     * Waits for the oldest batch and tells each of its jobs what became of it. What is thrown fails those that were not told.
     *
     * @throws VoiceException if the device failed
     */
    void await();

    /**
     * When the oldest batch will be over, by the clock that the vocoder was given; asked on a virtual clock only, where {@link #await}
     * is called at that time.
     */
    default long doneAt() {
        return Long.MIN_VALUE;
    }

    /** Why the device is to have no new streams, though it may have room: it is lost. Null if it works. */
    default @Nullable String lost() {
        return null;
    }

    /** Frees the device when no batch is under way and no stream is open. */
    @Override
    void close();

    /** What the device remembers of a stream, and memory to exchange frames and samples. */
    interface Stream extends AutoCloseable {

        /** Where a job's frames are put, {@code [channels][maxFrames]}; not changed from {@link #submit} to {@link #await}. */
        FloatBuffer frames();

        /** Where a job's samples are found, full scale ±1; room for those of {@code maxFrames} frames and what was held back before. */
        FloatBuffer samples();

        /** Forgets the utterance. No job of it is under way. */
        void reset();

        /** Gives its room back, after the batch that it is in. Once. */
        @Override
        void close();
    }

    /** Frames of a stream. */
    interface Job {
        /** Whose. */
        Stream stream();

        /** How many frames, 0 to {@link #maxFrames}. */
        int frameCount();

        /** Whether the utterance ends behind them, so that all that is held back comes too. */
        boolean isLast();

        /** It has so many samples. */
        void made(int samples);

        /** It has none. */
        void failed(VoiceException why);
    }
}
