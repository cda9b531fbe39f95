package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.telemetry.VoiceTelemetry;

/** A network that speaks. Shared by threads. */
interface SpeechModel extends AutoCloseable {

    /** Samples per second. */
    int sampleRate();

    /**
     * Computes what is needed before the first samples.
     *
     * @param rate speaking rate; 1 is the voice's own
     * @param stop stops this and the utterance's runs; open as long as the utterance is
     * @throws dev.duplexvoice.VoiceException with SYNTHESIS if the network fails or is stopped
     */
    Utterance begin(Phrase phrase, float rate, RunStop stop);

    /** Whom it tells of a device that it shares. */
    default void telemetry(VoiceTelemetry telemetry) {}

    /** Frees it; nobody may be in it. */
    @Override
    void close();
}
