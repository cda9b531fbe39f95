package dev.duplexvoice.dialog;

/** The host's logic: answers a caller's turn with text, a language model for one. */
@FunctionalInterface
public interface Responder {

    /**
     * Answers a turn. Called on a worker thread, one call at a time for each session; it may block. The text is spoken as it
     * is written. When this method returns the reply is complete, unless {@link Reply#detach()} was called; when it throws,
     * what was written is dropped, the reply ends, the session gets an error event and goes on.
     */
    void respond(Turn turn, Reply reply) throws Exception;
}
