package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.time.EngineClock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The registry's list, each worker with its state: immutable, but for the states. */
final class Fleet {
    /** A worker under another address is another process, with which nothing was tried yet. */
    private record Key(String name, WorkerAddress address) {}

    private final List<WorkerInfo> source;
    private final Map<Key, WorkerState> states;
    final WorkerInfo[] workers;
    final WorkerState[] state;

    private Fleet(List<WorkerInfo> source, Map<Key, WorkerState> states) {
        this.source = source;
        this.states = states;
        workers = source.toArray(WorkerInfo[]::new);
        state = new WorkerState[workers.length];
        for (int i = 0; i < workers.length; i++) {
            state[i] = states.get(key(workers[i]));
        }
    }

    private static Key key(WorkerInfo worker) {
        return new Key(worker.name(), worker.address());
    }

    static Fleet empty() {
        return new Fleet(List.of(), Map.of());
    }

    boolean isOf(List<WorkerInfo> list) {
        return source == list;
    }

    /** The fleet of a new list. Those that are gone are remembered while calls of theirs are under way. */
    Fleet next(List<WorkerInfo> list, RoutingOptions options, EngineClock clock) {
        Map<Key, WorkerState> next = new HashMap<>();
        for (WorkerInfo worker : list) {
            WorkerState known = states.get(key(worker));
            next.put(key(worker), known == null ? new WorkerState(options, clock) : known);
        }
        states.forEach((key, known) -> {
            if (known.inFlight() > 0) {
                next.putIfAbsent(key, known);
            }
        });
        return new Fleet(list, next);
    }
}
