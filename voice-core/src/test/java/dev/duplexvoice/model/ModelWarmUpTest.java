package dev.duplexvoice.model;

import static dev.duplexvoice.model.FakeModels.status;
import static dev.duplexvoice.model.FakeModels.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.duplexvoice.model.FakeModels.Model;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ModelWarmUpTest {
    private final FakeModels models = new FakeModels();

    @Test
    void shouldGiveTheModelAfterItsWarmUpAndTellBothDurations() {
        ModelManager<Model> manager = models.builder().warmUp(models.warmUp()).build();
        CompletableFuture<ModelLease<Model>> lease = manager.acquire("a", "s1");
        manager.acquire("b", "s2");
        models.runTo(2.4);
        assertThat(status(manager, "a").state()).isEqualTo(ModelState.WARMING_UP);
        assertThat(lease).isNotDone();
        models.runTo(2.5);

        assertThat(lease).isCompleted();
        assertThat(status(manager, "a").loadTime()).isEqualTo(Duration.ofSeconds(2));
        assertThat(status(manager, "a").warmUpTime()).isEqualTo(Duration.ofMillis(500));
        // The next load waits for the warm-up too.
        assertThat(models.lines())
                .containsExactly(
                        "0.000 loading a",
                        "0.000 queued b",
                        "2.000 loaded a 2.000",
                        "2.500 warmedup a 0.500",
                        "2.500 leased a s1 1 2.500",
                        "2.500 loading b");
    }

    @Test
    void shouldCloseTheModelAndFailTheLoadWhenTheWarmUpFails() {
        models.failingWarmUp.add("a");
        ModelManager<Model> manager = models.builder().warmUp(models.warmUp()).build();
        CompletableFuture<ModelLease<Model>> lease = manager.acquire("a");
        models.runTo(3);

        assertThat(catchThrowable(lease::join))
                .hasMessageContaining("model=a: the warm-up failed: java.lang.IllegalStateException: cold");
        assertThat(models.made.get(0).closes).isEqualTo(1);
        assertThat(models.lines("loadfailed", "unloaded"))
                .containsExactly("2.500 loadfailed a 0.500 cold", "2.500 unloaded a failed 0.000");
    }

    @Test
    void shouldHaveAVoiceSayTheTextToItsEndWhenItIsLoaded() {
        ToneVoice voice = new ToneVoice(models.clock);
        voice.firstAudioAfter = Duration.ofMillis(200);
        voice.stepSamples = ToneVoice.RATE / 10;
        voice.stepEvery = Duration.ofMillis(10);
        List<ModelEvent> events = new ArrayList<>();
        ModelManager<SpeechSynthesizer> manager = ModelManager.<SpeechSynthesizer>builder(
                        ModelLoader.blocking(id -> voice))
                .warmUp(ModelWarmUp.speech())
                .clock(models.clock)
                .observer(events::add)
                .build();
        CompletableFuture<ModelLease<SpeechSynthesizer>> lease = manager.acquire("tone");
        models.runTo(5);

        assertThat(lease).isCompleted();
        assertThat(voice.texts).containsExactly("This is a warmup test.");
        assertThat(voice.closed.get()).isEqualTo(voice.opened.get());
        assertThat(events)
                .filteredOn(event -> event instanceof ModelEvent.WarmedUp)
                .singleElement()
                .satisfies(event ->
                        assertThat(((ModelEvent.WarmedUp) event).took()).isPositive());
    }

    @Test
    void shouldFailTheLoadWhenAVoiceCannotSpeak() {
        ToneVoice voice = new ToneVoice();
        voice.failOn = "warmup";
        ModelManager<SpeechSynthesizer> manager = ModelManager.<SpeechSynthesizer>builder(
                        ModelLoader.blocking(id -> voice))
                .warmUp(ModelWarmUp.speech())
                .clock(models.clock)
                .build();
        CompletableFuture<ModelLease<SpeechSynthesizer>> lease = manager.acquire("tone");
        models.runTo(5);

        assertThat(lease).isCompletedExceptionally();
    }

    @Test
    void shouldWarmUpWithAPlainMethodWhenItBlocks() {
        List<String> warmed = new ArrayList<>();
        ModelManager<Model> manager = models.builder()
                .warmUp(ModelWarmUp.blocking(model -> warmed.add(model.id)))
                .build();
        CompletableFuture<ModelLease<Model>> lease = manager.acquire("a");
        models.runTo(2);

        assertThat(taken(lease).id()).isEqualTo("a");
        assertThat(warmed).containsExactly("a");
    }
}
