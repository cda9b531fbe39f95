package dev.duplexvoice.dialog;

/**
 * One side's contribution to the dialog.
 *
 * @param speaker who spoke
 * @param text what was said; of a reply, what was heard
 * @param interrupted whether the caller cut it off
 */
public record Utterance(Speaker speaker, String text, boolean interrupted) {

    /** Who spoke. */
    public enum Speaker {
        /** The person calling. */
        CALLER,
        /** The host, through this library. */
        AGENT
    }
}
