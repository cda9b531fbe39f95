package dev.duplexvoice.model;

import static dev.duplexvoice.model.FakeModels.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.duplexvoice.model.FakeModels.Model;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Models that are loaded anew while they are used. A load takes two seconds. */
class ModelReloadTest {
    private final FakeModels models = new FakeModels();
    private ModelManager<Model> manager = models.builder().build();

    private ModelLease<Model> lease(String id, String holder) {
        CompletableFuture<ModelLease<Model>> asked = manager.acquire(id, holder);
        models.clock.advance(Duration.ZERO);
        return taken(asked);
    }

    private ModelLease<Model> loaded(String id, String holder, double seconds) {
        CompletableFuture<ModelLease<Model>> asked = manager.acquire(id, holder);
        models.runTo(seconds);
        return taken(asked);
    }

    private CompletableFuture<Boolean> reload(String id) {
        return manager.reload(id).toCompletableFuture();
    }

    private List<String> states() {
        return manager.stats().models().stream()
                .map(model -> model.id() + " " + model.state() + " " + model.holders())
                .toList();
    }

    @Test
    void shouldGiveTheNewOneToNewcomersWhenTheOldOneIsNeverIdle() {
        ModelLease<Model> first = loaded("a", "s1", 2);
        CompletableFuture<Boolean> reloaded = reload("a");
        models.runTo(3);
        ModelLease<Model> second = lease("a", "s2");
        first.close();
        assertThat(states()).containsExactly("a READY [s2]", "a LOADING []");
        assertThat(reloaded).isNotDone();
        models.runTo(4);

        assertThat(reloaded).isCompletedWithValue(true);
        ModelLease<Model> third = lease("a", "s3");
        assertThat(states()).containsExactly("a READY [s3]", "a DRAINING [s2]");
        assertThat(second.model()).isSameAs(models.made.get(0));
        assertThat(third.model()).isSameAs(models.made.get(1));
        assertThat(models.made.get(0).closes).isZero();
        models.runTo(5);
        second.close();
        models.runTo(5);

        assertThat(models.made.get(0).closes).isEqualTo(1);
        assertThat(states()).containsExactly("a READY [s3]");
        assertThat(models.lines("draining", "unloaded"))
                .containsExactly("4.000 draining a replaced 1", "5.000 unloaded a replaced 3.000");
    }

    @Test
    void shouldLetTheOldOneGoAtOnceWhenNobodyHoldsIt() {
        models.use(manager, "a");
        CompletableFuture<Boolean> reloaded = reload("a");
        models.runTo(4);

        assertThat(reloaded).isCompletedWithValue(true);
        assertThat(models.lines("unloaded")).containsExactly("4.000 unloaded a replaced 2.000");
        assertThat(states()).containsExactly("a READY []");
    }

    @Test
    void shouldTakeTheRoomOfTheOldOneWhenThereIsNoOther() {
        manager = models.builder().maxResident(1).build();
        ModelLease<Model> first = loaded("a", "s1", 2);
        CompletableFuture<Boolean> reloaded = reload("a");
        models.runTo(50);
        ModelLease<Model> second = lease("a", "s2");
        first.close();
        models.runTo(60);
        assertThat(reloaded).isNotDone();
        assertThat(states()).containsExactly("a READY [s2]", "a QUEUED []");
        second.close();
        CompletableFuture<ModelLease<Model>> third = manager.acquire("a", "s3");
        models.runTo(62);

        assertThat(reloaded).isCompletedWithValue(true);
        assertThat(taken(third).model()).isSameAs(models.made.get(1));
        assertThat(models.mostInMemory).isEqualTo(1);
        assertThat(models.lines("unloaded")).containsExactly("60.000 unloaded a replaced 58.000");
    }

    @Test
    void shouldNotHoldUpOthersThatCanBeLoadedAnew() {
        manager = models.builder().maxResident(2).build();
        loaded("a", "s1", 2);
        models.use(manager, "b");
        CompletableFuture<Boolean> held = reload("a");
        CompletableFuture<Boolean> free = reload("b");
        models.runTo(7);

        assertThat(held).isNotDone();
        assertThat(free).isCompletedWithValue(true);
        assertThat(states()).containsExactly("a READY [s1]", "b READY []", "a QUEUED []");
    }

