package dev.duplexvoice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.model.FakeModels.Model;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Random callers: whatever they do, what the manager promises holds at every moment. */
class ModelFuzzTest {
    /** {@code -Dvoice.fuzz.models=100000} for a long run. */
    private static final int RUNS = Integer.getInteger("voice.fuzz.models", 600);

    private static final int STEPS = 120;
    private static final List<String> IDS = List.of("a", "b", "c", "d", "e", "f");

    private final Set<UnloadReason> seen = EnumSet.noneOf(UnloadReason.class);
    private long refusals;

    @Test
    void shouldKeepItsPromisesWhenAnythingHappens() {
        for (int seed = 0; seed < RUNS; seed++) {
            try {
                new Run(seed).play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(UnloadReason.values());
        assertThat(refusals).isPositive();
    }

    private final class Run {
        private final Random random;
        private final FakeModels models = new FakeModels();
        private final int maxResident;
        private final int maxLoads;
        private final ModelManager<Model> manager;
        private final List<CompletableFuture<ModelLease<Model>>> asked = new ArrayList<>();
        private final List<ModelLease<Model>> held = new ArrayList<>();
        /** Of which load a model has to be at least to be given. */
        private final Map<String, Integer> oldest = new HashMap<>();
        /** Given although there was a newer one. */
        private final List<String> outdated = new ArrayList<>();

        private boolean closed;

        Run(int seed) {
            random = new Random(seed);
            maxResident = 1 + random.nextInt(4);
            maxLoads = 1 + random.nextInt(3);
            manager = models.builder()
                    .warmUp(models.warmUp())
                    .maxResident(maxResident)
                    .maxLoads(maxLoads)
                    .defaultModel("a")
                    .keepDefault(random.nextBoolean())
                    .timeToLive(Duration.ofSeconds(1 + random.nextInt(100)))
                    .minResidency(Duration.ofSeconds(random.nextInt(60)))
                    .acquireTimeout(Duration.ofSeconds(1 + random.nextInt(60)))
                    .build();
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                act();
                check();
                if (random.nextInt(3) > 0) {
                    models.clock.advance(Duration.ofMillis(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 2_000)));
                    check();
                }
            }
            end();
        }

        private void act() {
            String id = any(IDS);
            switch (random.nextInt(13)) {
                case 0, 1, 2, 3 -> ask(id);
                case 4, 5, 6 -> giveBack();
                case 7 -> {
                    if (!asked.isEmpty()) {
                        any(asked).cancel(false);
                    }
                }
                case 8 -> models.failing.put(id, new IllegalStateException("torn file"));
                case 9 -> {
                    toggle(models.failingWarmUp, id);
                    toggle(models.failingClose, any(IDS));
                    models.failing.clear();
                }
                case 10 -> {
                    if (!closed) {
                        manager.unload(id, any(List.of(UnloadPolicy.values())));
                    }
                }
                case 11 -> reload(id);
                default -> {
                    if (!closed) {
                        manager.preload(List.of(id));
                        closed = random.nextInt(40) == 0;
                        if (closed) {
                            manager.close();
                        }
                    }
                }
            }
        }

        private void reload(String id) {
            if (closed) {
                return;
            }
            int begun = models.loadsBegun;
            manager.reload(id).thenAccept(loaded -> {
                if (loaded) {
                    // Those that were loaded before it are given to nobody any more.
                    oldest.merge(id, begun + 1, Math::max);
                }
            });
        }

        private void ask(String id) {
            if (closed) {
                return;
            }
            CompletableFuture<ModelLease<Model>> future = manager.acquire(id, "s" + asked.size());
            asked.add(future);
            future.thenAccept(lease -> {
                Model model = lease.model();
                model.users++;
                if (oldest.merge(id, model.load, Math::max) > model.load) {
                    outdated.add(id);
                }
                held.add(lease);
                if (random.nextInt(10) == 0) {
                    // From within the manager's own call.
                    giveBack();
                }
            });
        }

        private void giveBack() {
            if (held.isEmpty()) {
                return;
            }
            ModelLease<Model> lease = held.remove(random.nextInt(held.size()));
            lease.model().users--;
            lease.close();
            if (random.nextBoolean()) {
                lease.close();
            }
        }

        private void check() {
            models.clock.advance(Duration.ZERO);
            ModelManagerStats stats = manager.stats();
            assertThat(models.mostInMemory).isLessThanOrEqualTo(maxResident);
            assertThat(models.mostLoads).isLessThanOrEqualTo(maxLoads);
            assertThat(stats.resident()).isEqualTo(models.inMemory);
            assertThat(stats.models().stream().mapToInt(ModelStatus::leases).sum())
                    .isEqualTo(held.size());
            boolean sound = held.stream().allMatch(lease -> lease.model().closes == 0)
                    && models.made.stream().allMatch(model -> model.closes <= 1);
            assertThat(outdated).isEmpty();
            assertThat(sound).as("nothing closed while leased, or twice").isTrue();
            assertThat(stats.hits() + stats.misses()).isEqualTo(asked.size());
        }

        private void end() {
            while (!held.isEmpty()) {
                giveBack();
            }
            models.clock.advance(Duration.ofMinutes(2));
            while (!held.isEmpty()) {
                giveBack();
            }
            assertThat(asked).allSatisfy(future -> assertThat(future).isDone());
            manager.close();
            models.clock.advance(Duration.ofSeconds(10));

            assertThat(manager.terminated().toCompletableFuture()).isCompleted();
            assertThat(manager.stats().models()).isEmpty();
            assertThat(models.inMemory).isZero();
            assertThat(models.made).allSatisfy(model -> assertThat(model.closes).isEqualTo(1));
            assertThat(manager.stats().loads()).isEqualTo(models.made.size());
            assertThat(models.lines("leased")).hasSameSizeAs(models.lines("released"));
            assertThat(models.lines("unloaded")).hasSize(models.made.size());
            assertThat(models.events.stream().map(ModelEvent::at)).isSorted();
            // What the models themselves assert, the manager takes for their failure.
            assertThat(models.events)
                    .noneMatch(event ->
                            event instanceof ModelEvent.CloseFailed failed && failed.cause() instanceof AssertionError)
                    .noneMatch(event ->
                            event instanceof ModelEvent.LoadFailed failed && failed.cause() instanceof AssertionError);
            seen.addAll(manager.stats().unloads().keySet());
            refusals += manager.stats().refusals();
        }

        private void toggle(Set<String> set, String id) {
            if (!set.remove(id)) {
                set.add(id);
            }
        }

        private <T> T any(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }
    }
}
