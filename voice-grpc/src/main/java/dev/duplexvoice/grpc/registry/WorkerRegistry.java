package dev.duplexvoice.grpc.registry;

import java.util.List;
import java.util.function.Consumer;

/** Knows which workers there are. Thread-safe. */
public interface WorkerRegistry extends AutoCloseable {

    /**
     * The workers as they were at the last look, by name. Never waits. The list is immutable, and the same object until the registry
     * has looked again.
     */
    List<WorkerInfo> workers();

    /**
     * Tells a listener when a worker comes or goes, or its address, capabilities or resident models change; not for metrics and
     * heartbeats. It is called with the whole list, one call at a time, on a thread of the registry, so it must not block; what it
     * throws is logged.
     */
    Listening onChange(Consumer<List<WorkerInfo>> listener);

    /** What this looks at, for messages; without credentials. */
    String source();

    /** Looks no more; {@link #workers} stays as it is. Idempotent. */
    @Override
    void close();

    /** A listener that is told. */
    interface Listening extends AutoCloseable {

        /** It is told no more. Idempotent; any thread. */
        @Override
        void close();
    }
}
