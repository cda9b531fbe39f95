package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.internal.Providers;
import dev.duplexvoice.internal.SessionVoice;
import dev.duplexvoice.internal.VoiceModels;
import dev.duplexvoice.internal.Workers;
import dev.duplexvoice.model.ModelEvent;
import dev.duplexvoice.model.ModelStatus;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.support.NamedVoices;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SynthesisRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine's voices are loaded for the sessions that name them, shared, kept and closed as the rules of its models say. */
@Timeout(60)
class EngineVoicesTest {
    private final VirtualClock clock = new VirtualClock();
    private final NamedVoices voices = new NamedVoices();
    private final List<ModelEvent> told = Collections.synchronizedList(new ArrayList<>());

    private VoiceEngine.Builder builder(EngineClock time) {
        return VoiceEngine.builder().clock(time).providers(List.of(voices)).telemetry(new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                if (event instanceof ServiceEvent.ModelChanged changed) {
                    told.add(changed.event());
                }
            }
        });
    }

    private static SessionOptions speaking(String... options) {
        SessionOptions.Builder builder = SessionOptions.builder().externalSpeech();
        for (int i = 0; i < options.length; i += 2) {
            builder.set(options[i], options[i + 1]);
        }
        return builder.build();
    }

    private void pass(Duration time) {
        clock.advance(time);
    }

    private static List<String> held(VoiceEngine engine) {
        return engine.voiceModels().stats().models().stream()
                .map(model -> model.id() + model.holders())
                .toList();
    }

    @Test
    void shouldLoadAVoiceOnceForAllSessionsThatSpeakWithIt() {
        try (VoiceEngine engine = builder(clock).build()) {
            assertThat(voices.log).as("nothing before a session needs it").isEmpty();
            engine.open(speaking());
            engine.open(speaking("voice.name", "b"));
            engine.open(speaking("voice.name", "b"));

            assertThat(voices.log).containsExactly("open a", "open b");
            assertThat(held(engine)).containsExactlyInAnyOrder("a[s1]", "b[s2, s3]");
        }
        assertThat(voices.log).containsExactlyInAnyOrder("open a", "open b", "close a", "close b");
    }

    @Test
    void shouldSpeakWithTheVoiceNamedAtItsRateAndPitch() {
        try (VoiceEngine engine = builder(clock).voice("c").build()) {
            assertThat(engine.defaultVoice()).isEqualTo("c");
            DuplexSession usual = engine.open(speaking());
            DuplexSession other = engine.open(speaking("voice.name", "b", "voice.rate", "1.5", "voice.pitch", "0.75"));
            usual.say("One.");
            other.say("Two.");
            pass(Duration.ofMillis(100));

            assertThat(voices.log).contains("say c: One.", "say b: Two.");
            assertThat(voices.requests)
                    .containsExactly(SynthesisRequest.of("One."), new SynthesisRequest("Two.", 1.5f, 0.75f));
        }
    }

    @Test
    void shouldGiveLeasesBackWhenSessionsEndHoweverTheyEnd() {
        try (VoiceEngine engine = builder(clock).build()) {
            DuplexSession silent = engine.open(speaking());
            DuplexSession speaks = engine.open(speaking());
            engine.open(speaking("limits.duration", "1s"));
            speaks.say("A sentence that is not over.");
            pass(Duration.ofMillis(100));
            assertThat(held(engine)).containsExactly("a[s1, s2, s3]");

            silent.close();
            silent.close();
            speaks.close();
            pass(Duration.ofMillis(100));
            assertThat(held(engine)).containsExactly("a[s3]");

            pass(Duration.ofSeconds(2));
            assertThat(held(engine)).containsExactly("a[]");
            assertThat(voices.log).doesNotContain("close a");
        }
        assertThat(voices.log.stream().filter("close a"::equals)).hasSize(1);
    }

    /** As of a session whose synthesis still hangs when the engine's workers have ended. */
    @Test
    void shouldCloseAVoiceAtTheEndThoughItsLeaseDidNotComeBack() {
        VoiceModels models =
                new VoiceModels(new Providers(List.of(voices)), null, clock, VoiceTelemetry.disabled(), rules -> {});
        SessionVoice kept = models.lease("b", "s1", Workers.virtual(clock));
        assertThat(kept.synthesizer().voice()).isEqualTo("b");

        models.close();
        pass(Duration.ofSeconds(1));
        assertThat(voices.log).containsExactly("open b", "close b");
    }

    @Test
    void shouldUnloadAVoiceThatNobodySpokeWithForItsTimeToLive() {
        try (VoiceEngine engine = builder(clock).build()) {
            DuplexSession session = engine.open(speaking("voice.name", "b", "limits.idle", "3600s"));
            pass(Duration.ofSeconds(900));
            assertThat(held(engine)).as("a voice that is spoken with stays").containsExactly("b[s1]");

            session.close();
            pass(Duration.ofSeconds(599));
            assertThat(held(engine)).containsExactly("b[]");
            pass(Duration.ofSeconds(31));
            assertThat(held(engine)).isEmpty();
            assertThat(voices.log).containsExactly("open b", "close b");
        }
    }

    @Test
    void shouldTakeThePlaceOfTheVoiceUsedLongestAgoAndRefuseWhenAllSpeak() {
        try (VoiceEngine engine =
                builder(clock).voiceModels(models -> models.maxResident(2)).build()) {
            engine.open(speaking("voice.name", "b"));
            DuplexSession gone = engine.open(speaking("voice.name", "c"));
            gone.close();
            pass(Duration.ofMillis(100));
            DuplexSession third = engine.open(speaking("voice.name", "d"));
            assertThat(voices.log).containsExactly("open b", "open c", "close c", "open d");

            assertThatThrownBy(() -> engine.open(speaking("voice.name", "e")))
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.OVERLOADED))
                    .hasMessageContaining("voice=e");
            assertThat(engine.sessions()).isEqualTo(2);
            assertThat(voices.log).doesNotContain("open e");

            third.close();
            pass(Duration.ofMillis(100));
            engine.open(speaking("voice.name", "e"));
            assertThat(held(engine)).containsExactlyInAnyOrder("b[s1]", "e[s5]");
        }
    }

    @Test
    void shouldRefuseTheSessionAndNoOtherWhenItsVoiceIsUnknownOrCannotBeLoaded() {
        voices.broken.add("b");
        try (VoiceEngine engine = builder(clock).maxSessions(2).build()) {
            DuplexSession other = engine.open(speaking());
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> engine.open(speaking("voice.name", "x")))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("voice=x: there is no such voice; use one of [a, b, c, d, e]");
                assertThatThrownBy(() -> engine.open(speaking("voice.name", "b")))
                        .isInstanceOf(VoiceException.class)
                        .hasMessage("b.onnx is truncated: fetch it again");
            }
            assertThat(engine.sessions()).isEqualTo(1);
            other.say("Still here.");
            pass(Duration.ofMillis(100));
            assertThat(voices.log).contains("say a: Still here.");

            voices.broken.clear();
            engine.open(speaking("voice.name", "b"));
        }
    }

    @Test
    void shouldHoldNoLeaseForAHostsOwnVoice() {
        ToneVoice own = new ToneVoice();
        try (VoiceEngine engine = builder(clock).build()) {
            DuplexSession session = engine.open(SessionOptions.builder()
                    .externalSpeech()
                    .synthesizer(own)
                    .voice(VoiceOptions.DEFAULT.withName("no such voice"))
                    .build());
            session.say("Mine.");
            pass(Duration.ofMillis(100));
            assertThat(own.texts).containsExactly("Mine.");
        }
        assertThat(voices.log).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldTellTelemetryWhatHappensToVoices() {
        try (VoiceEngine engine = builder(clock).build()) {
            engine.open(speaking()).close();
            pass(Duration.ofMillis(100));
        }
        assertThat(told)
                .extracting(event -> event.getClass().getSimpleName() + " " + event.modelId())
                .containsExactly("Loading a", "Loaded a", "Leased a", "Released a", "Unloaded a");
    }

    @Test
    void shouldWarmUpOnceAndLoadOnceWhenManySessionsOpenAtOnceOnTheRealClock() throws Exception {
        int sessions = 16;
        ExecutorService openers = Executors.newFixedThreadPool(sessions);
        try (VoiceEngine engine = builder(EngineClock.system()).build()) {
            CountDownLatch ready = new CountDownLatch(sessions);
            List<Future<DuplexSession>> opening = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                opening.add(openers.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return engine.open(speaking());
                }));
            }
            for (Future<DuplexSession> session : opening) {
                session.get().close();
                session.get().closed().toCompletableFuture().get(10, TimeUnit.SECONDS);
            }
            assertThat(voices.log).containsExactly("open a", "say a: " + ModelWarmUp.TEXT);
            ModelStatus status = engine.voiceModels().stats().models().get(0);
            assertThat(status.id()).isEqualTo("a");
        } finally {
            openers.shutdownNow();
        }
        assertThat(voices.log).containsExactly("open a", "say a: " + ModelWarmUp.TEXT, "close a");
    }

    @Test
    void shouldHaveAPreloadedVoiceReadyForTheFirstSession() throws Exception {
        try (VoiceEngine engine = builder(EngineClock.system()).build()) {
            engine.voiceModels()
                    .preload(List.of("b", "c"))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            List<String> before = List.copyOf(voices.log);
            engine.open(speaking("voice.name", "c"));
            assertThat(voices.log).isEqualTo(before).contains("open b", "open c");
        }
    }

    @Test
    void shouldRefuseToOpenWhenClosedBeforeAVoiceIsLoaded() {
        VoiceEngine engine = builder(clock).build();
        engine.close();
        assertThatThrownBy(() -> engine.open(speaking())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(engine::defaultVoice).isInstanceOf(IllegalStateException.class);
        assertThat(voices.log).isEmpty();
    }
}
