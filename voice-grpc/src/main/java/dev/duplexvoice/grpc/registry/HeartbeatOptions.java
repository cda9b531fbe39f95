package dev.duplexvoice.grpc.registry;

import java.time.Duration;

/**
 * How a worker keeps its entry.
 *
 * @param interval between two heartbeats; 10 ms or more, and less than the time to live
 * @param timeToLive of the entry; whole seconds, 1 s to 1 h
 */
public record HeartbeatOptions(Duration interval, Duration timeToLive) {
    /** Every 10 s, to live for 30 s. */
    public static final HeartbeatOptions DEFAULT = new HeartbeatOptions(Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** @throws IllegalArgumentException if a duration is out of its range */
    public HeartbeatOptions {
        Durations.require("timeToLive", timeToLive, Duration.ofSeconds(1), Duration.ofHours(1));
        Durations.require("interval", interval, Duration.ofMillis(10), timeToLive.minusMillis(1));
        if (timeToLive.getNano() != 0) {
            throw new IllegalArgumentException("timeToLive=" + timeToLive + ": must be whole seconds");
        }
    }
}
