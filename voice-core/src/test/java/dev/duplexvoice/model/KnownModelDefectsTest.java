package dev.duplexvoice.model;

import static dev.duplexvoice.model.FakeModels.ready;
import static dev.duplexvoice.model.FakeModels.status;
import static dev.duplexvoice.model.FakeModels.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.model.FakeModels.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is known to go wrong in managers of this kind, each by its name. */
class KnownModelDefectsTest {
    private final FakeModels models = new FakeModels();

    @Test
    void shouldHoldNoLeaseOfItsOwnWhenTheDefaultModelIsGivenBack_leakedDefaultLease() {
        ModelManager<Model> manager = models.builder().defaultModel("a").build();
        manager.preload(List.of("a"));
        models.runTo(2);
        assertThat(status(manager, "a").leases()).isZero();

        ModelLease<Model> one = taken(manager.acquire());
        ModelLease<Model> two = taken(manager.acquire("a"));
        assertThat(status(manager, "a").leases()).isEqualTo(2);
        one.close();
        one.close();
        assertThat(status(manager, "a").leases()).isEqualTo(1);
        two.close();
        assertThat(status(manager, "a").leases()).isZero();

        CompletableFuture<Boolean> unloaded =
                manager.unload("a", UnloadPolicy.REFUSE).toCompletableFuture();
        models.runTo(2);
        assertThat(unloaded).isCompletedWithValue(true);
        assertThat(models.made.get(0).closes).isEqualTo(1);
    }

    @Test
    void shouldLeakNoLeaseWhenTheDefaultModelFails_leakedDefaultLease() {
        models.failingWarmUp.add("a");
        ModelManager<Model> manager =
                models.builder().warmUp(models.warmUp()).defaultModel("a").build();
        CompletableFuture<ModelLease<Model>> failed = manager.acquire();
        models.runTo(3);
        assertThat(failed).isCompletedExceptionally();
        assertThat(manager.stats().models()).isEmpty();
        assertThat(models.inMemory).isZero();
    }

    @Test
    void shouldStayWithinTheCapWhenAllModelsAreLeased_softCap() {
        ModelManager<Model> manager = models.builder().build();
        List<CompletableFuture<ModelLease<Model>>> futures = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d", "e")) {
            futures.add(manager.acquire(id));
        }
        models.runTo(20);

        assertThat(ready(manager)).containsExactly("a", "b", "c");
        assertThat(models.mostInMemory).isEqualTo(3);
        assertThat(futures.get(3)).isNotDone();

        taken(futures.get(0)).close();
        models.runTo(22);
        assertThat(futures.get(3)).isCompleted();
        assertThat(models.mostInMemory).isEqualTo(3);
    }

    @Test
    void shouldStayWithinTheCapWhenLoadsRunInParallel_softCap() {
        ModelManager<Model> manager = models.builder().maxLoads(8).build();
        for (String id : List.of("a", "b", "c", "d", "e")) {
            manager.acquire(id);
        }
        models.runTo(25);

        assertThat(models.mostInMemory).isEqualTo(3);
        assertThat(manager.stats().resident()).isEqualTo(3);
    }

    @Test
    void shouldLoadOnceWhenTwoAskAtTheSameMoment_doubleLoad() {
        ModelManager<Model> manager = models.builder().maxLoads(8).build();
        CompletableFuture<ModelLease<Model>> one = manager.acquire("a");
        CompletableFuture<ModelLease<Model>> two = manager.acquire("a");
        CompletableFuture<Void> three = manager.preload(List.of("a")).toCompletableFuture();
        models.runTo(2);

        assertThat(models.loadsBegun).isEqualTo(1);
        assertThat(taken(one).model()).isSameAs(taken(two).model());
        assertThat(three).isCompleted();
    }

    @Test
    void shouldNotLoadBesideTheOldOneWhenAskedForDuringAnUnload_doubleLoad() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> first = manager.acquire("a");
        models.runTo(2);
        manager.unload("a", UnloadPolicy.WAIT_FOR_LEASES);
        CompletableFuture<ModelLease<Model>> second = manager.acquire("a");
        models.runTo(10);
        assertThat(models.loadsBegun).isEqualTo(1);
        assertThat(second).isNotDone();

        taken(first).close();
        models.runTo(12);
        assertThat(taken(second).model()).isSameAs(models.made.get(1));
        assertThat(models.made.get(0).closes).isEqualTo(1);
        assertThat(models.mostInMemory).isEqualTo(1);
    }
}
