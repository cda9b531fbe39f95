package dev.duplexvoice.tts;

import java.nio.FloatBuffer;

/**
 * The waveform of one utterance after another while their frames come. What it gives, put together, is what the network makes of the
 * whole utterance, however the frames were parted. One thread at a time; buffers are direct, of the machine's byte order, and used
 * during the call only.
 */
public interface VocoderStream extends AutoCloseable {

    /** Returned while samples are under way. */
    int LATER = -1;

    /**
     * Takes frames and gives the samples that they complete: those of all frames so far, less the
     * {@link Vocoder#lookAheadSamples} that are held back.
     *
     * @param frames {@code [channels][stride]}: the first frame's first value is at the buffer's position, time runs fastest
     * @param count of frames, 1 to 65,536
     * @param stride values from one channel to the next, at least {@code count}: a part of a longer tensor may be given as it lies
     * @param samples where they are put, full scale ±1, from the position on, which stays as it is; has room for {@code count *
     *     samplesPerFrame}
     * @return how many samples were put there; 0 if none are complete yet
     * @throws IllegalArgumentException if a buffer is too short
     * @throws IllegalStateException if the stream is closed, or flushed and not yet reset
     * @throws dev.duplexvoice.VoiceException if a frame is not a finite number; nothing was taken then
     */
    int push(FloatBuffer frames, int count, int stride, FloatBuffer samples);

    /**
     * Ends the utterance and gives the rest.
     *
     * @param samples with room for {@link Vocoder#lookAheadSamples}
     * @return how many samples were put there
     * @throws IllegalStateException if the stream is closed, or flushed already
     */
    int flush(FloatBuffer samples);

    /**
     * The same as {@link #push(FloatBuffer, int, int, FloatBuffer)}, except that it need not wait for a device that is shared: then it
     * returns {@link #LATER}, and {@link #take} gives the samples. Nothing but that, {@link #neededIn} and {@link #close} may be called
     * meanwhile.
     *
     * @param later run once {@link #take} is worth a call, if this returned LATER, perhaps before it did; from any thread, must not block
     */
    default int push(FloatBuffer frames, int count, int stride, FloatBuffer samples, Runnable later) {
        return push(frames, count, stride, samples);
    }

    /** The same as {@link #flush(FloatBuffer)}, without waiting; see there. */
    default int flush(FloatBuffer samples, Runnable later) {
        return flush(samples);
    }

    /**
     * What a push or flush that returned {@link #LATER} has made.
     *
     * @param samples as there
     * @return how many samples were put there; LATER if they are still under way
     * @throws IllegalStateException if nothing is, or the stream is closed
     * @throws dev.duplexvoice.VoiceException if it failed
     */
    default int take(FloatBuffer samples) {
        throw new IllegalStateException("nothing is under way");
    }

    /**
     * Tells for how long the listener still has audio, in nanoseconds from now; 0 if it is silent and waits. Decides whose turn it is where
     * a device is shared. A stream that is not told takes its samples to be played from when they were made.
     */
    default void neededIn(long nanos) {}

    /** Forgets the utterance, ended or not, so that the next may begin. */
    void reset();

    @Override
    void close();
}
