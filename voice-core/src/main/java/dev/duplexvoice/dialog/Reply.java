package dev.duplexvoice.dialog;

/** The reply to a turn while it is being written. Thread-safe. */
public interface Reply {

    /** The longest reply, in characters. */
    int MAX_LENGTH = 1_000_000;

    /**
     * Adds text, a token or more; it is spoken as soon as it makes a clause. Ignored once the reply is cancelled.
     *
     * @throws IllegalStateException if the reply is complete
     * @throws IllegalArgumentException if the reply would exceed {@link #MAX_LENGTH} characters
     */
    void write(CharSequence text);

    /** Says that all text is written. Idempotent. */
    void complete();

    /** Lets {@link Responder#respond} return before the reply is complete; someone must call {@link #complete}. */
    void detach();

    /** Ends the reply with an error event. What was spoken already stays spoken. */
    void fail(Throwable cause);

    /** Whether the reply was interrupted or the session ended, so that more text would be of no use. */
    boolean isCancelled();

    /** Runs an action when the reply is cancelled, at once if it was; on a worker thread. */
    void onCancel(Runnable action);

    /**
     * Tells what a language model took and made for this reply, for metrics and traces; what several calls tell is added up. Before
     * the reply is complete.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    default void tokens(long input, long output) {}

    /** Whether the caller may interrupt this reply; true unless said otherwise before its first audio. */
    void allowInterruptions(boolean allow);
}
