package dev.duplexvoice.grpc.registry;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The list that a registry shows, and who wants to know of its changes. */
final class WorkerList {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerList.class);

    private final List<Consumer<List<WorkerInfo>>> listeners = new CopyOnWriteArrayList<>();
    private volatile List<WorkerInfo> workers = List.of();

    List<WorkerInfo> get() {
        return workers;
    }

    WorkerRegistry.Listening listen(Consumer<List<WorkerInfo>> listener) {
        // An object of its own, so that one that listens twice is taken off once.
        Consumer<List<WorkerInfo>> entry = listener::accept;
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }

    /** Shows these from now on. One call at a time. */
    void set(Collection<WorkerInfo> found) {
        List<WorkerInfo> before = workers;
        List<WorkerInfo> now =
                found.stream().sorted(Comparator.comparing(WorkerInfo::name)).toList();
        workers = now;
        if (differ(before, now)) {
            for (Consumer<List<WorkerInfo>> listener : listeners) {
                tell(listener, now);
            }
        }
    }

    private static boolean differ(List<WorkerInfo> before, List<WorkerInfo> now) {
        if (before.size() != now.size()) {
            return true;
        }
        for (int i = 0; i < now.size(); i++) {
            if (!now.get(i).offersSameAs(before.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static void tell(Consumer<List<WorkerInfo>> listener, List<WorkerInfo> now) {
        try {
            listener.accept(now);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("listener", listener)
                    .setCause(e)
                    .log("a listener to a list of workers threw; the others are told");
        }
    }
}
