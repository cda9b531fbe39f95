package dev.duplexvoice.grpc.internal;

import java.time.Duration;

/**
 * What a worker allows; can be changed while it runs.
 *
 * @param maxSessions sessions at a time
 * @param idleTimeout after which a session that nobody touches ends
 */
public record WorkerLimits(int maxSessions, Duration idleTimeout) {
    private static final Duration LONGEST = Duration.ofHours(24);

    /** @throws IllegalArgumentException if a value is out of range */
    public WorkerLimits {
        if (maxSessions < 1 || maxSessions > 100_000) {
            throw new IllegalArgumentException("maxSessions=" + maxSessions + ": must be 1 to 100000");
        }
        if (idleTimeout.compareTo(Duration.ofSeconds(1)) < 0 || idleTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("idleTimeout=" + idleTimeout.toMillis() + "ms: must be 1 s to 24 h");
        }
    }
}
