package dev.duplexvoice.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models of a manager and the choices among them: whose load is next, who goes. Guarded by the manager's lock.
 *
 * <pre>
 *   who goes for          a caller who waits    a preload    the sweep
 *   past min residency    1st                   yes          past time to live
 *   younger               2nd                   no           no
 *   the kept default      3rd                   no           no
 *   with leases           no                    no           no
 * </pre>
 *
 * <p>Of a name there is one that newcomers get. Besides it there may be older ones, which go with their leases, and successors, of which
 * the next is loaded while it is ready. A successor waits for room as a preload does, but takes that of the one before it too.
 */
final class Residents<M> {
    private final ModelRules rules;
    /** Those that newcomers get. */
    private final Map<String, Resident<M>> byId = new LinkedHashMap<>();
    /** These, those before them and those after them. */
    private final Set<Resident<M>> all = new LinkedHashSet<>();

    private long order;

    Residents(ModelRules rules) {
        this.rules = rules;
    }

    @Nullable
    Resident<M> get(String id) {
        return byId.get(id);
    }

    /** Those there are, as a copy. */
    List<Resident<M>> all() {
        return List.copyOf(all);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    Resident<M> add(String id) {
        Resident<M> added = new Resident<>(id);
        byId.put(id, added);
        all.add(added);
        enqueue(added);
        return added;
    }

    /** One that is to take the place of this one, which has no successor yet. */
    Resident<M> addSuccessor(Resident<M> before) {
        Resident<M> added = new Resident<>(before.id);
        before.successor = added;
        all.add(added);
        enqueue(added);
        return added;
    }

    /** This one and its successors, which come after each other. */
    List<Resident<M>> line(Resident<M> first) {
        List<Resident<M>> line = new ArrayList<>();
        for (Resident<M> next = first; next != null; next = next.successor) {
            line.add(next);
        }
        return line;
    }

    /** Its successor, if there is one, has its place from now on: that of newcomers, or in the line. */
    void pass(Resident<M> resident) {
        Resident<M> successor = resident.successor;
        Resident<M> before = byId.get(resident.id);
        if (before == resident) {
            if (successor != null) {
                byId.put(resident.id, successor);
            }
        } else {
            while (before != null && before.successor != resident) {
                before = before.successor;
            }
            if (before != null) {
                before.successor = successor;
            }
        }
        resident.successor = null;
    }

    /** Puts it at the end of the queue of loads. */
    void enqueue(Resident<M> resident) {
        resident.order = ++order;
    }

    /** Nobody's preload is loaded before it: it has given up its place in memory for that. */
    void hurry(Resident<M> resident) {
        resident.order = 0;
    }

    void remove(Resident<M> resident) {
        pass(resident);
        byId.remove(resident.id, resident);
        all.remove(resident);
    }

    void used(Resident<M> resident, long now) {
        resident.lastUsed = now;
        resident.useOrder = ++order;
    }

    /** How many have or take memory, those on their way in or out included. */
    int occupied() {
        return count(ModelState.LOADING)
                + count(ModelState.WARMING_UP)
                + count(ModelState.READY)
                + count(ModelState.DRAINING)
                + count(ModelState.UNLOADING);
    }

    int loads() {
        return count(ModelState.LOADING) + count(ModelState.WARMING_UP);
    }

    int count(ModelState state) {
        int count = 0;
        for (Resident<M> resident : all) {
            if (resident.state == state) {
                count++;
            }
        }
        return count;
    }

    /** Loads that wait: those that callers wait for, oldest first, then preloads. */
    List<Resident<M>> queue() {
        return all.stream()
                .filter(resident -> resident.state == ModelState.QUEUED && mayLoad(resident))
                .sorted(Comparator.<Resident<M>, Boolean>comparing(resident -> resident.wishes.isEmpty())
                        .thenComparingLong(resident -> resident.order))
                .toList();
    }

    /** One is loaded at a time of a name, so that the last to be ready is the newest. */
    private boolean mayLoad(Resident<M> resident) {
        Resident<M> before = byId.get(resident.id);
        return before == resident
                || (before != null && before.state == ModelState.READY && before.successor == resident);
    }

    /** Who goes so that this one can be loaded; null if nobody may. */
    @Nullable
    Resident<M> victim(Resident<M> next, long now) {
        Resident<M> before = byId.get(next.id);
        if (before != null && before.idle()) {
            return before;
        }
        boolean callerWaits = !next.wishes.isEmpty();
        return all.stream()
                .filter(resident -> resident.idle() && (callerWaits || rank(resident, now) == 0))
                .min(Comparator.<Resident<M>>comparingInt(resident -> rank(resident, now))
                        .thenComparingLong(resident -> resident.useOrder))
                .orElse(null);
    }

    private int rank(Resident<M> resident, long now) {
        if (rules.kept(resident.id)) {
            return 2;
        }
        return now - resident.readyAt >= rules.minResidency().toNanos() ? 0 : 1;
    }

    /** Those whose time is over. */
    List<Resident<M>> expired(long now) {
        return all.stream()
                .filter(resident -> resident.idle()
                        && rank(resident, now) == 0
                        && now - resident.lastUsed >= rules.timeToLive().toNanos())
                .toList();
    }

    /** Who holds leases of what, for messages. */
    String holders() {
        String text = all.stream()
                .filter(resident -> !resident.leases.isEmpty())
                .map(Residents::holders)
                .collect(Collectors.joining("; "));
        return text.isEmpty() ? "nobody holds a lease" : text;
    }

    static <M> String holders(Resident<M> resident) {
        return resident.id + " is held by " + String.join(", ", resident.holders());
    }

    /** Ids of the loads that run, for messages. */
    String loading() {
        return all.stream()
                .filter(Resident::loading)
                .map(resident -> resident.id)
                .collect(Collectors.joining(", "));
    }

    List<ModelStatus> statuses(long now) {
        return Stream.concat(byId.values().stream(), all.stream().filter(resident -> byId.get(resident.id) != resident))
                .map(resident -> status(resident, now))
                .toList();
    }

    private static <M> ModelStatus status(Resident<M> resident, long now) {
        boolean ready = resident.state == ModelState.READY || resident.state == ModelState.DRAINING;
        return new ModelStatus(
                resident.id,
                resident.state,
                resident.holders(),
                resident.wishes.size(),
                Duration.ofNanos(ready ? now - resident.readyAt : 0),
                Duration.ofNanos(ready && resident.leases.isEmpty() ? now - resident.lastUsed : 0),
                Duration.ofNanos(resident.loadNanos),
                Duration.ofNanos(resident.warmUpNanos));
    }
}
