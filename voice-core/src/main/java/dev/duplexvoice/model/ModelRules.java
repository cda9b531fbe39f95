package dev.duplexvoice.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The options of a manager; the builder has checked them and says what they mean. */
record ModelRules(
        int maxResident,
        int maxLoads,
        Duration timeToLive,
        Duration minResidency,
        Duration sweepInterval,
        Duration acquireTimeout,
        Duration warmUpTimeout,
        @Nullable String defaultModel,
        boolean keepDefault) {

    /** Whether the sweep leaves this model alone. */
    boolean kept(String id) {
        return keepDefault && id.equals(defaultModel);
    }
}
