package dev.duplexvoice.grpc.registry;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A list that the host gives: the default, for one machine and for fleets that something else keeps. */
public final class StaticWorkerRegistry implements WorkerRegistry {
    private final WorkerList list = new WorkerList();

    private StaticWorkerRegistry() {}

    /**
     * Of these workers.
     *
     * @throws IllegalArgumentException if two have one name
     */
    public static StaticWorkerRegistry of(Collection<WorkerInfo> workers) {
        StaticWorkerRegistry registry = new StaticWorkerRegistry();
        registry.replace(workers);
        return registry;
    }

    /**
     * Of workers at these addresses, {@code grpc://host:port}, of which nothing else is known; each is named by its host and port.
     *
     * @throws IllegalArgumentException if one is no address, or there twice
     */
    public static StaticWorkerRegistry at(String... addresses) {
        return of(List.of(addresses).stream()
                .map(WorkerAddress::parse)
                .map(address -> WorkerInfo.at(address.authority(), address))
                .toList());
    }

    /**
     * These workers instead, for a host that keeps the list itself.
     *
     * @throws IllegalArgumentException if two have one name; the list stays as it was
     */
    public synchronized void replace(Collection<WorkerInfo> workers) {
        Set<String> names = new HashSet<>();
        for (WorkerInfo worker : workers) {
            if (!names.add(worker.name())) {
                throw new IllegalArgumentException(
                        "worker=" + worker.name() + ": there are two of this name; give each its own");
            }
        }
        list.set(workers);
    }

    @Override
    public List<WorkerInfo> workers() {
        return list.get();
    }

    @Override
    public Listening onChange(Consumer<List<WorkerInfo>> listener) {
        return list.listen(listener);
    }

    @Override
    public String source() {
        return "static list";
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
