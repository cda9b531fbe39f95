package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.support.LoudnessDetector;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.TelemetryLog;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class PluginFailureTest {

    @Test
    void shouldTellTheListenerWhenItThrows() {
        List<SessionEvent> told = new ArrayList<>();
        Scene scene = new Scene().answering("Yes.");
        scene.options.listener(event -> {
            told.add(event);
            if (event instanceof SessionEvent.SpeechStarted) {
                throw new IllegalStateException("oops");
            }
        });
        scene.open().speech(0, 1_000).runTo(3_000);

        assertThat(told.get(2)).isInstanceOfSatisfying(SessionEvent.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(VoiceException.Code.LISTENER);
            assertThat(failed.message())
                    .isEqualTo("the listener threw java.lang.IllegalStateException: oops on SpeechStarted");
        });
        assertThat(told).hasSize(11);
    }

    @Test
    void shouldGoOnWhenTheListenerAlwaysThrows() {
        Scene scene = new Scene().answering("Yes.");
        scene.options.listener(event -> {
            throw new AssertionError("never content");
        });
        scene.open().speech(0, 1_000).runTo(3_000);

        assertThat(scene.history()).containsExactly("AGENT: Yes.");
        scene.session.close();
        scene.runTo(3_000);
        assertThat(scene.session.closed().toCompletableFuture()).isCompletedWithValue(CloseReason.CLOSED);
    }

    @Test
    void shouldEndWithClosedWhenTheListenerThrowsOnIt() {
        List<SessionEvent> told = new ArrayList<>();
        Scene scene = new Scene();
        scene.options.listener(event -> {
            told.add(event);
            if (event instanceof SessionEvent.Closed) {
                throw new IllegalStateException("oops");
            }
        });
        scene.open();
        scene.session.close();
        scene.runTo(1_000);

        assertThat(told).last().isInstanceOf(SessionEvent.Closed.class);
        assertThat(scene.session.closed().toCompletableFuture()).isCompletedWithValue(CloseReason.CLOSED);
    }

    @Test
    void shouldTellAndGoOnWhenTheRecognizerThrowsOnStart() {
        Scene scene = new Scene();
        scene.options.recognizer((rate, sink) -> {
            throw new IllegalStateException("no licence");
        });
        scene.open().speech(0, 1_000).runTo(6_000);

        assertThat(scene.events(SessionEvent.Failed.class)).hasSize(1).first().satisfies(failed -> {
            assertThat(failed.code()).isEqualTo(VoiceException.Code.RECOGNITION);
            assertThat(failed.message())
                    .startsWith("recognizer " + PluginFailureTest.class.getName())
                    .endsWith(" threw at 16000 Hz: java.lang.IllegalStateException: no licence");
        });
        assertThat(scene.session.state()).isEqualTo(SessionState.LISTENING);
    }

    @Test
    void shouldTellAndGoOnWhenTheRecognizerThrowsInACall() {
        Scene scene = new Scene().answering("Yes.");
        scene.options.recognizer((rate, sink) -> new RecognitionStream() {
            @Override
            public void speechStarted() {
                throw new IllegalStateException("busy");
            }

            @Override
            public void speechEnded() {
                sink.transcript("hello", true);
            }
        });
        scene.open().speech(0, 1_000).runTo(6_000);

        assertThat(scene.lines("failed")).containsExactly("0.000 failed RECOGNITION");
        assertThat(scene.history()).containsExactly("CALLER: hello", "AGENT: Yes.");
    }

    /** One session that is heard by a detector, and runs this in the middle of a pass. */
    private static List<SessionEvent> failuresWhenAnObserver(BiConsumer<VoiceEngine, VirtualClock> act) {
        VirtualClock clock = new VirtualClock();
        List<SessionEvent> events = new ArrayList<>();
        try (VoiceEngine engine = VoiceEngine.builder()
                .clock(clock)
                .detector(new LoudnessDetector())
                .providers(List.of())
                .build()) {
            DuplexSession session = engine.open(SessionOptions.builder()
                    .synthesizer(new ToneVoice(clock))
                    .vadObserver((at, rate, probability) -> act.accept(engine, clock))
                    .listener(events::add)
                    .build());
            session.offerAudio(new short[1_024]);
            clock.advance(Duration.ofMillis(100));
            assertThat(clock.nanoTime()).isEqualTo(100_000_000);
        }
        events.removeIf(event -> !(event instanceof SessionEvent.Failed));
        return events;
    }

    @Test
    void shouldRefuseToDriveTheClockWhenTheLoopCalls() {
        assertThat(failuresWhenAnObserver((engine, clock) -> clock.advance(Duration.ofMillis(40))))
                .singleElement()
                .isInstanceOfSatisfying(
                        SessionEvent.Failed.class,
                        failed -> assertThat(failed.message())
                                .endsWith("what an audio loop calls cannot drive the clock: do it when the call that"
                                        + " drives it now has returned"));
    }

    @Test
    void shouldRefuseToCloseTheEngineWhenTheLoopCalls() {
        assertThat(failuresWhenAnObserver((engine, clock) -> engine.close()))
                .singleElement()
                .isInstanceOfSatisfying(
                        SessionEvent.Failed.class,
                        failed -> assertThat(failed.message())
                                .endsWith("close waits for the audio loops, so it cannot be called by what a loop"
                                        + " calls: use another thread"));
    }

    @Test
    void shouldGoOnWhenTelemetryThrows() {
        Scene scene = new Scene().answering("one two three.");
        scene.telemetry = (VoiceTelemetry) Proxy.newProxyInstance(
                VoiceTelemetry.class.getClassLoader(), new Class<?>[] {VoiceTelemetry.class}, (proxy, method, args) -> {
                    throw new AssertionError(method.getName());
                });
        scene.open().speech(0, 1_000).speech(1_600, 3_000).runTo(3_100);
        scene.session.close();
        scene.runTo(3_100);

        assertThat(scene.lines("interrupted", "closed"))
                .containsExactly("2.100 interrupted position=0.080", "3.100 closed closed");
    }

    @Test
    void shouldTellTelemetryWhatHappened() {
        List<Long> frames = new ArrayList<>();
        List<Long> ticks = new ArrayList<>();
        TelemetryLog log = new TelemetryLog();
        Scene scene = new Scene().answering("one two three.");
        scene.telemetry = VoiceTelemetry.of(log, new VoiceTelemetry() {
            @Override
            public void tick(long latenessNanos) {
                ticks.add(latenessNanos);
            }

            @Override
            public void frameEmitted(long latenessNanos) {
                frames.add(latenessNanos);
            }
        });
        scene.open().speech(0, 1_000).speech(1_560, 3_000).runTo(2_100);
        scene.session.close();
        scene.runTo(2_100);

        assertThat(log.conversation())
                .containsExactly(
                        "0 Opened",
                        "0 StateChanged from=IDLE to=LISTENING since=0",
                        "0 SpeechStarted onset=0 detectionNanos=-1",
                        "1300 SpeechEnded onset=0 end=1000",
                        "1500 TurnEnded speechBegan=0 speechEnded=1000 transcriptionNanos=0 characters=0",
                        "1500 ReplyStarted reply=1 answer=true",
                        "1500 StateChanged from=LISTENING to=THINKING since=0",
                        "1500 Responded reply=1 model=unnamed askedAt=1500 firstTextAt=1500 characters=14 inputTokens=0"
                                + " outputTokens=0 outcome=DONE",
                        "1520 StateChanged from=THINKING to=SPEAKING since=1500",
                        "1520 FirstAudio reply=1 startedAt=1500 textAt=1500 speechEndedAt=1000",
                        "1560 SpeechStarted onset=1560 detectionNanos=-1",
                        "1560 BargeIn reply=1 triggeredAt=1560 silentAt=1580",
                        "1560 StateChanged from=SPEAKING to=BARGED_IN since=1520",
                        "2060 ReplyFinished reply=1 startedAt=1500 firstAudioAt=1520 interrupted=true heardNanos=40"
                                + " frames=2 droppedFrames=0 characters=14 heardCharacters=0",
                        "2060 StateChanged from=BARGED_IN to=LISTENING since=1560",
                        "2100 StateChanged from=LISTENING to=TERMINATED since=2060",
                        "2100 Closed openedAt=0 reason=closed failed=false turns=1");
        assertThat(frames).containsExactly(0L, 0L);
        // From 0 to 2,100 ms, with a frame or without; a virtual clock is never late.
        assertThat(ticks).hasSize(106).containsOnly(0L);
    }

    @Test
    void shouldCountNoBargeInWhenTheHostInterrupts() {
        List<String> told = new ArrayList<>();
        Scene scene = new Scene();
        scene.telemetry = new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                if (event instanceof ConversationEvent.BargeIn) {
                    told.add(event.toString());
                }
            }
        };
        scene.open();
        scene.at(0, () -> scene.session.say("one two three."))
                .at(200, scene.session::interrupt)
                .runTo(1_000);

        assertThat(scene.lines("interrupted")).hasSize(1);
        assertThat(told).isEmpty();
    }
}
