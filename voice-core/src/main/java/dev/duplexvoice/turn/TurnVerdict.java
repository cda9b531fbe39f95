package dev.duplexvoice.turn;

/** What a {@link TurnDetector} thinks. */
public enum TurnVerdict {
    /** The turn is over now: {@code endpointing.minDelay} is not waited for. Its transcript is, if there is a recognizer. */
    END,
    /** No opinion: the turn ends by silence. */
    UNDECIDED,
    /** The caller will go on: the turn is kept open to {@code endpointing.maxDelay}. */
    HOLD
}
