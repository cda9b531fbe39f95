package dev.duplexvoice.vad;

import dev.duplexvoice.telemetry.VoiceTelemetry;

/**
 * Tells, for each window of audio, how likely it is that someone is speaking. A detector is immutable and shared by all
 * threads; the state of the callers lives in its {@linkplain VadBatch batches}.
 */
public interface VoiceActivityDetector extends AutoCloseable {

    /** The detector's name, such as {@code duplex} or {@code silero}. */
    String name();

    /** Samples per second of the audio it takes. */
    int sampleRate();

    /** Samples in a window, 512 for 16 kHz models of Silero's architecture. */
    int windowSamples();

    /** How its probabilities are best made into the segments of a recording: {@link VadOptions#OFFLINE} for models. */
    default VadOptions segmenting() {
        return VadOptions.OFFLINE;
    }

    /**
     * Where it really computes: the device of the batches that are opened from now on. One that was asked to use a GPU and
     * cannot, or no longer can, answers {@link VadDevice#CPU}.
     */
    default VadDevice device() {
        return VadDevice.CPU;
    }

    /** Whom it tells when it has to compute elsewhere than asked. An engine calls this once; of several calls the last counts. */
    default void telemetry(VoiceTelemetry telemetry) {}

    /**
     * Makes room for the state of up to {@code capacity} callers. The batch keeps the detector alive: closing the
     * detector first is safe.
     *
     * @param capacity 1 to 65,536
     */
    VadBatch newBatch(int capacity);

    /** Closes the detector for new batches; memory is freed when the last batch is closed. Idempotent. */
    @Override
    void close();
}
