package dev.duplexvoice.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.model.FakeModels.Model;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ModelOptionsTest {
    private final FakeModels models = new FakeModels();
    private final ModelManager.Builder<Model> builder = models.builder();

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void shouldNameTheValueAndTheRangeWhenAnOptionIsOutOfIt() {
        refused(() -> builder.maxResident(0), "maxResident=0: must be 1 to 1000");
        refused(() -> builder.maxLoads(65), "maxLoads=65: must be 1 to 64");
        refused(() -> builder.timeToLive(Duration.ZERO), "timeToLive=0ms: must be 1000ms to 86400000ms");
        refused(() -> builder.minResidency(Duration.ofMillis(-1)), "minResidency=-1ms: must be 0ms to 86400000ms");
        refused(() -> builder.sweepInterval(Duration.ofMillis(99)), "sweepInterval=99ms: must be 100ms to 86400000ms");
        refused(() -> builder.acquireTimeout(Duration.ZERO), "acquireTimeout=0ms: must be 1ms to 86400000ms");
        refused(() -> builder.defaultModel(" "), "model= : must not be blank; give the id of a model");
    }

    @Test
    void shouldRefuseMorePreloadsThanThereIsRoom() {
        ModelManager<Model> manager = builder.build();

        refused(
                () -> manager.preload(List.of("a", "b", "c", "d", "d")),
                "preload=[a, b, c, d]: 4 models do not fit into maxResident=3; preload fewer");
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoDefaultModel() {
        ModelManager<Model> manager = builder.build();

        assertThatThrownBy(manager::acquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("defaultModel=null: name a model, or build the manager with a defaultModel");
    }
}
