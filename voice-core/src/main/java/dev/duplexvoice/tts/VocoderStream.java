package dev.duplexvoice.tts;

import java.nio.FloatBuffer;

/**
 * The waveform of one utterance while its frames come. What it gives, put together, is what the network makes of the whole utterance,
 * however the frames were parted. One thread at a time; buffers are direct, of the machine's byte order, and used during the call only.
 */
public interface VocoderStream extends AutoCloseable {

    /**
     * Tells who speaks; before the first frame of an utterance.
     *
     * @param values as many as {@link Vocoder#conditionChannels}, from the buffer's position on
     * @throws IllegalArgumentException if there are more or fewer
     * @throws IllegalStateException if frames came already
     */
    void condition(FloatBuffer values);

    /**
     * Takes frames and gives the samples that can be made now: those of all frames so far but the last {@link Vocoder#lookAhead}.
     *
     * @param frames {@code [channels][count]}, from the buffer's position on
     * @param count of frames, at least 1
     * @param samples where they are put, full scale ±1, from the position on; must have room for {@code (count + lookAhead) *
     *     samplesPerFrame}. Its position is left as it is
     * @return how many samples were put there, a multiple of {@link Vocoder#samplesPerFrame}; 0 if none can be made yet
     * @throws dev.duplexvoice.VoiceException with SYNTHESIS if a frame is not a number; the stream then has to be {@link #reset}
     */
    int push(FloatBuffer frames, int count, FloatBuffer samples);

    /**
     * Ends the utterance and gives the rest, that of the last {@link Vocoder#lookAhead} frames at most. Then the next one may begin.
     *
     * @param samples with room for {@code lookAhead * samplesPerFrame}
     * @return how many samples were put there
     */
    int flush(FloatBuffer samples);

    /** Drops the utterance, so that the next may begin. */
    void reset();

    @Override
    void close();
}
