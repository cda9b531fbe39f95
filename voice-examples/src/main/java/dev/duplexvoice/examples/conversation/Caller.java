package dev.duplexvoice.examples.conversation;

import dev.duplexvoice.SessionEvent;

/** The person who calls: 20 ms of audio at a time, in the session's input format. Called on the conversation's thread. */
public interface Caller {

    /** Fills the next frame. */
    void fill(short[] frame);

    /** Told what happened in the session, before the next frame. */
    default void on(SessionEvent event) {}

    /** Whether nothing more will be said. */
    boolean isFinished();

    /** Once it is finished: whether what it said last may still be answered. */
    default boolean expectsAnswer() {
        return true;
    }
}
