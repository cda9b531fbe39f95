package dev.duplexvoice.turn;

/**
 * One session's {@link TurnDetector}. All methods are called in order on worker threads, one at a time; they may block. What they
 * throw is reported as an event of the session, and silence decides.
 */
@FunctionalInterface
public interface TurnStream extends AutoCloseable {

    /** The caller began to speak; the next audio begins with the pre-roll. */
    default void speechStarted() {}

    /**
     * Audio of the caller's speech, pre-roll included and silence between utterances left out.
     *
     * @param samples the detector's own to keep
     */
    default void audio(short[] samples) {}

    /**
     * Judges whether the turn is over. Asked when the caller has fallen silent, and again when more text of the turn came. Until
     * it answers the turn stays open, to {@code endpointing.maxDelay} at most; an answer that comes when the caller speaks again
     * is not used.
     */
    TurnVerdict judge(TurnMoment moment) throws Exception;

    @Override
    default void close() {}
}
