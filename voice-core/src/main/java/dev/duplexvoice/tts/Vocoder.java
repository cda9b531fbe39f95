package dev.duplexvoice.tts;

import dev.duplexvoice.internal.Providers;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The second half of a neural voice: makes the waveform of the frames that a network's first half gives. Shared by threads; each
 * utterance has a {@link VocoderStream} of its own.
 */
public interface Vocoder extends AutoCloseable {

    /** What computes, for logs and benchmarks: {@code native} for one. */
    String name();

    /** Values of a frame. */
    int channels();

    /** Samples that a frame becomes. */
    int samplesPerFrame();

    /** Values that tell who speaks; 0 for a model with one voice. */
    int conditionChannels();

    /** Samples by which the output is behind the input; the rest comes with the flush. */
    int lookAheadSamples();

    /**
     * A stream for utterances of one speaker. It keeps what it needs of the vocoder, also if that is closed before.
     *
     * @param condition the {@link #conditionChannels} values that tell who speaks, copied, in a direct buffer from its position on; null
     *     for a model with one voice
     * @throws IllegalArgumentException if a condition is needed and not given, or given and not needed, or has another length
     * @throws IllegalStateException if the vocoder is closed
     * @throws dev.duplexvoice.VoiceException if there is no memory for it
     */
    VocoderStream newStream(@Nullable FloatBuffer condition);

    @Override
    void close();

    /**
     * Opens that of the first installed provider which has one for a model.
     *
     * @param model the file of the voice
     * @return null if no provider has one
     * @throws dev.duplexvoice.VoiceException if the model cannot be used: NOT_FOUND; MODEL for a file that is damaged or a
     *     network that is none of those known
     */
    static @Nullable Vocoder find(Path model) {
        return Providers.installed().vocoder(model);
    }
}
