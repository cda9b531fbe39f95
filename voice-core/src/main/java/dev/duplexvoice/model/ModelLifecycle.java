package dev.duplexvoice.model;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.internal.Timers;
import dev.duplexvoice.internal.Workers;
import dev.duplexvoice.time.EngineClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves models from state to state. Each {@link #change} is one step under the lock; what a step has to do outside, all of the
 * host's code, is collected and done after the lock is given up.
 *
 * <pre>
 *   QUEUED → LOADING → WARMING_UP → READY → DRAINING → UNLOADING → gone, or QUEUED if somebody waits
 *               │          │          └─────────────────↑
 *               ↓          └────── failed ──────────────↑
 *             gone
 * </pre>
 */
final class ModelLifecycle<M extends AutoCloseable> {
    private final ModelRules rules;
    private final ModelCalls<M> calls;
    private final EngineClock clock;
    private final Workers workers;
    private final Timers timers;
    private final Residents<M> residents;
    private final Refusals<M> refusals;
    private final ModelJournal journal;
    private final long origin;
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final Object lock = new Object();
    private List<Runnable> effects = new ArrayList<>();
    private boolean closed;

    private interface Step {
        void run(long now);
    }

    ModelLifecycle(
            ModelRules rules,
            ModelLoader<M> loader,
            @Nullable ModelWarmUp<M> warmUp,
            @Nullable ModelObserver observer,
            EngineClock clock,
            Workers workers) {
        this.rules = rules;
        this.clock = clock;
        this.workers = workers;
        this.timers = Timers.of(clock, workers);
        this.calls = new ModelCalls<>(loader, warmUp, rules.warmUpTimeout(), workers, timers);
        this.residents = new Residents<>(rules);
        this.refusals = new Refusals<>(rules, residents);
        this.journal = new ModelJournal(observer, workers);
        this.origin = clock.nanoTime();
    }

    private void change(Step step) {
        List<Runnable> todo;
        synchronized (lock) {
            step.run(clock.nanoTime());
            todo = effects;
            effects = new ArrayList<>();
        }
        todo.forEach(Runnable::run);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the model manager is closed: build a new one");
        }
    }

    private Duration at(long now) {
        return Duration.ofNanos(now - origin);
    }

    // Wishes

    void ask(Wish<M> wish) {
        change(now -> {
            requireOpen();
            Resident<M> resident = residents.get(wish.id);
            if (resident != null && resident.state == ModelState.READY) {
                journal.hits++;
                grant(resident, wish, now);
                return;
            }
            journal.misses++;
            want(wish.id, now, wanted -> wanted.wishes.add(wish));
        });
        if (!wish.future.isDone()) {
            Runnable timer = timers.after(rules.acquireTimeout(), () -> expire(wish));
            wish.future.whenComplete((lease, failure) -> {
                timer.run();
                if (failure != null) {
                    withdraw(wish);
                }
            });
        }
    }

    void preload(String id, CompletableFuture<Boolean> done) {
        change(now -> {
            requireOpen();
            Resident<M> resident = residents.get(id);
            if (resident != null && resident.state == ModelState.READY) {
                effects.add(() -> done.complete(true));
            } else {
                want(id, now, wanted -> wanted.preloads.add(done));
            }
        });
    }

    private void want(String id, long now, Consumer<Resident<M>> wish) {
        Resident<M> known = residents.get(id);
        Resident<M> wanted = known == null ? residents.add(id) : known;
        wish.accept(wanted);
        pump(now);
        if (known == null && wanted.state == ModelState.QUEUED) {
            journal.add(new ModelEvent.Queued(at(now), id));
        }
    }

    void reload(String id, CompletableFuture<Boolean> done) {
        change(now -> {
            requireOpen();
            Resident<M> known = residents.get(id);
            List<Resident<M>> line = known == null ? List.of() : residents.line(known);
            Resident<M> newest = line.isEmpty() ? null : line.get(line.size() - 1);
            if (newest == null || !comesOrStays(newest)) {
                effects.add(() -> done.complete(false));
            } else if (newest.state == ModelState.QUEUED || newest.state == ModelState.UNLOADING) {
                // It is yet to be loaded, and that will find what is there then.
                newest.preloads.add(done);
            } else {
                succeed(newest, done, now);
            }
        });
    }

    /** Whether it is in memory for more than those who have it, or will be. */
    private static <M> boolean comesOrStays(Resident<M> resident) {
        return switch (resident.state) {
            case QUEUED, READY, DRAINING -> true;
            case LOADING, WARMING_UP -> resident.leaving == null;
            case UNLOADING -> resident.wanted();
        };
    }

    private void succeed(Resident<M> before, CompletableFuture<Boolean> done, long now) {
        Resident<M> successor = residents.addSuccessor(before);
        successor.preloads.add(done);
        if (before.state == ModelState.DRAINING) {
            // It is on its way out, for which nobody has to wait now.
            successor.wishes.addAll(before.wishes);
            before.wishes.clear();
            successor.preloads.addAll(before.preloads);
            before.preloads.clear();
            residents.pass(before);
        }
        pump(now);
        if (successor.state == ModelState.QUEUED) {
            journal.add(new ModelEvent.Queued(at(now), successor.id));
        }
    }

    private void grant(Resident<M> resident, Wish<M> wish, long now) {
        M model = Objects.requireNonNull(resident.model);
        HeldLease<M> lease = new HeldLease<>(resident, model, wish.holder, now, this::release);
        resident.leases.add(lease);
        residents.used(resident, now);
        journal.add(new ModelEvent.Leased(
                at(now), wish.id, wish.holder, resident.leases.size(), Duration.ofNanos(now - wish.since)));
        effects.add(() -> wish.give(lease));
    }

    private void release(HeldLease<M> lease) {
        change(now -> {
            Resident<M> resident = lease.resident;
            resident.leases.remove(lease);
            residents.used(resident, now);
            journal.add(new ModelEvent.Released(
                    at(now), resident.id, lease.holder(), resident.leases.size(), Duration.ofNanos(now - lease.since)));
            if (resident.state == ModelState.DRAINING && resident.leases.isEmpty()) {
                leave(resident);
            }
            pump(now);
        });
    }

    private void withdraw(Wish<M> wish) {
        change(now -> forget(wish, now));
    }

    private boolean forget(Wish<M> wish, long now) {
        Resident<M> resident = residents.get(wish.id);
        if (resident == null || !resident.wishes.remove(wish)) {
            return false;
        }
        if (resident.state == ModelState.QUEUED && !resident.wanted()) {
            drop(resident);
            pump(now);
        }
        return true;
    }

    private void drop(Resident<M> resident) {
        residents.remove(resident);
        answerUnloads(resident, false);
    }

    private void expire(Wish<M> wish) {
        change(now -> {
            Resident<M> resident = residents.get(wish.id);
            if (resident == null || !resident.wishes.contains(wish)) {
                return;
            }
            String message = refusals.late(resident);
            forget(wish, now);
            journal.refusals++;
            journal.add(new ModelEvent.Refused(at(now), wish.id, message));
            VoiceException refused = new VoiceException(VoiceException.Code.OVERLOADED, message);
            effects.add(() -> wish.future.completeExceptionally(refused));
        });
    }

    // Loads

    /** Begins the loads that have a turn and room, and makes room for those that have none. */
    private void pump(long now) {
        if (closed) {
            return;
        }
        int turns = rules.maxLoads() - residents.loads();
        int free = rules.maxResident() - residents.occupied();
        int coming = residents.count(ModelState.UNLOADING);
        for (Resident<M> next : residents.queue()) {
            if (turns <= 0) {
                return;
            }
            if (free > 0) {
                free--;
                load(next, now);
            } else if (coming > 0) {
                coming--;
            } else {
                Resident<M> victim = residents.victim(next, now);
                if (victim == null) {
                    // There may still be one behind it that takes the place of the one before.
                    continue;
                }
                if (victim.successor == next) {
                    victim.leaving = UnloadReason.REPLACED;
                    residents.hurry(next);
                } else {
                    victim.leaving = UnloadReason.LRU;
                }
                leave(victim);
            }
            turns--;
        }
    }

    private void load(Resident<M> resident, long now) {
        resident.state = ModelState.LOADING;
        resident.startedAt = now;
        journal.add(new ModelEvent.Loading(at(now), resident.id));
        effects.add(() -> calls.load(resident.id, (model, failure) -> loaded(resident, model, failure)));
    }

    private void loaded(Resident<M> resident, @Nullable M model, @Nullable Throwable failure) {
        if (failure != null || model == null) {
            failed(resident, failure == null ? new NullPointerException("the loader gave no model") : failure);
            return;
        }
        change(now -> {
            resident.model = model;
            resident.loadNanos = now - resident.startedAt;
            journal.add(new ModelEvent.Loaded(at(now), resident.id, Duration.ofNanos(resident.loadNanos)));
            if (!calls.warmsUp() || closed) {
                ready(resident, now);
                return;
            }
            resident.state = ModelState.WARMING_UP;
            resident.startedAt = now;
            effects.add(() -> calls.warmUp(resident.id, model, cold -> warmedUp(resident, cold)));
        });
    }

    private void warmedUp(Resident<M> resident, @Nullable Throwable failure) {
        if (failure != null) {
            failed(resident, failure);
            return;
        }
        change(now -> {
            resident.warmUpNanos = now - resident.startedAt;
            journal.add(new ModelEvent.WarmedUp(at(now), resident.id, Duration.ofNanos(resident.warmUpNanos)));
            ready(resident, now);
        });
    }

    private void ready(Resident<M> resident, long now) {
        Resident<M> before = residents.get(resident.id);
        if (before != null && before != resident) {
            drain(before, UnloadReason.REPLACED, now);
        }
        resident.state = ModelState.READY;
        resident.wasReady = true;
        resident.readyAt = now;
        residents.used(resident, now);
        resident.wishes.forEach(wish -> grant(resident, wish, now));
        resident.wishes.clear();
        resident.preloads.forEach(done -> effects.add(() -> done.complete(true)));
        resident.preloads.clear();
        if (closed) {
            resident.leaving = UnloadReason.CLOSED;
        }
        if (resident.leaving != null) {
            drain(resident, resident.leaving, now);
        }
        pump(now);
    }

    private void failed(Resident<M> resident, Throwable cause) {
        Throwable reason = Refusals.bare(cause);
        change(now -> {
            VoiceException failure =
                    Refusals.failed(resident.id, resident.model == null ? "the load" : "the warm-up", reason);
            journal.add(new ModelEvent.LoadFailed(
                    at(now), resident.id, Duration.ofNanos(now - resident.startedAt), reason));
            refuseAll(resident, failure);
            resident.leaving = UnloadReason.FAILED;
            if (resident.model == null) {
                vacate(resident, false, now);
            } else {
                leave(resident);
                pump(now);
            }
        });
    }

    private void refuseAll(Resident<M> resident, RuntimeException failure) {
        resident.wishes.forEach(
                wish -> effects.add(() -> workers.host(() -> wish.future.completeExceptionally(failure))));
        resident.wishes.clear();
        resident.preloads.forEach(done -> effects.add(() -> workers.host(() -> done.completeExceptionally(failure))));
        resident.preloads.clear();
    }

    // Unloads

    void sweep() {
        change(now -> {
            if (closed) {
                return;
            }
            for (Resident<M> resident : residents.expired(now)) {
                resident.leaving = UnloadReason.TTL;
                leave(resident);
            }
            // Models that have become old enough make room for preloads.
            pump(now);
            effects.add(() -> timers.after(rules.sweepInterval(), this::sweep));
        });
    }

    /** Begins the sweeps. Once. */
    void start() {
        timers.after(rules.sweepInterval(), this::sweep);
    }

    void unload(String id, UnloadPolicy policy, CompletableFuture<Boolean> done) {
        change(now -> {
            requireOpen();
            Resident<M> resident = residents.get(id);
            if (resident == null) {
                effects.add(() -> done.complete(false));
                return;
            }
            int users = resident.leases.size() + (resident.state == ModelState.UNLOADING ? 0 : resident.wishes.size());
            if (policy == UnloadPolicy.REFUSE && users > 0) {
                String message = Refusals.inUse(resident);
                journal.add(new ModelEvent.Refused(at(now), id, message));
                effects.add(() -> done.completeExceptionally(new IllegalStateException(message)));
                return;
            }
            unloadSuccessors(resident);
            resident.unloads.add(done);
            if (resident.state == ModelState.QUEUED && resident.wishes.isEmpty()) {
                withdraw(resident);
                pump(now);
            } else if (resident.state == ModelState.READY) {
                drain(resident, UnloadReason.MANUAL, now);
            } else if (resident.leaving == null) {
                resident.leaving = UnloadReason.MANUAL;
            }
        });
    }

    /** One that is being loaded goes when its load is over. */
    private void unloadSuccessors(Resident<M> resident) {
        for (Resident<M> later : residents.line(resident)) {
            if (later == resident) {
                continue;
            }
            if (later.state == ModelState.QUEUED) {
                withdraw(later);
            } else {
                later.leaving = UnloadReason.MANUAL;
            }
        }
    }

    private void withdraw(Resident<M> queued) {
        refuseAll(queued, new IllegalStateException("model=" + queued.id + ": unloaded before it was loaded"));
        drop(queued);
    }

    private void drain(Resident<M> resident, UnloadReason reason, long now) {
        resident.leaving = reason;
        if (resident.leases.isEmpty()) {
            leave(resident);
        } else {
            resident.state = ModelState.DRAINING;
            residents.pass(resident);
            journal.add(new ModelEvent.Draining(at(now), resident.id, reason, resident.leases.size()));
        }
    }

    private void leave(Resident<M> resident) {
        resident.state = ModelState.UNLOADING;
        residents.pass(resident);
        effects.add(() -> workers.host(() -> closeModel(resident)));
    }

    private void closeModel(Resident<M> resident) {
        Throwable failure = ModelCalls.close(Objects.requireNonNull(resident.model));
        change(now -> {
            if (failure != null) {
                journal.add(new ModelEvent.CloseFailed(at(now), resident.id, failure));
            }
            Duration age = Duration.ofNanos(resident.wasReady ? now - resident.readyAt : 0);
            journal.add(new ModelEvent.Unloaded(at(now), resident.id, Objects.requireNonNull(resident.leaving), age));
            vacate(resident, true, now);
        });
    }

    /** The room is free; whoever asked for the model meanwhile begins again. */
    private void vacate(Resident<M> resident, boolean unloaded, long now) {
        answerUnloads(resident, unloaded);
        resident.reset();
        if (resident.wanted()) {
            residents.enqueue(resident);
        } else {
            residents.remove(resident);
        }
        pump(now);
        endIfEmpty();
    }

    private void answerUnloads(Resident<M> resident, boolean unloaded) {
        resident.unloads.forEach(done -> effects.add(() -> workers.host(() -> done.complete(unloaded))));
        resident.unloads.clear();
    }

    // The end

    void close() {
        change(now -> {
            if (closed) {
                return;
            }
            closed = true;
            for (Resident<M> resident : residents.all()) {
                refuseAll(
                        resident, new IllegalStateException("model=" + resident.id + ": the model manager was closed"));
                if (resident.state == ModelState.QUEUED) {
                    drop(resident);
                } else if (resident.idle()) {
                    resident.leaving = UnloadReason.CLOSED;
                    resident.state = ModelState.UNLOADING;
                    residents.pass(resident);
                    // Here and not on a worker, so that it is done when close() returns.
                    effects.add(() -> closeModel(resident));
                } else if (resident.state == ModelState.READY) {
                    drain(resident, UnloadReason.CLOSED, now);
                }
            }
            endIfEmpty();
        });
    }

    private void endIfEmpty() {
        if (closed && residents.isEmpty()) {
            effects.add(() -> journal.afterwards(() -> {
                timers.close();
                workers.close();
                terminated.complete(null);
            }));
        }
    }

    CompletionStage<Void> terminated() {
        return terminated.minimalCompletionStage();
    }

    ModelManagerStats stats() {
        synchronized (lock) {
            return journal.stats(residents, rules, clock.nanoTime());
        }
    }
}
