package dev.duplexvoice;

/**
 * Whether a reply is begun before it is certain that the caller's turn is over: when its transcript is final, or, without a
 * recognizer, when the caller falls silent. If the caller goes on, the work is thrown away and the {@link
 * dev.duplexvoice.dialog.Reply} is cancelled; no event tells of it. Nothing of it is ever heard, or in the history, before the turn
 * has ended.
 */
public enum Preemptive {
    /** No. */
    OFF,
    /** The Responder is asked; its text is not synthesised yet. */
    REPLY,
    /** The Responder is asked and its text synthesised, as far as the buffer of a session goes. */
    SPEECH
}
