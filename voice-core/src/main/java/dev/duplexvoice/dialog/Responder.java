package dev.duplexvoice.dialog;

/** The host's logic: answers a caller's turn with text, a language model for one. */
@FunctionalInterface
public interface Responder {

    /**
     * Answers a turn. Called on a worker thread; it may block. The text is spoken as it is written. When this method returns the
     * reply is complete, unless {@link Reply#detach()} was called; when it throws, what was written is dropped, the reply ends, the
     * session gets an error event and goes on.
     *
     * <p>When the reply is cancelled the thread is interrupted as long as the call lasts. The next turn does not wait for a call
     * whose reply is over, so calls of one session may overlap by that much. With {@link dev.duplexvoice.Preemptive} a turn may be
     * asked more than once, with what was understood so far.
     */
    void respond(Turn turn, Reply reply) throws Exception;

    /** What answers, as metrics and traces name it: a language model's name. One of few; a label is made of it. */
    default String model() {
        return "unnamed";
    }
}
