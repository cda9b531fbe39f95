package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;

/**
 * What ends a session by itself; the host is told the {@link CloseReason}.
 *
 * @param idle silence of both sides, 1 s to 24 h
 * @param duration length of the session, 1 s to 24 h
 * @param turns turns of the caller, at least 1
 */
public record SessionLimits(Duration idle, Duration duration, int turns) {

    /** 300 s, 3600 s, 100 turns. */
    public static final SessionLimits DEFAULT =
            new SessionLimits(Duration.ofSeconds(300), Duration.ofSeconds(3600), 100);

    /** @throws IllegalArgumentException if a value is out of range */
    public SessionLimits {
        OptionValues.inRange("limits.idle", idle, Duration.ofSeconds(1), Duration.ofHours(24));
        OptionValues.inRange("limits.duration", duration, Duration.ofSeconds(1), Duration.ofHours(24));
        if (turns < 1) {
            throw new IllegalArgumentException("limits.turns=" + turns + ": must be at least 1");
        }
    }
}
