package dev.duplexvoice.micrometer.operator;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Tells how a process does. Called by several threads at once. */
public interface HealthSource {

    /** Checks what the process needs; by name, in the order in which it is shown. Bounded in time by itself. */
    CompletionStage<Map<String, Finding>> check();

    /** Whether nobody new is taken any more, because the process is about to end. */
    default boolean isDraining() {
        return false;
    }

    /** The models that it speaks and listens with, and whether each is in memory; none by default. */
    default Map<String, Boolean> models() {
        return Map.of();
    }
}
