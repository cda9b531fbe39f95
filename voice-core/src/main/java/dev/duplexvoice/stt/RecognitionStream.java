package dev.duplexvoice.stt;

/**
 * One session's recognition. All methods are called in order on worker threads, one at a time. What they throw is reported
 * as an event of the session; the session goes on.
 */
public interface RecognitionStream extends AutoCloseable {

    /** The caller began to speak; the next audio begins with the pre-roll, so that no onset is lost. */
    default void speechStarted() {}

    /**
     * The same; this is the one that is called.
     *
     * @param utterance numbers the session's utterances, for {@link TranscriptSink#transcript(String, boolean, long)}
     */
    default void speechStarted(long utterance) {
        speechStarted();
    }

    /**
     * Audio of the caller's speech, pre-roll included and silence between utterances left out.
     *
     * @param samples the recognizer's own to keep
     */
    default void audio(short[] samples) {}

    /** The caller stopped speaking; a final transcript is expected soon. */
    default void speechEnded() {}

    @Override
    default void close() {}
}
