package dev.duplexvoice.tts;

import dev.duplexvoice.telemetry.VoiceTelemetry;

/** A voice that speaks text. Shared by threads; each text is a {@link SynthesisStream} of its own. */
public interface SpeechSynthesizer extends AutoCloseable {

    /** The voice's name, such as {@code rms}. */
    String voice();

    /** Samples per second of the audio it makes. */
    int sampleRate();

    /** The longest text of one stream, in characters; longer text is segmented by the caller. */
    int maxTextLength();

    /**
     * Whether it wants a reply's text whole, once it is complete, because it segments text by itself; one longer than {@link
     * #maxTextLength()} comes in as few pieces as fit. Otherwise it is given clauses as soon as they are written.
     */
    default boolean wantsWholeReplies() {
        return false;
    }

    /** What kind of voice it is, as metrics name it: {@code flite}, {@code piper}. One of few; a label is made of it. */
    default String family() {
        return "custom";
    }

    /** Whether its audio is computed in another process, so that its computing time says nothing of this one. */
    default boolean isRemote() {
        return false;
    }

    /**
     * Whom it tells of retries and fallbacks. An engine calls this for its own voices when they are loaded, and for a host's when a
     * session is opened with one; of several calls the last counts.
     */
    default void telemetry(VoiceTelemetry telemetry) {}

    /**
     * Begins to speak. Must return soon, because other audio waits meanwhile: what takes time belongs into {@link
     * SynthesisStream#read}, or onto a thread of the synthesizer's own. A session begins the next clauses while one is spoken, so
     * several streams of it may be open at once; they are read in their order.
     *
     * @param request the text and how to say it
     * @param readable run whenever a {@link SynthesisStream#read} that returned 0 is worth repeating; from any thread, must
     *     not block. Synthesizers whose {@code read} never returns 0 never run it.
     * @throws IllegalArgumentException if the text is longer than {@link #maxTextLength()}
     * @throws IllegalStateException if closed
     */
    SynthesisStream start(SynthesisRequest request, Runnable readable);

    /** Closes the voice for new streams; running ones go on. Idempotent. */
    @Override
    void close();
}
