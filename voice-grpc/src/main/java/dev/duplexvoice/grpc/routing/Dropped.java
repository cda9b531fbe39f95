package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.Capability;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** Why a worker was not taken, with the values that decided. {@link Object#toString} says it in {@code name=value} form. */
public sealed interface Dropped {

    /** The step at which it was. */
    RoutingStage stage();

    /** The request did not want it. */
    record Excluded() implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.EXCLUSION;
        }

        @Override
        public String toString() {
            return "excluded by the request";
        }
    }

    /**
     * It does not speak the language.
     *
     * @param wanted what was asked for
     * @param spoken what it speaks
     */
    record Language(String wanted, Set<String> spoken) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.LANGUAGE;
        }

        @Override
        public String toString() {
            return "languages=" + spoken + ", wanted " + wanted;
        }
    }

    /**
     * It cannot do something.
     *
     * @param features what it can
     * @param wanted what was asked for
     */
    record Capabilities(Set<Capability> features, Set<Capability> wanted) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.CAPABILITIES;
        }

        @Override
        public String toString() {
            return "capabilities=" + features + ", wanted " + wanted;
        }
    }

    /**
     * It was not heard of for too long.
     *
     * @param age of its last heartbeat
     * @param limit how old it may be
     */
    record Heartbeat(Duration age, Duration limit) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.HEALTH;
        }

        @Override
        public String toString() {
            return "heartbeat_age=" + age.toMillis() + "ms, at most " + limit.toMillis() + "ms";
        }
    }

    /**
     * Its health check failed.
     *
     * @param state what was found
     */
    record Health(WorkerHealth.State state) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.HEALTH;
        }

        @Override
        public String toString() {
            return "health=" + state.name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * It failed too often.
     *
     * @param phase open, or half open with all trials under way
     * @param failures in a row
     * @param retryIn when it is tried again; zero while half open
     */
    record Breaker(BreakerPhase phase, int failures, Duration retryIn) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.HEALTH;
        }

        @Override
        public String toString() {
            return "breaker=" + phase.label() + ", failures=" + failures + ", retry_in=" + retryIn.toMillis() + "ms";
        }
    }

    /**
     * The session stayed where it was.
     *
     * @param worker where it was
     */
    record Affinity(String worker) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.AFFINITY;
        }

        @Override
        public String toString() {
            return "affinity=" + worker;
        }
    }

    /**
     * Another has the model in memory.
     *
     * @param model its id
     */
    record ResidentModel(String model) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.RESIDENT_MODEL;
        }

        @Override
        public String toString() {
            return "model=" + model + " not resident";
        }
    }

    /**
     * Another was better, or as good and its turn.
     *
     * @param score its score by the strategy; lower is better
     * @param best that of the one that was taken
     */
    record Score(double score, double best) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.STRATEGY;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "score=%.3f, best %.3f", score, best);
        }
    }

    /**
     * It takes no more sessions.
     *
     * @param inFlight calls that this process has there
     * @param limit how many it takes
     */
    record Full(int inFlight, int limit) implements Dropped {
        @Override
        public RoutingStage stage() {
            return RoutingStage.ADMISSION;
        }

        @Override
        public String toString() {
            return "in_flight=" + inFlight + ", max_concurrent_sessions=" + limit;
        }
    }
}
