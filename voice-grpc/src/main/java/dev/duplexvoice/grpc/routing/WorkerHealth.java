package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerInfo;

/** What is known of workers' health. Thread-safe; must not wait, because routing asks it for every worker. */
@FunctionalInterface
public interface WorkerHealth {
    /** Nobody asks the workers: whatever the registry has is believed to be well. */
    WorkerHealth ASSUMED = worker -> State.UNKNOWN;

    /** What was found last. */
    enum State {
        /** It says that it serves. */
        SERVING,
        /** It says that it does not. */
        NOT_SERVING,
        /** It did not answer. */
        UNREACHABLE,
        /** It was not asked yet; counts as well. */
        UNKNOWN;

        /** Whether calls may go there. */
        public boolean isUsable() {
            return this == SERVING || this == UNKNOWN;
        }
    }

    /** A worker's health. */
    State state(WorkerInfo worker);
}
