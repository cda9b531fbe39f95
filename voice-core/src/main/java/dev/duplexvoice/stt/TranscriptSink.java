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

    /**
     * Text of a certain utterance, for recognizers that know which: then texts may come late and in any order. Such a recognizer
     * gives one final text for each utterance, a blank one if it understood nothing, and the end of the turn waits for all of
     * them, no longer than {@code endpointing.maxDelay}. Interim text behind the final one is ignored.
     *
     * @param utterance the number given to {@link RecognitionStream#speechStarted(long)}
     */
    default void transcript(String text, boolean isFinal, long utterance) {
        transcript(text, isFinal);
    }
}
