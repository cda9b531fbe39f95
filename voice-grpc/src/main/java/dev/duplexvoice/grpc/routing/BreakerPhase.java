package dev.duplexvoice.grpc.routing;

import java.util.Locale;

/** What a circuit breaker lets through. */
public enum BreakerPhase {
    /** Every call. */
    CLOSED,
    /** None, for a time. */
    OPEN,
    /** A few, to see whether they succeed. */
    HALF_OPEN;

    /** Its name in logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
