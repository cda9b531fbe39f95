package dev.duplexvoice.model;

import java.util.List;
import java.util.Map;

/**
 * All models of a manager as they were at one time, and what it has counted since it was built.
 *
 * @param models those known, in the order in which they were asked for; then those that are being replaced or take the place of another,
 *     so that the first of an id is the one that newcomers get
 * @param resident those that have or take memory; never more than {@code maxResident}
 * @param maxResident the cap
 * @param hits {@code acquire} calls that found the model ready
 * @param misses {@code acquire} calls that had to wait
 * @param refusals {@code acquire} calls whose time was over
 * @param loads models that were loaded
 * @param loadFailures loads and warm-ups that failed
 * @param unloads models that were closed, by reason; reasons that did not occur are missing
 */
public record ModelManagerStats(
        List<ModelStatus> models,
        int resident,
        int maxResident,
        long hits,
        long misses,
        long refusals,
        long loads,
        long loadFailures,
        Map<UnloadReason, Long> unloads) {

    /** Takes copies. */
    public ModelManagerStats {
        models = List.copyOf(models);
        unloads = Map.copyOf(unloads);
    }

    /** How many models left memory for this reason. */
    public long unloads(UnloadReason reason) {
        return unloads.getOrDefault(reason, 0L);
    }
}
