package dev.duplexvoice.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A model that is in memory, or on its way in or out. Guarded by its manager's lock; times are the clock's nanoseconds. */
final class Resident<M> {
    final String id;
    ModelState state = ModelState.QUEUED;
    /** Place in the queue of loads. */
    long order;

    @Nullable
    M model;

    /** The leases themselves, so that one cannot be counted twice, given or taken. */
    final Set<HeldLease<M>> leases = new LinkedHashSet<>();

    final List<Wish<M>> wishes = new ArrayList<>();
    final List<CompletableFuture<Boolean>> preloads = new ArrayList<>();
    final List<CompletableFuture<Boolean>> unloads = new ArrayList<>();
    /** Why it goes when its leases are closed or its load is over; null if it stays. */
    @Nullable
    UnloadReason leaving;

    /** Whether it was ready since its load began. */
    boolean wasReady;

    /** What takes its place when that is ready, or when this one goes before; null if it is not to be loaded anew. */
    @Nullable
    Resident<M> successor;

    long startedAt;
    long readyAt;
    long lastUsed;
    /** When two were last used at the same instant, which was used first. */
    long useOrder;

    long loadNanos;
    long warmUpNanos;

    Resident(String id) {
        this.id = id;
    }

    /** Could be unloaded now. */
    boolean idle() {
        return state == ModelState.READY && leases.isEmpty();
    }

    boolean wanted() {
        return !wishes.isEmpty() || !preloads.isEmpty();
    }

    boolean loading() {
        return state == ModelState.LOADING || state == ModelState.WARMING_UP;
    }

    /** Begins its life anew, for those who asked for it while it went. */
    void reset() {
        state = ModelState.QUEUED;
        model = null;
        leaving = null;
        wasReady = false;
        loadNanos = 0;
        warmUpNanos = 0;
    }

    List<String> holders() {
        return leases.stream().map(HeldLease::holder).toList();
    }
}
