package dev.duplexvoice.model;

import static dev.duplexvoice.model.FakeModels.status;
import static dev.duplexvoice.model.FakeModels.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.FakeModels.Model;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    private ModelManager<SpeechSynthesizer> speaking(ModelLoader<SpeechSynthesizer> loader) {
        return ModelManager.<SpeechSynthesizer>builder(loader)
                .warmUp(ModelWarmUp.speech())
                .clock(models.clock)
                .observer(models.events::add)
                .build();
    }

    @Test
    void shouldFailTheLoadOfAVoiceThatNeverAnswersAndLoadTheNext() {
        ToneVoice hangs = new ToneVoice(models.clock);
        hangs.firstAudioAfter = Duration.ofDays(1);
        ToneVoice good = new ToneVoice(models.clock);
        ModelManager<SpeechSynthesizer> manager =
                speaking(ModelLoader.blocking(id -> id.equals("hangs") ? hangs : good));
        CompletionStage<Void> first = manager.preload(List.of("hangs"));
        CompletionStage<Void> second = manager.preload(List.of("good"));
        models.runTo(59.999);
        assertThat(first.toCompletableFuture()).isNotDone();
        assertThat(second.toCompletableFuture()).isNotDone();
        assertThat(hangs.closed).hasValue(0);
        models.runTo(60);

        assertThat(first.toCompletableFuture()).isCompletedExceptionally();
        assertThat(catchThrowable(first.toCompletableFuture()::join))
                .hasCauseInstanceOf(VoiceException.class)
                .hasMessageContaining(
                        "model=hangs, warmUpTimeout=60000ms: its warm-up is not over; look at what it waits"
                                + " for, or build the manager with a longer warmUpTimeout");
        assertThat(hangs.opened).hasValue(1);
        assertThat(hangs.closed).as("its stream is closed").hasValue(1);
        assertThat(second.toCompletableFuture()).isCompleted();
        assertThat(models.lines("loading", "warmedup", "loadfailed", "unloaded"))
                .map(line -> line.replaceAll(" its warm-up .*| model=.*", ""))
                .containsExactly(
                        "0.000 loading hangs",
                        "60.000 loadfailed hangs 60.000",
                        "60.000 loading good",
                        "60.000 unloaded hangs failed 0.000",
                        "60.000 warmedup good 0.000");
    }

    @Test
    void shouldNotTakeALateAnswerForOneOfTheNextLoad() {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        ModelManager<Model> manager = models.builder()
                .warmUp((model, workers) -> {
                    CompletableFuture<Void> answer = new CompletableFuture<>();
                    answers.add(answer);
                    // A stage that cannot be cancelled from outside.
                    return answer.minimalCompletionStage();
                })
                .warmUpTimeout(Duration.ofSeconds(5))
                .build();
        CompletableFuture<ModelLease<Model>> first = manager.acquire("a");
        models.runTo(7);
        assertThat(first).isCompletedExceptionally();
        CompletableFuture<ModelLease<Model>> second = manager.acquire("a");
        models.runTo(9.5);
        assertThat(status(manager, "a").state()).isEqualTo(ModelState.WARMING_UP);

        answers.get(0).complete(null);
        models.runTo(10);
        assertThat(status(manager, "a").state()).isEqualTo(ModelState.WARMING_UP);
        assertThat(second).isNotDone();
        answers.get(1).complete(null);
        models.runTo(11);
        assertThat(taken(second).id()).isEqualTo("a");
        assertThat(models.made).extracting(model -> model.closes).containsExactly(1, 0);
        models.runTo(20);
        assertThat(models.lines("loadfailed")).hasSize(1);
    }

    /** A voice that computes in its read, and does not come back. */
    @Test
    @Timeout(60)
    void shouldFreeThePlaceOfAVoiceThatHangsInARead() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        ToneVoice good = new ToneVoice();
        HangingVoice hangs = new HangingVoice(reading, cancelled, closed);
        ModelManager<SpeechSynthesizer> manager = ModelManager.<SpeechSynthesizer>builder(
                        ModelLoader.blocking(id -> id.equals("hangs") ? hangs : good))
                .warmUp(ModelWarmUp.speech())
                .warmUpTimeout(Duration.ofMillis(50))
                .build();
        try {
            CompletableFuture<ModelLease<SpeechSynthesizer>> lease = manager.acquire("hangs");
            reading.await();

            assertThat(catchThrowable(lease::join)).hasMessageContaining("model=hangs, warmUpTimeout=50ms");
            manager.acquire("good").join().close();
            cancelled.await();
            closed.await();
        } finally {
            manager.close();
        }
    }

    /** Its read ends when it is cancelled. */
    private record HangingVoice(CountDownLatch reading, CountDownLatch cancelled, CountDownLatch closed)
            implements SpeechSynthesizer {
        @Override
        public String voice() {
            return "hangs";
        }

        @Override
        public int sampleRate() {
            return ToneVoice.RATE;
        }

        @Override
        public int maxTextLength() {
            return 1_000;
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            return new SynthesisStream() {
                @Override
                public int read(short[] buffer, int offset, int length) {
                    reading.countDown();
                    try {
                        cancelled.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return END;
                }

                @Override
                public List<WordTiming> words() {
                    return List.of();
                }

                @Override
                public void cancel() {
                    cancelled.countDown();
                }

                @Override
                public void close() {
                    closed.countDown();
                }
            };
        }

        @Override
        public void close() {}
    }
}
