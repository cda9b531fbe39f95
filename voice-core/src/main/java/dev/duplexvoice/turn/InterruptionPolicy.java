package dev.duplexvoice.turn;

/**
 * Judges whether what a caller says into a reply cuts it off. It decides before the options do: they hold where it is undecided.
 * Shared by sessions.
 */
@FunctionalInterface
public interface InterruptionPolicy {

    /** What becomes of the reply. */
    enum Verdict {
        /** It is cut off now. */
        INTERRUPT,
        /** It goes on; this speech does not pause it any more. */
        CONTINUE,
        /** No opinion: the options decide. */
        UNDECIDED
    }

    /**
     * Judges an attempt. Asked when the speech begins, when there is new text of it, and when the options would cut the reply off;
     * on a worker thread, one call at a time for each session; it may block. The reply stays paused meanwhile, no longer than
     * {@code interruption.falseAlarmTimeout}. What it throws is reported as an event of the session, and the options decide.
     */
    Verdict judge(InterruptionAttempt attempt) throws Exception;
}
