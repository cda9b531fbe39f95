package dev.duplexvoice.model;

import static dev.duplexvoice.model.FakeModels.ready;
import static dev.duplexvoice.model.FakeModels.status;
import static dev.duplexvoice.model.FakeModels.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.duplexvoice.model.FakeModels.Model;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Unloading by hand, and closing the manager. */
class ModelUnloadTest {
    private final FakeModels models = new FakeModels();
    private final ModelManager<Model> manager = models.builder().build();

    private CompletableFuture<Boolean> unload(String id, UnloadPolicy policy) {
        return manager.unload(id, policy).toCompletableFuture();
    }

    @Test
    void shouldWaitForTheLastLeaseWhenToldTo() {
        CompletableFuture<ModelLease<Model>> one = manager.acquire("a", "s1");
        CompletableFuture<ModelLease<Model>> two = manager.acquire("a", "s2");
        models.runTo(5);
        CompletableFuture<Boolean> unloaded = unload("a", UnloadPolicy.WAIT_FOR_LEASES);
        models.runTo(6);
        assertThat(status(manager, "a").state()).isEqualTo(ModelState.DRAINING);
        taken(one).close();
        models.runTo(7);
        assertThat(unloaded).isNotDone();
        assertThat(taken(two).model().closes).isZero();
        taken(two).close();
        models.runTo(7);

        assertThat(unloaded).isCompletedWithValue(true);
        assertThat(models.lines("draining", "released", "unloaded"))
                .containsExactly(
                        "5.000 draining a manual 2",
                        "6.000 released a s1 1 4.000",
                        "7.000 released a s2 0 5.000",
                        "7.000 unloaded a manual 5.000");
    }

    @Test
    void shouldRefuseWithTheNumberOfLeasesWhenToldTo() {
        CompletableFuture<ModelLease<Model>> lease = manager.acquire("a", "s1");
        models.runTo(2);
        CompletableFuture<Boolean> refused = unload("a", UnloadPolicy.REFUSE);

        assertThat(catchThrowable(refused::join).getCause())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "model=a, leases=1, waiting=0: it is in use, a is held by s1; close these leases, or unload with"
                                + " WAIT_FOR_LEASES");
        assertThat(taken(lease).model().closes).isZero();
        assertThat(ready(manager)).containsExactly("a");
        models.runTo(3);
        assertThat(models.lines("refused")).containsExactly("2.000 refused a");
    }

    @Test
    void shouldAnswerFalseWhenThereIsNoSuchModel() {
        assertThat(unload("a", UnloadPolicy.REFUSE)).isCompletedWithValue(false);
    }

    @Test
    void shouldServeThoseWhoWaitFirstWhenUnloadedDuringTheLoad() {
        CompletableFuture<ModelLease<Model>> lease = manager.acquire("a");
        models.runTo(1);
        assertThat(unload("a", UnloadPolicy.REFUSE)).isCompletedExceptionally();
        CompletableFuture<Boolean> unloaded = unload("a", UnloadPolicy.WAIT_FOR_LEASES);
        models.runTo(2);
        assertThat(status(manager, "a").state()).isEqualTo(ModelState.DRAINING);
        taken(lease).close();
        models.runTo(2);

        assertThat(unloaded).isCompletedWithValue(true);
    }

    @Test
    void shouldWithdrawAPreloadWhenItDidNotBegin() {
        manager.acquire("a");
        CompletableFuture<Void> preloaded = manager.preload(List.of("b")).toCompletableFuture();
        CompletableFuture<Boolean> unloaded = unload("b", UnloadPolicy.REFUSE);
        models.runTo(10);

        assertThat(unloaded).isCompletedWithValue(false);
        assertThat(preloaded).isCompletedExceptionally();
        assertThat(models.loadsBegun).isEqualTo(1);
    }

    @Test
    void shouldNameTheLeasesWhenAnotherWaitsForAModelThatIsToGo() {
        manager.acquire("a", "s1");
        models.runTo(2);
        unload("a", UnloadPolicy.WAIT_FOR_LEASES);
        CompletableFuture<ModelLease<Model>> late = manager.acquire("a", "s2");
        models.runTo(32);

        assertThat(catchThrowable(late::join)).hasMessageContaining("it is to be unloaded, and a is held by s1");
    }

    @Test
    void shouldFreeTheRoomWhenAModelThrowsOnClose() {
        models.failingClose.add("a");
        models.use(manager, "a");
        CompletableFuture<Boolean> unloaded = unload("a", UnloadPolicy.REFUSE);
        models.runTo(3);

        assertThat(unloaded).isCompletedWithValue(true);
        assertThat(models.lines("closefailed", "unloaded"))
                .containsExactly("2.000 closefailed a", "2.000 unloaded a manual 0.000");
        assertThat(manager.stats().models()).isEmpty();
    }

    @Test
    void shouldCloseIdleModelsAtOnceLeasedOnesWithTheirLeaseAndLoadingOnesAfterTheirLoad() {
        models.use(manager, "idle");
        CompletableFuture<ModelLease<Model>> leased = manager.acquire("leased");
        models.runTo(4);
        CompletableFuture<ModelLease<Model>> loading = manager.acquire("loading");
        CompletableFuture<ModelLease<Model>> queued = manager.acquire("queued");
        models.runTo(5);
        manager.close();
        manager.close();

        assertThat(models.made.get(0).closes).isEqualTo(1);
        CompletableFuture<Void> terminated = manager.terminated().toCompletableFuture();
        models.runTo(6);
        assertThat(catchThrowable(loading::join)).hasMessageContaining("the model manager was closed");
        assertThat(queued).isCompletedExceptionally();
        assertThat(models.made.get(2).closes).isEqualTo(1);
        assertThat(taken(leased).model().closes).isZero();
        assertThat(terminated).isNotDone();
        taken(leased).close();
        models.runTo(6);

        assertThat(terminated).isCompleted();
        assertThat(models.lines("unloaded"))
                .containsExactly(
                        "5.000 unloaded idle closed 3.000",
                        "6.000 unloaded loading closed 0.000",
                        "6.000 unloaded leased closed 2.000");
        assertThat(models.inMemory).isZero();
    }

    @Test
    void shouldRefuseEverythingWhenClosed() {
        manager.close();

        assertThatThrownBy(() -> manager.acquire("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> manager.preload(List.of("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> manager.unload("a", UnloadPolicy.REFUSE)).isInstanceOf(IllegalStateException.class);
        assertThat(manager.stats().models()).isEmpty();
    }
}