    @Test
    void shouldKeepTheOldOneWhenTheNewOneCannotBeLoaded() {
        ModelLease<Model> first = loaded("a", "s1", 2);
        models.failing.put("a", new IllegalStateException("torn file"));
        CompletableFuture<Boolean> reloaded = reload("a");
        models.runTo(4);

        assertThat(catchThrowable(reloaded::join)).hasMessageContaining("model=a: the load failed");
        assertThat(lease("a", "s2").model()).isSameAs(first.model());
        models.failing.clear();
        CompletableFuture<Boolean> again = reload("a");
        models.runTo(6);
        assertThat(again).isCompletedWithValue(true);
    }

    @Test
    void shouldLoadAnewWhatWasBeingLoaded() {
        CompletableFuture<ModelLease<Model>> first = manager.acquire("a", "s1");
        models.runTo(1);
        CompletableFuture<Boolean> reloaded = reload("a");
        CompletableFuture<Boolean> joined = reload("a");
        models.runTo(4);

        assertThat(reloaded).isCompletedWithValue(true);
        assertThat(joined).isCompletedWithValue(true);
        assertThat(taken(first).model()).isSameAs(models.made.get(0));
        assertThat(lease("a", "s2").model()).isSameAs(models.made.get(1));
        assertThat(models.loadsBegun).isEqualTo(2);
    }

    @Test
    void shouldLoadOnceMoreWhenItIsReplacedDuringItsReload() {
        loaded("a", "s1", 2);
        CompletableFuture<Boolean> one = reload("a");
        models.runTo(3);
        CompletableFuture<Boolean> two = reload("a");
        models.runTo(4);
        assertThat(one).isCompletedWithValue(true);
        assertThat(two).isNotDone();
        models.runTo(6);

        assertThat(two).isCompletedWithValue(true);
        assertThat(lease("a", "s2").model()).isSameAs(models.made.get(2));
        assertThat(models.made.get(1).closes).isEqualTo(1);
    }

    @Test
    void shouldNotMakeNewcomersWaitForOneThatIsOnItsWayOut() {
        loaded("a", "s1", 2);
        manager.unload("a", UnloadPolicy.WAIT_FOR_LEASES);
        CompletableFuture<ModelLease<Model>> waiting = manager.acquire("a", "s2");
        CompletableFuture<Boolean> reloaded = reload("a");
        models.runTo(4);

        assertThat(reloaded).isCompletedWithValue(true);
        assertThat(taken(waiting).model()).isSameAs(models.made.get(1));
        assertThat(states()).containsExactly("a READY [s2]", "a DRAINING [s1]");
    }

    @Test
    void shouldAnswerFalseWhenItIsNotInMemory() {
        assertThat(reload("a")).isCompletedWithValue(false);
        assertThat(models.loadsBegun).isZero();
    }

    @Test
    void shouldWithdrawAReloadWhenItIsUnloaded() {
        manager = models.builder().maxResident(1).build();
        ModelLease<Model> first = loaded("a", "s1", 2);
        CompletableFuture<Boolean> reloaded = reload("a");
        CompletableFuture<Boolean> unloaded =
                manager.unload("a", UnloadPolicy.WAIT_FOR_LEASES).toCompletableFuture();
        first.close();
        models.runTo(9);

        assertThat(catchThrowable(reloaded::join)).hasMessageContaining("unloaded before it was loaded");
        assertThat(unloaded).isCompletedWithValue(true);
        assertThat(manager.stats().models()).isEmpty();
    }

    @Test
    void shouldUnloadWhatIsBeingLoadedAnewToo() {
        ModelLease<Model> first = loaded("a", "s1", 2);
        reload("a");
        models.runTo(3);
        manager.unload("a", UnloadPolicy.WAIT_FOR_LEASES);
        first.close();
        models.runTo(9);

        assertThat(manager.stats().models()).isEmpty();
        assertThat(models.inMemory).isZero();
    }

    @Test
    void shouldEndWhenItIsClosedDuringAReload() {
        ModelLease<Model> first = loaded("a", "s1", 2);
        CompletableFuture<Boolean> reloaded = reload("a");
        CompletableFuture<Boolean> next = reload("a");
        models.runTo(3);
        manager.close();
        models.runTo(5);
        assertThat(reloaded).isCompletedExceptionally();
        assertThat(next).isCompletedExceptionally();
        assertThat(manager.terminated().toCompletableFuture()).isNotDone();
        first.close();
        models.runTo(5);

        assertThat(manager.terminated().toCompletableFuture()).isCompleted();
        assertThat(models.inMemory).isZero();
    }
}
