package dev.duplexvoice.grpc.routing;

import java.util.Locale;

/** How one of several suitable workers is chosen. Equal ones take turns. */
public enum RoutingStrategy {
    /**
     * The lowest load: (calls that this process has there + syntheses that wait there, as of its last heartbeat) / the sessions that it
     * takes at a time.
     */
    LEAST_LOADED,
    /**
     * The lowest latency to the first audio, as this process measured it. One that was not measured lately is tried by one call at a
     * time; further ones count it as the slowest.
     */
    LEAST_LATENCY,
    /** One after the other, by name. */
    ROUND_ROBIN,
    /** Any, each as likely as the others. */
    RANDOM,
    /**
     * The lowest sum of load and latency, 0.7 and 0.3 unless {@link RoutingOptions} says otherwise, each as a share of the highest among
     * the candidates.
     */
    WEIGHTED;

    /** Its name in configuration and logs, {@code least_loaded} for one. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * By its name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static RoutingStrategy of(String label) {
        for (RoutingStrategy strategy : values()) {
            if (strategy.label().equals(label)) {
                return strategy;
            }
        }
        throw new IllegalArgumentException("routing.strategy=" + label
                + ": use one of least_loaded, least_latency, round_robin, random, weighted");
    }
}
