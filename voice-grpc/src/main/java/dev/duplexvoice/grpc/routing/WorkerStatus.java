package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerInfo;

/**
 * A worker as a router sees it now.
 *
 * @param worker as the registry showed it
 * @param inFlight calls that this process has there
 * @param latencyMillis to the first audio, measured; NaN if it was not lately
 * @param breaker its circuit breaker
 * @param failures in a row
 * @param health as it was found last
 */
public record WorkerStatus(
        WorkerInfo worker,
        int inFlight,
        double latencyMillis,
        BreakerPhase breaker,
        int failures,
        WorkerHealth.State health) {}
