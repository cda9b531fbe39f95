package dev.duplexvoice.model;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
 */
final class Residents<M> {
    private final ModelRules rules;
    private final Map<String, Resident<M>> byId = new LinkedHashMap<>();
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
        return List.copyOf(byId.values());
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    Resident<M> add(String id) {
        Resident<M> added = new Resident<>(id);
        byId.put(id, added);
        enqueue(added);
        return added;
    }

    /** Puts it at the end of the queue of loads. */
    void enqueue(Resident<M> resident) {
        resident.order = ++order;
    }

    void remove(Resident<M> resident) {
        byId.remove(resident.id, resident);
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
        for (Resident<M> resident : byId.values()) {
            if (resident.state == state) {
                count++;
            }
        }
        return count;
    }

    /** Loads that wait: those that callers wait for, oldest first, then preloads. */
    List<Resident<M>> queue() {
        return byId.values().stream()
                .filter(resident -> resident.state == ModelState.QUEUED)
                .sorted(Comparator.<Resident<M>, Boolean>comparing(resident -> resident.wishes.isEmpty())
                        .thenComparingLong(resident -> resident.order))
                .toList();
    }

    /** Who goes so that another can be loaded; null if nobody may. */
    @Nullable
    Resident<M> victim(boolean callerWaits, long now) {
        return byId.values().stream()
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
        return byId.values().stream()
                .filter(resident -> resident.idle()
                        && rank(resident, now) == 0
                        && now - resident.lastUsed >= rules.timeToLive().toNanos())
                .toList();
    }

    /** Who holds leases of what, for messages. */
    String holders() {
        String text = byId.values().stream()
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
        return byId.values().stream()
                .filter(Resident::loading)
                .map(resident -> resident.id)
                .collect(Collectors.joining(", "));
    }

    List<ModelStatus> statuses(long now) {
        Collection<Resident<M>> all = byId.values();
        return all.stream().map(resident -> status(resident, now)).toList();
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
