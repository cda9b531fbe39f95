package dev.duplexvoice.model;

import static dev.duplexvoice.model.FakeModels.ready;
import static dev.duplexvoice.model.FakeModels.status;
import static dev.duplexvoice.model.FakeModels.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.FakeModels.Model;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Acquiring: loads shared, queued, failed, given up. */
class ModelLoadTest {
    private final FakeModels models = new FakeModels();

    @Test
    void shouldGiveEachCallerALeaseOfOneLoadWhenManyAskMeanwhile() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> one = manager.acquire("a", "s1");
        models.runTo(1);
        CompletableFuture<ModelLease<Model>> two = manager.acquire("a", "s2");
        models.runTo(1.999);
        assertThat(one).isNotDone();
        models.runTo(2);

        assertThat(taken(one).model()).isSameAs(taken(two).model());
        assertThat(status(manager, "a").holders()).containsExactly("s1", "s2");
        assertThat(models.lines())
                .containsExactly(
                        "0.000 loading a",
                        "2.000 loaded a 2.000",
                        "2.000 leased a s1 1 2.000",
                        "2.000 leased a s2 2 1.000");
        assertThat(manager.stats().misses()).isEqualTo(2);
    }

    @Test
    void shouldGiveALeaseAtOnceWhenTheModelIsReady() {
        ModelManager<Model> manager = models.builder().build();
        models.use(manager, "a");

        ModelLease<Model> lease = taken(manager.acquire("a", "s1"));

        assertThat(lease.id()).isEqualTo("a");
        assertThat(lease.holder()).isEqualTo("s1");
        assertThat(manager.stats().hits()).isEqualTo(1);
        assertThat(models.loadsBegun).isEqualTo(1);
    }

    @Test
    void shouldLoadOneAfterAnotherInOrderWhenOneLoadIsAllowed() {
        ModelManager<Model> manager = models.builder().build();
        manager.acquire("a");
        manager.acquire("b");
        manager.acquire("c");
        models.runTo(10);

        assertThat(models.lines("queued", "loading", "loaded"))
                .containsExactly(
                        "0.000 loading a",
                        "0.000 queued b",
                        "0.000 queued c",
                        "2.000 loaded a 2.000",
                        "2.000 loading b",
                        "4.000 loaded b 2.000",
                        "4.000 loading c",
                        "6.000 loaded c 2.000");
        assertThat(models.mostLoads).isEqualTo(1);
    }

    @Test
    void shouldLoadTwoAtOnceWhenTwoAreAllowed() {
        ModelManager<Model> manager = models.builder().maxLoads(2).build();
        manager.acquire("a");
        manager.acquire("b");
        manager.acquire("c");
        models.runTo(10);

        assertThat(models.lines("loading")).containsExactly("0.000 loading a", "0.000 loading b", "2.000 loading c");
        assertThat(models.mostLoads).isEqualTo(2);
    }

    @Test
    void shouldLoadForCallersFirstWhenPreloadsWait() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<Void> preloaded = manager.preload(List.of("a", "b")).toCompletableFuture();
        manager.acquire("c");
        models.runTo(5.9);
        assertThat(preloaded).isNotDone();
        models.runTo(6);

        assertThat(preloaded).isCompleted();
        assertThat(models.lines("loading")).containsExactly("0.000 loading a", "2.000 loading c", "4.000 loading b");
        assertThat(status(manager, "a").leases()).isZero();
    }

    @Test
    void shouldTellEveryPreloadWhenOneOfThemFails() {
        models.failing.put("a", new IllegalStateException("torn file"));
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<Void> preloaded = manager.preload(List.of("a", "b")).toCompletableFuture();
        models.runTo(10);

        assertThat(preloaded).isCompletedExceptionally();
        assertThat(ready(manager)).containsExactly("b");
    }

    @Test
    void shouldFailAllWhoWaitAndLeaveNothingWhenTheLoadFails() {
        models.failing.put("a", new IllegalStateException("torn file"));
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> one = manager.acquire("a");
        CompletableFuture<ModelLease<Model>> two = manager.acquire("a");
        models.runTo(2);

        for (CompletableFuture<ModelLease<Model>> future : List.of(one, two)) {
            assertThat(catchThrowable(future::join).getCause())
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.MODEL))
                    .hasMessage("model=a: the load failed: java.lang.IllegalStateException: torn file");
        }
        assertThat(manager.stats().models()).isEmpty();
        assertThat(manager.stats().loadFailures()).isEqualTo(1);

        models.failing.clear();
        CompletableFuture<ModelLease<Model>> again = manager.acquire("a");
        models.runTo(4);
        assertThat(again).isCompleted();
    }

    @Test
    void shouldPassTheLoadersOwnErrorOnWhenItIsAVoiceException() {
        VoiceException missing = new VoiceException(VoiceException.Code.NOT_FOUND, "voice=a: pull it");
        models.failing.put("a", missing);
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> future = manager.acquire("a");
        models.runTo(2);

        assertThat(catchThrowable(future::join)).hasCause(missing);
    }

    @Test
    void shouldFailTheLoadWhenTheLoaderThrowsOrGivesNothing() {
        ModelManager<Model> throwing = ModelManager.<Model>builder(id -> {
                    throw new UnsatisfiedLinkError("libvoice.so");
                })
                .clock(models.clock)
                .build();
        ModelManager<Model> nothing =
                ModelManager.<Model>builder(id -> null).clock(models.clock).build();
        ModelManager<Model> noModel = ModelManager.<Model>builder(ModelLoader.blocking(id -> null))
                .clock(models.clock)
                .build();
        for (ModelManager<Model> manager : List.of(throwing, nothing, noModel)) {
            CompletableFuture<ModelLease<Model>> future = manager.acquire("a");
            models.clock.advance(Duration.ZERO);
            assertThat(catchThrowable(future::join)).hasMessageContaining("model=a: the load failed");
            assertThat(manager.stats().models()).isEmpty();
        }
    }

    @Test
    void shouldGiveThePlaceBackWhenAWaiterCancels() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> loading = manager.acquire("a");
        CompletableFuture<ModelLease<Model>> queued = manager.acquire("b");
        loading.cancel(false);
        queued.cancel(false);
        models.runTo(10);

        assertThat(models.lines("loading")).containsExactly("0.000 loading a");
        assertThat(ready(manager)).containsExactly("a");
        assertThat(status(manager, "a").leases()).isZero();
        assertThat(models.lines("leased")).isEmpty();
    }

    @Test
    void shouldGiveTheLeaseBackWhenItComesToSomebodyWhoIsServed() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> first = manager.acquire("a", "s1");
        CompletableFuture<ModelLease<Model>> second = manager.acquire("a", "s2");
        // Between the decision and the hand-over.
        first.thenRun(() -> second.cancel(false));
        models.runTo(2);

        assertThat(second).isCancelled();
        assertThat(status(manager, "a").holders()).containsExactly("s1");
        assertThat(models.lines("released")).containsExactly("2.000 released a s2 1 0.000");
    }

    @Test
    void shouldRefuseWithTheCapAndTheHoldersWhenThereIsNoRoomInTime() {
        ModelManager<Model> manager = models.builder().maxResident(2).build();
        manager.acquire("a", "s1");
        manager.acquire("a", "s2");
        manager.acquire("b", "s3");
        models.runTo(10);
        CompletableFuture<ModelLease<Model>> refused = manager.acquire("c", "s4");
        models.runTo(39.999);
        assertThat(refused).isNotDone();
        models.runTo(40);

        assertThat(catchThrowable(refused::join).getCause())
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.OVERLOADED))
                .hasMessage(
                        "model=c, acquireTimeout=30000ms: no room, maxResident=2 models are in memory (a is held by s1,"
                                + " s2; b is held by s3); close leases, or build the manager with more maxResident");
        assertThat(models.lines("queued", "refused"))
                .containsExactly("0.000 queued b", "10.000 queued c", "40.000 refused c");
        assertThat(manager.stats().refusals()).isEqualTo(1);
        assertThat(manager.stats().models()).hasSize(2);
    }

    @Test
    void shouldNameWhatIsInTheWayWhenALoadTakesTooLong() {
        models.loadTime = Duration.ofSeconds(60);
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> slow = manager.acquire("a");
        CompletableFuture<ModelLease<Model>> behind = manager.acquire("b");
        models.runTo(30);

        assertThat(catchThrowable(slow::join))
                .hasMessageContaining("model=a, acquireTimeout=30000ms: its load is not over");
        assertThat(catchThrowable(behind::join)).hasMessageContaining("maxLoads=1 loads run before it (a)");
        models.runTo(60);
        assertThat(ready(manager)).containsExactly("a");
    }

    @Test
    void shouldGiveTheRoomToTheWaiterWhenALeaseIsClosed() {
        ModelManager<Model> manager = models.builder().maxResident(1).build();
        CompletableFuture<ModelLease<Model>> first = manager.acquire("a");
        models.runTo(5);
        CompletableFuture<ModelLease<Model>> second = manager.acquire("b");
        models.runTo(10);
        assertThat(second).isNotDone();
        taken(first).close();
        models.runTo(12);

        assertThat(second).isCompleted();
        assertThat(models.mostInMemory).isEqualTo(1);
    }

    @Test
    void shouldRefuseTheModelWhenTheLeaseIsClosed() {
        ModelManager<Model> manager = models.builder().build();
        CompletableFuture<ModelLease<Model>> future = manager.acquire("a");
        models.runTo(2);
        ModelLease<Model> lease = taken(future);
        lease.close();

        assertThatThrownBy(lease::model)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("model=a: the lease is closed; acquire another");
    }

    @Test
    void shouldNotBlockWhenTheClockIsVirtual() {
        ModelManager<Model> manager = models.builder().build();

        assertThatThrownBy(() -> manager.acquireBlocking("a", "s1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use acquire");
    }

    @Test
    void shouldGoOnWhenTheObserverThrows() {
        ModelManager<Model> manager = models.builder()
                .observer(event -> {
                    models.events.add(event);
                    throw new AssertionError("observer");
                })
                .build();
        models.use(manager, "a");

        assertThat(models.lines())
                .containsExactly(
                        "0.000 loading a",
                        "2.000 loaded a 2.000",
                        "2.000 leased a unnamed 1 2.000",
                        "2.000 released a unnamed 0 0.000");
    }
}
