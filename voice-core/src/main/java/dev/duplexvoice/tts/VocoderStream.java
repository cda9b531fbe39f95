package dev.duplexvoice.tts;

import java.nio.FloatBuffer;

/**
 * The waveform of one utterance after another while their frames come. What it gives, put together, is what the network makes of the
 * whole utterance, however the frames were parted. One thread at a time; buffers are direct, of the machine's byte order, and used
 * during the call only.
 */
public interface VocoderStream extends AutoCloseable {

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

    /** Forgets the utterance, ended or not, so that the next may begin. */
    void reset();

    @Override
    void close();
}
