package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.support.LoudnessDetector;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.support.Transport;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.turn.InterruptionPolicy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Turns, texts and cuts that meet in odd orders. The text is twelve words of 200 ms. */
class TurnCornerCasesTest {
    private static final String LONG = "one two three four five six seven eight nine ten eleven twelve.";

    private static Scene warm(String... options) {
        return new Scene()
                .recognized()
                .answering("Fine.")
                .set("interruption.warmup", "10s")
                .set(options)
                .open();
    }

    @Test
    void shouldAnswerAFinishedTurnBeforeATextThatWaits() {
        Scene scene = warm();
        scene.at(0, () -> scene.session.say(LONG))
                .at(10, () -> scene.session.say("Second."))
                .speech(500, 900)
                .transcript(1_000, "Stop it")
                .at(5_000, () -> scene.session.say("Third."))
                .runTo(20_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("1.400 turn_ended 'Stop it' endpointing=0.500 transcription=0.100");
        assertThat(scene.voice.texts).containsExactly(LONG, "Fine.", "Second.", "Third.");
    }

    @Test
    void shouldAnswerATurnOfTheWarmUpWhenTheReplyMayNotBeInterruptedAnyMore() {
        Scene scene = new Scene().recognized().set("interruption.warmup", "10s");
        scene.options.responder((turn, reply) -> {
            reply.detach();
            scene.clock.schedule(Duration.ofMillis(700), () -> {
                reply.allowInterruptions(false);
                reply.write("one two three four five six.");
                reply.complete();
            });
        });
        scene.open()
                .speech(100, 500)
                .transcript(700, "Question one")
                .speech(1_200, 1_900)
                .transcript(2_100, "Question two")
                .at(10_000, () -> scene.session.say("Third."))
                .runTo(15_000);

        assertThat(scene.lines("turn_ended")).hasSize(2);
        assertThat(scene.voice.texts).contains("Third.");
    }

    @Test
    void shouldAnswerATurnOfTheWarmUpWhenTheHostCutsTheReplyOffMeanwhile() {
        Scene scene = warm();
        scene.at(0, () -> scene.session.say(LONG))
                .speech(500, 900)
                .transcript(1_250, "Stop it")
                .at(1_300, scene.session::interrupt)
                .runTo(9_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("1.400 turn_ended 'Stop it' endpointing=0.500 transcription=0.350");
    }

    @Test
    void shouldAnswerATurnOfTheWarmUpWhenACoughFollows() {
        Scene scene = warm("interruption.warmup", "1100ms", "endpointing.minDelay", "600ms");
        scene.at(0, () -> scene.session.say(LONG))
                .speech(300, 700)
                .transcript(1_050, "Stop it")
                .speech(1_150, 1_250)
                .transcript(1_700, " ")
                .runTo(9_000);

        assertThat(scene.lines("turn_ended")).hasSize(1);
    }

    @Test
    void shouldCountTheDelayFromTheTextWhenNoSpeechWasNoticed() {
        VirtualClock clock = new VirtualClock();
        clock.advance(Duration.ofHours(5));
        Scene scene = new Scene(clock).recognized().answering("Fine.").open();
        scene.transcript(1_000, "Hello").runTo(5_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("1.500 turn_ended 'Hello' endpointing=0.500 transcription=0.000");
    }

    @Test
    void shouldIgnoreNumberedTextBehindTheFinalOne() {
        Scene scene = new Scene()
                .recognized()
                .answering(LONG)
                .set("interruption.minWords", "1")
                .open();
        scene.speech(500, 1_000)
                .at(1_400, () -> scene.sink.transcript("Hello there", true, 1))
                .at(2_500, () -> scene.sink.transcript("Hello there", false, 1))
                .speech(4_500, 5_000)
                .at(5_100, () -> scene.sink.transcript("Bye", true, 2))
                .runTo(9_000);

        assertThat(scene.lines("interrupted")).isEmpty();
        assertThat(scene.lines("turn_ended"))
                .containsExactly(
                        "1.500 turn_ended 'Hello there' endpointing=0.500 transcription=0.400",
                        "5.500 turn_ended 'Bye' endpointing=0.500 transcription=0.100");
    }

    @Test
    void shouldNotBlameTheCallerWhenTheHostInterrupts() {
        Scene scene = new Scene().open();
        scene.at(0, () -> scene.session.say(LONG + " " + LONG, new SayOptions(SayOptions.When.QUEUE, false)))
                .speech(500, 4_000)
                .at(3_000, scene.session::interrupt)
                .runTo(5_000);

        SessionEvent.Paused paused = scene.events(SessionEvent.Paused.class).get(0);
        assertThat(paused.detectedAt()).isEqualTo(paused.at());
    }

    @Test
    void shouldNotPauseForABackchannelThatWasUnderstoodInTime() {
        Scene scene = new Scene()
                .recognized()
                .set("interruption.backchannels", "yeah")
                .set("interruption.pauseAfter", "500ms", "interruption.confirmAfter", "2s")
                .open();
        scene.at(0, () -> scene.session.say(LONG)).speech(500, 1_500).interim(800, "yeah");
        scene.runTo(4_000);

        assertThat(scene.lines("paused")).isEmpty();
    }

    @Test
    void shouldInterruptByWordsWhenThePolicyAnswersAfterTheSpeech() {
        Scene scene = new Scene().recognized().set("interruption.minWords", "1");
        AtomicInteger asked = new AtomicInteger();
        scene.options.interruptionPolicy(attempt -> {
            asked.incrementAndGet();
            return Verdict.UNDECIDED;
        });
        scene.open();
        // The end of the speech and the text come at one instant, before the policy can have answered.
        scene.at(0, () -> scene.session.say(LONG))
                .at(500, scene.session::speechStarted)
                .at(700, () -> {
                    scene.sink.transcript("stop", true);
                    scene.session.speechEnded(Duration.ZERO);
                })
                .runTo(4_000);

        assertThat(asked).hasValueGreaterThan(0);
        assertThat(scene.lines("interrupted")).hasSize(1);
    }

    @Test
    void shouldEndTheSpeechWhenTheHostSendsNothingAnyMore() {
        VirtualClock clock = new VirtualClock();
        LoudnessDetector detector = new LoudnessDetector();
        List<SessionEvent> events = new ArrayList<>();
        try (VoiceEngine engine = VoiceEngine.builder()
                .clock(clock)
                .detector(detector)
                .providers(List.of())
                .build()) {
            DuplexSession session = engine.open(SessionOptions.builder()
                    .synthesizer(new ToneVoice(clock))
                    .listener(events::add)
                    .build());
            new Transport(clock, session);
            short[] chunk = new short[320];
            for (int at = 0; at < 16_000; at += chunk.length) {
                for (int i = 0; i < chunk.length; i++) {
                    chunk[i] = LoudnessDetector.sample(at + i, at >= 5_120);
                }
                clock.advance(Duration.ofMillis(20));
                session.offerAudio(chunk);
            }
            // It mutes at 1.000, in the middle of its speech.
            clock.advance(Duration.ofSeconds(5));
        }
        SessionEvent.SpeechEnded ended = (SessionEvent.SpeechEnded) events.stream()
                .filter(SessionEvent.SpeechEnded.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(ended.end().toMillis()).isBetween(950L, 1_060L);
        assertThat(ended.at().toMillis()).isBetween(1_450L, 1_600L);
        assertThat(events.stream().filter(SessionEvent.TurnEnded.class::isInstance))
                .hasSize(1);
    }

    @Test
    void shouldGiveTheRecognizerAllAudioWhenTheHostTellsOfSpeech() {
        VirtualClock clock = new VirtualClock();
        AtomicInteger given = new AtomicInteger();
        try (VoiceEngine engine =
                VoiceEngine.builder().clock(clock).providers(List.of()).build()) {
            DuplexSession session = engine.open(SessionOptions.builder()
                    .externalSpeech()
                    .synthesizer(new ToneVoice(clock))
                    .recognizer((rate, sink) -> new RecognitionStream() {
                        @Override
                        public void audio(short[] samples) {
                            given.addAndGet(samples.length);
                        }
                    })
                    .build());
            session.speechStarted();
            clock.advance(Duration.ofMillis(20));
            session.offerAudio(new short[20_000]);
            clock.advance(Duration.ofMillis(100));
            assertThat(given).hasValue(20_000);

            session.offerAudio(new short[1_600]);
            session.speechEnded(Duration.ZERO);
            clock.advance(Duration.ofMillis(500));
            assertThat(given).hasValue(21_600);
        }
    }

    @Test
    void shouldMeasureABargeInFromTheSoundThatCausedIt() {
        VirtualClock clock = new VirtualClock();
        clock.advance(Duration.ofHours(5));
        List<Long> bargeIns = new ArrayList<>();
        VoiceTelemetry telemetry = new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                if (event instanceof ConversationEvent.BargeIn told) {
                    bargeIns.add(told.silentAt() - told.triggeredAt());
                }
            }
        };
        ToneVoice voice = new ToneVoice(clock);
        voice.firstAudioAfter = Duration.ofMillis(100);
        try (VoiceEngine engine = VoiceEngine.builder()
                .clock(clock)
                .detector(new LoudnessDetector())
                .providers(List.of())
                .telemetry(telemetry)
                .build()) {
            DuplexSession session =
                    engine.open(SessionOptions.builder().synthesizer(voice).build());
            new Transport(clock, session);
            session.say(LONG);
            short[] chunk = new short[320];
            for (int at = 0; at < 16_000; at += chunk.length) {
                for (int i = 0; i < chunk.length; i++) {
                    // The sound begins while the reply is made and is certain to be speech when it would be heard.
                    chunk[i] = LoudnessDetector.sample(at + i, at >= 1_280);
                }
                clock.advance(Duration.ofMillis(20));
                session.offerAudio(chunk);
            }
        }
        assertThat(bargeIns).allMatch(nanos -> nanos < 1_000_000_000L);
    }
}
