package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;

/**
 * What ends a session by itself, of which the host is told the {@link CloseReason}, and what it keeps meanwhile.
 *
 * @param idle silence of both sides, 1 s to 24 h
 * @param duration length of the session, 1 s to 24 h
 * @param turns turns of the caller, at least 1
 * @param history contributions of both sides that {@link DuplexSession#history} keeps, 1 to 1,000,000; the oldest are forgotten
 */
public record SessionLimits(Duration idle, Duration duration, int turns, int history) {
    private static final int MOST_HISTORY = 1_000_000;

    /** 300 s, 3600 s, 100 turns, 1,000 contributions. */
    public static final SessionLimits DEFAULT =
            new SessionLimits(Duration.ofSeconds(300), Duration.ofSeconds(3600), 100, 1_000);

    /** @throws IllegalArgumentException if a value is out of range */
    public SessionLimits {
        OptionValues.inRange("limits.idle", idle, Duration.ofSeconds(1), Duration.ofHours(24));
        OptionValues.inRange("limits.duration", duration, Duration.ofSeconds(1), Duration.ofHours(24));
        if (turns < 1) {
            throw new IllegalArgumentException("limits.turns=" + turns + ": must be at least 1");
        }
        if (history < 1 || history > MOST_HISTORY) {
            throw new IllegalArgumentException("limits.history=" + history + ": must be 1 to " + MOST_HISTORY);
        }
    }
}
