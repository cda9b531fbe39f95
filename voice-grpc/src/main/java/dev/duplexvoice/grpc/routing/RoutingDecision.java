package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One decision: who there was, who was not taken and why.
 *
 * @param request what was asked for
 * @param strategy by which it was decided among suitable workers
 * @param source the registry that knew them
 * @param candidates all workers that there were, by name
 * @param chosen the name of the one that was taken; null if none was
 * @param took how long it took
 */
public record RoutingDecision(
        RouteRequest request,
        RoutingStrategy strategy,
        String source,
        List<Candidate> candidates,
        @Nullable String chosen,
        Duration took) {
    private static final int MOST_SHOWN = 5;

    /**
     * A worker, and what became of it.
     *
     * @param worker as the registry showed it
     * @param inFlight calls that this process had there
     * @param load its load, as {@link RoutingStrategy#LEAST_LOADED} defines it
     * @param latencyMillis to the first audio, measured; NaN if it was not lately
     * @param dropped why it was not taken; null if it was
     */
    public record Candidate(
            WorkerInfo worker,
            int inFlight,
            double load,
            double latencyMillis,
            @Nullable Dropped dropped) {}

    /** Copies the list. */
    public RoutingDecision {
        candidates = List.copyOf(candidates);
    }

    /** How many workers were left after a step. */
    public int leftAfter(RoutingStage stage) {
        int left = 0;
        for (Candidate candidate : candidates) {
            Dropped dropped = candidate.dropped();
            if (dropped == null || dropped.stage().compareTo(stage) > 0) {
                left++;
            }
        }
        return left;
    }

    /** The step after which no worker was left; empty if one was taken. */
    public Optional<RoutingStage> emptiedBy() {
        if (chosen != null) {
            return Optional.empty();
        }
        RoutingStage last = RoutingStage.REGISTRY;
        for (Candidate candidate : candidates) {
            Dropped dropped = candidate.dropped();
            if (dropped != null && dropped.stage().compareTo(last) > 0) {
                last = dropped.stage();
            }
        }
        return Optional.of(last);
    }

    /** The decision on one line, the reasons of at most five workers in it: those that came furthest. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("session=").append(request.sessionId());
        if (request.language() != null) {
            text.append(", language=").append(request.language());
        }
        if (!request.required().isEmpty()) {
            text.append(", capabilities=").append(request.required());
        }
        if (request.model() != null) {
            text.append(", model=").append(request.model());
        }
        text.append(", strategy=").append(strategy.label());
        text.append(", chosen=").append(chosen == null ? "none" : chosen);
        text.append(", workers=").append(candidates.size()).append(" of ").append(source);
        reasons(text);
        return text.toString();
    }

    private void reasons(StringBuilder text) {
        int shown = 0;
        RoutingStage[] stages = RoutingStage.values();
        for (int i = stages.length - 1; i >= 0; i--) {
            for (Candidate candidate : candidates) {
                Dropped dropped = candidate.dropped();
                if (dropped != null && dropped.stage() == stages[i] && shown++ < MOST_SHOWN) {
                    text.append(shown == 1 ? "; " : ", ")
                            .append(candidate.worker().name())
                            .append(": ")
                            .append(stages[i].label())
                            .append(" (")
                            .append(dropped)
                            .append(')');
                }
            }
        }
        if (shown > MOST_SHOWN) {
            text.append(", and ").append(shown - MOST_SHOWN).append(" more");
        }
    }
}
