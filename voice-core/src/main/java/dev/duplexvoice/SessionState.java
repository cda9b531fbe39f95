package dev.duplexvoice;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a session is doing. */
public enum SessionState {
    /** Opened, not yet started. */
    IDLE,
    /** Waiting for the caller to speak or to go on. */
    LISTENING,
    /** The caller's turn is over; the reply's first audio is not there yet. */
    THINKING,
    /** A reply is being played. */
    SPEAKING,
    /** A reply is paused because the caller speaks; it will be cut off or resumed. */
    BARGED_IN,
    /** The caller's turn is over and nobody answers by itself: the host is to say something. */
    WAITING_FOR_INPUT,
    /** Over. */
    TERMINATED;

    private static final Set<SessionState> FROM_IDLE = EnumSet.of(LISTENING, TERMINATED);
    private static final Set<SessionState> FROM_LISTENING = EnumSet.of(THINKING, WAITING_FOR_INPUT, TERMINATED);
    private static final Set<SessionState> FROM_THINKING = EnumSet.of(SPEAKING, LISTENING, TERMINATED);
    private static final Set<SessionState> FROM_SPEAKING =
            EnumSet.of(LISTENING, BARGED_IN, WAITING_FOR_INPUT, TERMINATED);
    private static final Set<SessionState> FROM_BARGED_IN = EnumSet.of(LISTENING, SPEAKING, TERMINATED);
    private static final Set<SessionState> FROM_WAITING = EnumSet.of(LISTENING, THINKING, SPEAKING, TERMINATED);
    private static final Set<SessionState> FROM_TERMINATED = EnumSet.noneOf(SessionState.class);

    /** Whether a session in this state may go to that one directly. */
    public boolean mayBecome(SessionState next) {
        return switch (this) {
            case IDLE -> FROM_IDLE.contains(next);
            case LISTENING -> FROM_LISTENING.contains(next);
            case THINKING -> FROM_THINKING.contains(next);
            case SPEAKING -> FROM_SPEAKING.contains(next);
            case BARGED_IN -> FROM_BARGED_IN.contains(next);
            case WAITING_FOR_INPUT -> FROM_WAITING.contains(next);
            case TERMINATED -> FROM_TERMINATED.contains(next);
        };
    }

    /** The name used in events, metrics and logs: {@code barged_in}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
