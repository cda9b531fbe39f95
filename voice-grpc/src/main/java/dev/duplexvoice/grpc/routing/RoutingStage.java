package dev.duplexvoice.grpc.routing;

import java.util.Locale;

/** The steps of a decision, in their order. */
public enum RoutingStage {
    /** Which workers there are. */
    REGISTRY,
    /** Those that the request does not want. */
    EXCLUSION,
    /** Those that speak the language. */
    LANGUAGE,
    /** Those that can do what is needed. */
    CAPABILITIES,
    /** Those that live and do not fail. */
    HEALTH,
    /** The one that the session was on. */
    AFFINITY,
    /** Those that have the model in memory. */
    RESIDENT_MODEL,
    /** The best by the strategy. */
    STRATEGY,
    /** Those that take one more session. */
    ADMISSION;

    /** Its name in logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
