package dev.duplexvoice.tts;

import dev.duplexvoice.internal.Providers;
import dev.duplexvoice.internal.vocoder.ScheduledVocoder;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
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

    /** Where it computes, now: a device that failed is left for the CPU. */
    default VocoderDevice device() {
        return VocoderDevice.CPU;
    }

    /** Why it computes on the CPU though another device was asked for, as a sentence; null if it does not. */
    default @Nullable String problem() {
        return null;
    }

    /** Samples per second; 0 if the model does not tell. */
    default int sampleRate() {
        return 0;
    }

    /** Frames of a push that are computed in one go; a longer one is parted. */
    default int framesAtOnce() {
        return 65_536;
    }

    /** Whom it tells of batches, and that a device failed. Of several calls the last counts. */
    default void telemetry(VoiceTelemetry telemetry) {}

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
     * @return null if no provider has any
     * @throws dev.duplexvoice.VoiceException if the model cannot be used: NOT_FOUND; MODEL for a file that is damaged; UNSUPPORTED for a
     *     network that none of them knows
     */
    static @Nullable Vocoder find(Path model) {
        return find(model, VocoderOptions.CPU);
    }

    /** The same, on a device of the caller's choice; on the CPU if that cannot be, which {@link #problem()} tells. */
    static @Nullable Vocoder find(Path model, VocoderOptions options) {
        return Providers.installed().vocoder(model, options);
    }

    /**
     * Shares a device among streams: whose listener runs out of audio first is computed first, those of whom nothing was heard yet before
     * others that can wait, many in a batch. It has a thread of its own, which ends when it and its last stream are closed; on a {@link
     * dev.duplexvoice.time.VirtualClock} it has none, and pushes are to be made with a {@code later}.
     *
     * <p>A stream for which the device has no room computes on the CPU, from its first frame to its last.
     *
     * @param backend the device; closed with this
     * @param onCpu the same network on the CPU; closed with this
     * @param clock the system's, but for simulations
     */
    static Vocoder scheduled(VocoderBackend backend, Vocoder onCpu, VocoderOptions options, EngineClock clock) {
        return ScheduledVocoder.start(backend, onCpu, options, clock);
    }
}
