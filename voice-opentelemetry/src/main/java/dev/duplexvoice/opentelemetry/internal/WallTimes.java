package dev.duplexvoice.opentelemetry.internal;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The wall clock's time for times of an engine's clock. Taken anew for each conversation, so that what a wall clock is set by in the course
 * of weeks counts, and spans of one trace still fit together.
 */
public final class WallTimes {
    private final long offset;

    /** @param at what the engine's clock showed then */
    public WallTimes(Instant wall, long at) {
        offset = TimeUnit.SECONDS.toNanos(wall.getEpochSecond()) + wall.getNano() - at;
    }

    /** Nanoseconds since 1970. */
    long of(long engineTime) {
        return engineTime + offset;
    }
}
