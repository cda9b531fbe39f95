package dev.duplexvoice.grpc.registry;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * How {@link RedisWorkerRegistry} looks.
 *
 * @param interval between two looks, 10 ms to 1 min
 * @param grace after a new connection, for how long workers that Redis does not have are still believed to be there, because it
 *     may have come back empty and they register again with their next heartbeat; 0 to 1 h
 * @param keep while Redis does not answer, for how long the workers last known are kept; 0 to 30 days
 * @param accepts which addresses are used, for networks in which not everybody who writes to Redis is trusted
 */
public record RedisRegistryOptions(Duration interval, Duration grace, Duration keep, Predicate<WorkerAddress> accepts) {
    /** A look every 2 s, a grace of 30 s, kept for 10 min, any address. */
    public static final RedisRegistryOptions DEFAULT = new RedisRegistryOptions(
            Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(10), address -> true);

    /** @throws IllegalArgumentException if a duration is out of its range */
    public RedisRegistryOptions {
        Durations.require("interval", interval, Duration.ofMillis(10), Duration.ofMinutes(1));
        Durations.require("grace", grace, Duration.ZERO, Duration.ofHours(1));
        Durations.require("keep", keep, Duration.ZERO, Duration.ofDays(30));
    }

    /** This with another interval. */
    public RedisRegistryOptions withInterval(Duration value) {
        return new RedisRegistryOptions(value, grace, keep, accepts);
    }

    /** This with another grace. */
    public RedisRegistryOptions withGrace(Duration value) {
        return new RedisRegistryOptions(interval, value, keep, accepts);
    }

    /** This, keeping for another time. */
    public RedisRegistryOptions withKeep(Duration value) {
        return new RedisRegistryOptions(interval, grace, value, accepts);
    }

    /** This, using only addresses that the predicate is true for. It is called on the store's thread. */
    public RedisRegistryOptions withAccepts(Predicate<WorkerAddress> value) {
        return new RedisRegistryOptions(interval, grace, keep, value);
    }
}
