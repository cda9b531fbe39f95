package dev.duplexvoice.grpc.routing;

import java.time.Duration;

/**
 * How workers are chosen.
 *
 * @param strategy among suitable ones
 * @param loadWeight of {@link RoutingStrategy#WEIGHTED}, 0 to 1; the latency has the rest
 * @param maxHeartbeatAge a worker whose last heartbeat is older is not used; 10 ms to 1 h
 * @param assumedCapacity sessions at a time that a worker without a stated limit is believed to take, when its load is compared with
 *     others'; 1 or more. It is no limit
 * @param latencyMemory for how long a measured latency counts; 10 ms to 1 h
 * @param breaker when a failing worker is left alone
 * @param seed of {@link RoutingStrategy#RANDOM}
 */
public record RoutingOptions(
        RoutingStrategy strategy,
        double loadWeight,
        Duration maxHeartbeatAge,
        int assumedCapacity,
        Duration latencyMemory,
        BreakerOptions breaker,
        long seed) {
    /** Least loaded; 0.7; 30 s; 8 sessions; 60 s; the breaker's defaults; one seed for all. */
    public static final RoutingOptions DEFAULT = new RoutingOptions(
            RoutingStrategy.LEAST_LOADED,
            0.7,
            Duration.ofSeconds(30),
            8,
            Duration.ofSeconds(60),
            BreakerOptions.DEFAULT,
            1);

    /** @throws IllegalArgumentException if one is out of its range */
    public RoutingOptions {
        if (!(loadWeight >= 0 && loadWeight <= 1)) {
            throw new IllegalArgumentException("loadWeight=" + loadWeight + ": must be 0 to 1");
        }
        if (assumedCapacity < 1) {
            throw new IllegalArgumentException("assumedCapacity=" + assumedCapacity + ": must be 1 or more");
        }
        require("maxHeartbeatAge", maxHeartbeatAge);
        require("latencyMemory", latencyMemory);
    }

    private static void require(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(name + "=" + value + ": must be 10 ms to 1 h");
        }
    }

    /** This with another strategy. */
    public RoutingOptions withStrategy(RoutingStrategy value) {
        return new RoutingOptions(value, loadWeight, maxHeartbeatAge, assumedCapacity, latencyMemory, breaker, seed);
    }

    /** This with another weight of the load. */
    public RoutingOptions withLoadWeight(double value) {
        return new RoutingOptions(strategy, value, maxHeartbeatAge, assumedCapacity, latencyMemory, breaker, seed);
    }

    /** This with another bound for heartbeats. */
    public RoutingOptions withMaxHeartbeatAge(Duration value) {
        return new RoutingOptions(strategy, loadWeight, value, assumedCapacity, latencyMemory, breaker, seed);
    }

    /** This with another assumed capacity. */
    public RoutingOptions withAssumedCapacity(int value) {
        return new RoutingOptions(strategy, loadWeight, maxHeartbeatAge, value, latencyMemory, breaker, seed);
    }

    /** This with another memory for latencies. */
    public RoutingOptions withLatencyMemory(Duration value) {
        return new RoutingOptions(strategy, loadWeight, maxHeartbeatAge, assumedCapacity, value, breaker, seed);
    }

    /** This with another breaker. */
    public RoutingOptions withBreaker(BreakerOptions value) {
        return new RoutingOptions(strategy, loadWeight, maxHeartbeatAge, assumedCapacity, latencyMemory, value, seed);
    }

    /** This with another seed. */
    public RoutingOptions withSeed(long value) {
        return new RoutingOptions(
                strategy, loadWeight, maxHeartbeatAge, assumedCapacity, latencyMemory, breaker, value);
    }
}
