package dev.duplexvoice;

import java.util.Locale;

/** Why a session ended. */
public enum CloseReason {
    /** The host closed it. */
    CLOSED,
    /** The engine was closed. */
    ENGINE_CLOSED,
    /** The engine was drained, and the session went on to the drain's deadline. */
    DRAINED,
    /** Nothing was said for {@code limits.idle}. */
    IDLE_LIMIT,
    /** It lasted {@code limits.duration}. */
    DURATION_LIMIT,
    /** It had {@code limits.turns} turns. */
    TURN_LIMIT,
    /** A defect of this library; an error event says more. */
    INTERNAL_ERROR;

    /** The name used in events, metrics and logs: {@code idle_limit}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
