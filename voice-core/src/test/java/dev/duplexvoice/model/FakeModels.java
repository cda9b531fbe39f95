package dev.duplexvoice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Models that take virtual time to load and to warm up, and that watch over what is done with them. */
final class FakeModels {
    final VirtualClock clock = new VirtualClock();
    final List<ModelEvent> events = new ArrayList<>();
    final List<Model> made = new ArrayList<>();
    final Map<String, RuntimeException> failing = new HashMap<>();
    final Set<String> failingWarmUp = new HashSet<>();
    final Set<String> failingClose = new HashSet<>();
    Duration loadTime = Duration.ofSeconds(2);
    Duration warmUpTime = Duration.ofMillis(500);
    final Set<String> loading = new HashSet<>();
    int inMemory;
    int mostInMemory;
    int mostLoads;
    int loadsBegun;

    /** A model that must not be closed while it is used, nor twice. */
    final class Model implements AutoCloseable {
        final String id;
        /** Which load brought it, from 1. */
        final int load;

        int users;
        int closes;

        Model(String id, int load) {
            this.id = id;
            this.load = load;
            made.add(this);
        }

        @Override
        public void close() {
            closes++;
            assertThat(users).as("users of %s when it is closed", id).isZero();
            inMemory--;
            if (failingClose.contains(id)) {
                throw new IllegalStateException("stuck");
            }
        }
    }

    /** A builder for models without a warm-up. */
    ModelManager.Builder<Model> builder() {
        return ModelManager.builder(this::load).clock(clock).observer(events::add);
    }

    ModelWarmUp<Model> warmUp() {
        return (model, workers) -> {
            CompletableFuture<Void> warm = new CompletableFuture<>();
            clock.schedule(warmUpTime, () -> {
                if (failingWarmUp.contains(model.id)) {
                    warm.completeExceptionally(new IllegalStateException("cold"));
                } else {
                    warm.complete(null);
                }
            });
            return warm;
        };
    }

    private CompletionStage<Model> load(String id) {
        int load = ++loadsBegun;
        assertThat(loading.add(id)).as("%s is loaded once at a time", id).isTrue();
        mostLoads = Math.max(mostLoads, loading.size());
        mostInMemory = Math.max(mostInMemory, ++inMemory);
        CompletableFuture<Model> loaded = new CompletableFuture<>();
        RuntimeException failure = failing.get(id);
        clock.schedule(loadTime, () -> {
            loading.remove(id);
            if (failure == null) {
                loaded.complete(new Model(id, load));
            } else {
                inMemory--;
                loaded.completeExceptionally(failure);
            }
        });
        return loaded;
    }

    void runTo(double seconds) {
        clock.runUntil(Math.round(seconds * 1e9));
    }

    /** Moves on until it is there. */
    static ModelLease<Model> taken(CompletableFuture<ModelLease<Model>> future) {
        assertThat(future).isCompleted();
        return future.join();
    }

    /** Asks for a model, waits for its load and gives it back. */
    void use(ModelManager<Model> manager, String id) {
        CompletableFuture<ModelLease<Model>> future = manager.acquire(id);
        while (!future.isDone()) {
            clock.advance(Duration.ofMillis(100));
        }
        taken(future).close();
        clock.advance(Duration.ZERO);
    }

    /** Ids of the models that are ready, in the order in which they were asked for. */
    static List<String> ready(ModelManager<Model> manager) {
        return manager.stats().models().stream()
                .filter(model -> model.state() == ModelState.READY)
                .map(ModelStatus::id)
                .toList();
    }

    static ModelStatus status(ModelManager<Model> manager, String id) {
        return manager.stats().models().stream()
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Events of these kinds as lines: seconds, kind, model, details. */
    List<String> lines(String... kinds) {
        Set<String> wanted = Set.of(kinds);
        return events.stream()
                .map(FakeModels::line)
                .filter(line -> wanted.isEmpty() || wanted.contains(line.split(" ")[1]))
                .toList();
    }

    private static String line(ModelEvent event) {
        String kind = event.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        String start = seconds(event.at()) + " " + kind + " " + event.modelId();
        if (event instanceof ModelEvent.Loaded e) {
            return start + " " + seconds(e.took());
        } else if (event instanceof ModelEvent.WarmedUp e) {
            return start + " " + seconds(e.took());
        } else if (event instanceof ModelEvent.LoadFailed e) {
            return start + " " + seconds(e.took()) + " " + e.cause().getMessage();
        } else if (event instanceof ModelEvent.Leased e) {
            return start + " " + e.holder() + " " + e.leases() + " " + seconds(e.waited());
        } else if (event instanceof ModelEvent.Released e) {
            return start + " " + e.holder() + " " + e.leases() + " " + seconds(e.held());
        } else if (event instanceof ModelEvent.Draining e) {
            return start + " " + e.reason().label() + " " + e.leases();
        } else if (event instanceof ModelEvent.Unloaded e) {
            return start + " " + e.reason().label() + " " + seconds(e.resident());
        }
        return start;
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
    }
}
