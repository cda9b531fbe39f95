package dev.duplexvoice;

/**
 * How the host's own text is said.
 *
 * @param when what to do with a reply that is being made or played
 * @param allowInterruptions whether the caller may interrupt it
 */
public record SayOptions(When when, boolean allowInterruptions) {

    /** What to do with a reply that is being made or played. */
    public enum When {
        /** Wait until the caller and the replies before it are done. */
        QUEUE,
        /** Cut off what is being said. */
        INTERRUPT
    }

    /** Queued, may be interrupted. */
    public static final SayOptions DEFAULT = new SayOptions(When.QUEUE, true);
}
