package dev.duplexvoice.model;

import static dev.duplexvoice.model.FakeModels.ready;
import static dev.duplexvoice.model.FakeModels.status;
import static dev.duplexvoice.model.FakeModels.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.model.FakeModels.Model;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who goes, and when. */
class ModelEvictionTest {
    private final FakeModels models = new FakeModels();

    @Test
    void shouldUnloadAtTheNextSweepWhenTheTimeToLiveIsOver() {
        ModelManager<Model> manager = models.builder().build();
        models.use(manager, "a");
        models.runTo(629.999);
        assertThat(ready(manager)).containsExactly("a");
        models.runTo(630);

        // Ready and given back at 2 s: its time is over at 602 s, the next sweep is at 630 s.
        assertThat(models.lines("unloaded")).containsExactly("630.000 unloaded a ttl_eviction 628.000");
        assertThat(manager.stats().models()).isEmpty();
        assertThat(manager.stats().unloads(UnloadReason.TTL)).isEqualTo(1);
    }

    @Test
    void shouldBeginTheTimeToLiveAnewWhenALeaseIsClosed() {
        ModelManager<Model> manager = models.builder().build();
        models.use(manager, "a");
        models.runTo(300);
        taken(manager.acquire("a")).close();
        models.runTo(899.999);
        assertThat(ready(manager)).containsExactly("a");
        models.runTo(900);

        assertThat(models.lines("unloaded")).containsExactly("900.000 unloaded a ttl_eviction 898.000");
    }

    @Test
    void shouldNeverUnloadWhenALeaseIsOpen() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> lease = manager.acquire("a");
        models.runTo(10_000);
        assertThat(ready(manager)).containsExactly("a");
        assertThat(status(manager, "a").idle()).isZero();
        taken(lease).close();
        models.runTo(10_590);
        assertThat(ready(manager)).containsExactly("a");
        models.runTo(10_620);

        assertThat(models.lines("unloaded")).hasSize(1);
    }

    @Test
    void shouldStayForTheMinimumResidencyWhenTheTimeToLiveIsShorter() {
        ModelManager<Model> manager =
                models.builder().timeToLive(Duration.ofSeconds(10)).build();
        models.use(manager, "a");
        models.runTo(149.999);
        assertThat(ready(manager)).containsExactly("a");
        models.runTo(150);

        assertThat(models.lines("unloaded")).containsExactly("150.000 unloaded a ttl_eviction 148.000");
    }

    @Test
    void shouldUnloadTheLeastRecentlyUsedWhenThereIsNoRoom() {
        ModelManager<Model> manager = models.builder().build();
        for (String id : List.of("a", "b", "c")) {
            models.use(manager, id);
        }
        models.runTo(200);
        models.use(manager, "a");
        models.use(manager, "d");

        assertThat(models.lines("unloaded")).containsExactly("200.000 unloaded b lru_eviction 196.000");
        assertThat(ready(manager)).containsExactlyInAnyOrder("a", "c", "d");
        assertThat(models.mostInMemory).isEqualTo(3);
    }

    @Test
    void shouldPassOverLeasedModelsWhenThereIsNoRoom() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> held = manager.acquire("a");
        models.use(manager, "b");
        models.use(manager, "c");
        models.runTo(200);
        models.use(manager, "d");

        assertThat(held).isCompleted();
        assertThat(models.lines("unloaded")).containsExactly("200.000 unloaded b lru_eviction 196.000");
    }

    @Test
    void shouldPreferModelsPastTheMinimumResidencyWhenThereIsNoRoom() {
        ModelManager<Model> manager = models.builder().maxResident(2).build();
        models.use(manager, "old");
        models.runTo(119);
        models.use(manager, "young");
        models.runTo(122);
        taken(manager.acquire("old")).close();
        models.use(manager, "new");

        assertThat(models.lines("unloaded")).containsExactly("122.000 unloaded old lru_eviction 120.000");
    }

    @Test
    void shouldUnloadAYoungModelForACallerButNotForAPreload() {
        ModelManager<Model> manager = models.builder().maxResident(1).build();
        models.use(manager, "a");
        CompletableFuture<Void> preloaded = manager.preload(List.of("b")).toCompletableFuture();
        models.runTo(10);
        assertThat(ready(manager)).containsExactly("a");

        models.use(manager, "c");
        assertThat(models.lines("unloaded")).containsExactly("10.000 unloaded a lru_eviction 8.000");

        // The preload has c unloaded at the first sweep after 132 s.
        models.runTo(151.999);
        assertThat(preloaded).isNotDone();
        models.runTo(152);
        assertThat(preloaded).isCompleted();
        assertThat(ready(manager)).containsExactly("b");
    }

    @Test
    void shouldKeepTheDefaultModelFromTheSweepAndTakeItLastWhenThereIsNoRoom() {
        ModelManager<Model> manager =
                models.builder().maxResident(2).defaultModel("a").build();
        models.use(manager, "a");
        models.runTo(5_000);
        assertThat(ready(manager)).containsExactly("a");

        models.use(manager, "b");
        models.use(manager, "c");
        assertThat(ready(manager)).containsExactly("a", "c");

        CompletableFuture<ModelLease<Model>> held = manager.acquire("c");
        models.use(manager, "d");
        assertThat(held).isCompleted();
        assertThat(ready(manager)).containsExactly("c", "d");
    }

    @Test
    void shouldUnloadTheDefaultModelAsAnyOtherWhenItIsNotKept() {
        ModelManager<Model> manager =
                models.builder().defaultModel("a").keepDefault(false).build();
        models.use(manager, "a");
        models.runTo(630);

        assertThat(models.lines("unloaded")).containsExactly("630.000 unloaded a ttl_eviction 628.000");
    }

    @Test
    void shouldTellAgesAndUseWhenAskedForStats() {
        ModelManager<Model> manager = models.builder().build();
        models.use(manager, "a");
        models.runTo(100);
        taken(manager.acquire("a")).close();
        manager.acquire("b", "s1");
        models.runTo(101);

        assertThat(manager.stats())
                .isEqualTo(new ModelManagerStats(
                        List.of(
                                new ModelStatus(
                                        "a",
                                        ModelState.READY,
                                        List.of(),
                                        0,
                                        Duration.ofSeconds(99),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(2),
                                        Duration.ZERO),
                                new ModelStatus(
                                        "b",
                                        ModelState.LOADING,
                                        List.of(),
                                        1,
                                        Duration.ZERO,
                                        Duration.ZERO,
                                        Duration.ZERO,
                                        Duration.ZERO)),
                        2,
                        3,
                        1,
                        2,
                        0,
                        1,
                        0,
                        java.util.Map.of()));
    }
}
