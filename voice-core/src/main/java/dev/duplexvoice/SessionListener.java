package dev.duplexvoice;

/**
 * Told what happens in a session. Called on a worker thread, one event at a time and in order; it may block without
 * disturbing any session's audio, though its own session's later events wait. What it throws is reported to it as a
 * {@link SessionEvent.Failed} event and logged.
 */
@FunctionalInterface
public interface SessionListener {

    /** An event. */
    void on(SessionEvent event);
}
