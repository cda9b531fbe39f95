package dev.duplexvoice.stt;

/** Takes what a recognizer understood. Thread-safe, never blocks. */
@FunctionalInterface
public interface TranscriptSink {

    /**
     * Text of the caller.
     *
     * @param text an interim text replaces the one before it; a final text is added to the turn
     * @param isFinal whether the recognizer will not change it any more
     */
    void transcript(String text, boolean isFinal);
}
