package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The reply is ten words of 200 ms; its first frame is put out at 1.520. */
class InterruptionTest {
    private static final String TEN = "one two three four five six seven eight nine ten.";

    private static Scene speaking() {
        return new Scene().answering(TEN);
    }

    @Test
    void shouldPauseAtOnceAndCutOffAfterConfirmationWhenTheCallerSpeaksOn() {
        Scene scene = speaking().open();
        scene.speech(0, 1_000).speech(2_000, 3_000).runTo(3_200);

        assertThat(scene.lines().subList(8, scene.lines().size()))
                .containsExactly(
                        "2.000 speech_started onset=2.000",
                        "2.000 paused position=0.480",
                        "2.000 state speaking>barged_in",
                        "2.500 interrupted position=0.480",
                        "2.500 reply_finished position=0.480 interrupted heard='one two'",
                        "2.500 state barged_in>listening");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 480 * 48));
        assertThat(scene.history()).containsExactly("AGENT: one two [cut]");
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
    }

    @Test
    void shouldAnswerTheInterruptionWhenItEnds() {
        Scene scene = speaking().open();
        // 24 frames were put out and the ring is full again; off the frame grid, the new reply's audio comes before a
        // tick.
        scene.speech(0, 1_000).speech(1_983, 3_007).runTo(10_000);

        assertThat(scene.lines("turn_ended", "first_audio", "reply_finished"))
                .containsExactly(
                        "1.500 turn_ended '' endpointing=0.500 transcription=0.000",
                        "1.520 first_audio ttfb=0.020 latency=0.020",
                        "2.483 reply_finished position=0.480 interrupted heard='one two'",
                        "3.507 turn_ended '' endpointing=0.500 transcription=0.000",
                        "3.520 first_audio ttfb=0.013 latency=0.013",
                        "5.520 reply_finished position=2.000 heard='" + TEN + "'");
    }

    @Test
    void shouldCountOnlyWhatTheHostTookWhenItsFramesAreFlushed() {
        Scene scene = speaking().open();
        scene.speech(0, 1_000)
                .at(1_715, () -> scene.transport.stalled = true)
                .speech(1_800, 3_000)
                .at(2_400, () -> scene.transport.stalled = false)
                .runTo(2_600);

        // Frames of 1.520 to 1.680 were taken by 1.715; those that waited in the ring were dropped.
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 9 * 960));
        assertThat(scene.lines("paused", "interrupted", "reply_finished"))
                .containsExactly(
                        "1.800 paused position=0.280",
                        "2.300 interrupted position=0.180",
                        "2.300 reply_finished position=0.180 interrupted heard=''");
    }

    @Test
    void shouldHearAWordWhenItsLastSampleWasTaken() {
        Scene scene = speaking().set("interruption.confirmAfter", "0ms").open();
        scene.speech(0, 1_000).speech(1_720, 2_500).runTo(1_800);

        assertThat(scene.lines("interrupted", "reply_finished"))
                .containsExactly(
                        "1.720 interrupted position=0.200",
                        "1.720 reply_finished position=0.200 interrupted heard='one'");
    }

    @Test
    void shouldResumeAtTheVerySampleWhenItWasAFalseAlarm() {
        Scene scene = speaking().open();
        scene.speech(0, 1_000).speech(2_000, 2_100).runTo(10_000);

        assertThat(scene.lines("paused", "resumed", "interrupted", "reply_finished"))
                .containsExactly(
                        "2.000 paused position=0.480",
                        "2.400 resumed position=0.480",
                        "3.920 reply_finished position=2.000 heard='" + TEN + "'");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 96_000));
        assertThat(scene.transport.frames())
                .allSatisfy(frame -> assertThat(frame.spoken()).isEqualTo(960));
    }

    @Test
    void shouldResumeWhenNothingConfirmsThePauseInTime() {
        Scene scene = speaking()
                .set("interruption.confirmAfter", "10s", "interruption.falseAlarmTimeout", "1s")
                .open();
        scene.speech(0, 1_000).speech(2_000, 5_000).runTo(4_600);

        assertThat(scene.lines("paused", "resumed", "interrupted", "reply_finished"))
                .containsExactly(
                        "2.000 paused position=0.480",
                        "3.000 resumed position=0.480",
                        "4.520 reply_finished position=2.000 heard='" + TEN + "'");
    }

    @Test
    void shouldGoOnSpeakingWhenInterruptionsAreDisabled() {
        Scene scene = speaking().set("interruption.enabled", "false").open();
        scene.speech(0, 1_000).speech(2_000, 2_900).runTo(10_000);

        assertThat(scene.lines("paused", "interrupted")).isEmpty();
        assertThat(scene.lines("reply_finished"))
                .containsExactly("3.520 reply_finished position=2.000 heard='" + TEN + "'");
    }

    @Test
    void shouldTakeSpeechAsNextTurnWhenItOutlastsAReplyThatMayNotBeInterrupted() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.allowInterruptions(false);
            reply.write(TEN);
        });
        scene.open().speech(0, 1_000).speech(3_000, 4_000).runTo(4_600);

        assertThat(scene.lines("paused", "interrupted")).isEmpty();
        assertThat(scene.lines("turn_ended", "reply_finished"))
                .containsExactly(
                        "1.500 turn_ended '' endpointing=0.500 transcription=0.000",
                        "3.520 reply_finished position=2.000 heard='" + TEN + "'",
                        "4.500 turn_ended '' endpointing=0.500 transcription=0.000");
    }

    @Test
    void shouldPauseLaterThanItConfirmsWhenAskedTo() {
        Scene scene = speaking()
                .set("interruption.pauseAfter", "300ms", "interruption.confirmAfter", "700ms")
                .open();
        scene.speech(0, 1_000).speech(2_000, 3_000).runTo(3_000);

        assertThat(scene.lines("paused", "interrupted"))
                .containsExactly("2.300 paused position=0.780", "2.700 interrupted position=0.780");
    }

    @Test
    void shouldNotPauseWhenTheSpeechIsShorterThanPauseAfter() {
        Scene scene = speaking().set("interruption.pauseAfter", "500ms").open();
        scene.speech(0, 1_000).speech(2_000, 2_100).runTo(10_000);

        assertThat(scene.lines("paused", "resumed", "interrupted")).isEmpty();
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 96_000));
    }

    @Test
    void shouldDropTheReplyUnheardWhenTheCallerSpeaksWhileItIsMade() {
        AtomicReference<Reply> given = new AtomicReference<>();
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            given.set(reply);
            reply.detach();
            scene.at(2_200, () -> {
                reply.write(TEN);
                reply.complete();
            });
        });
        scene.open().speech(0, 1_000).speech(2_000, 3_000).runTo(3_200);

        assertThat(scene.lines().subList(6, scene.lines().size()))
                .containsExactly(
                        "2.000 speech_started onset=2.000",
                        "2.500 interrupted position=0.000",
                        "2.500 reply_finished position=0.000 interrupted heard=''",
                        "2.500 state thinking>listening");
        assertThat(scene.transport.frames()).isEmpty();
        assertThat(given.get().isCancelled()).isTrue();
        assertThat(scene.history()).isEmpty();
    }

    @Test
    void shouldHoldTheReplyBackWhenShortSpeechComesWhileItIsMade() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.detach();
            scene.at(2_200, () -> {
                reply.write(TEN);
                reply.complete();
            });
        });
        scene.open().speech(0, 1_000).speech(2_000, 2_100).runTo(10_000);

        assertThat(scene.lines("state"))
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.500 state listening>thinking",
                        "2.400 state thinking>speaking",
                        "4.400 state speaking>listening");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 96_000));
    }

    @Test
    void shouldInterruptWhenEnoughWordsWereUnderstood() {
        Scene scene = speaking().recognized().set("interruption.minWords", "2").open();
        scene.speech(0, 1_000)
                .transcript(1_100, "go")
                .speech(2_000, 4_000)
                .transcript(2_600, "wait")
                .transcript(3_000, "stop please")
                .runTo(3_100);

        assertThat(scene.lines("paused", "resumed", "interrupted"))
                .containsExactly("2.000 paused position=0.480", "3.000 interrupted position=0.480");
    }

    @Test
    void shouldAnswerWhenTheWordsThatInterruptComeAfterTheSpeech() {
        Scene scene = speaking().recognized().set("interruption.minWords", "2").open();
        scene.speech(0, 1_000)
                .transcript(1_100, "go")
                .speech(2_000, 2_400)
                .transcript(2_800, "stop please")
                .runTo(10_000);

        assertThat(scene.lines("resumed", "interrupted", "turn_ended"))
                .containsExactly(
                        "1.500 turn_ended 'go' endpointing=0.500 transcription=0.100",
                        "2.700 resumed position=0.480",
                        "2.800 interrupted position=0.580",
                        "2.900 turn_ended 'stop please' endpointing=0.500 transcription=0.400");
    }

    @Test
    void shouldResumeWhenTooFewWordsWereUnderstood() {
        Scene scene = speaking().recognized().set("interruption.minWords", "2").open();
        scene.speech(0, 1_000)
                .transcript(1_100, "go")
                .speech(2_000, 2_400)
                .transcript(2_600, "hm")
                .runTo(10_000);

        assertThat(scene.lines("paused", "resumed", "interrupted", "reply_finished"))
                .containsExactly(
                        "2.000 paused position=0.480",
                        "2.700 resumed position=0.480",
                        "4.220 reply_finished position=2.000 heard='" + TEN + "'");
    }

    @Test
    void shouldIgnoreSpeechWhenTheFirstReplyWarmsUp() {
        Scene scene = speaking().set("interruption.warmup", "1s").open();
        scene.speech(0, 1_000).speech(1_700, 2_100).speech(3_210, 4_000).runTo(3_300);

        assertThat(scene.lines("paused")).containsExactly("3.210 paused position=1.700");
    }

    @Test
    void shouldBeInterruptedByAFinishedTurnOnlyWhileTheFirstReplyWarmsUp() {
        Scene scene = speaking().recognized().set("interruption.warmup", "5s").open();
        scene.speech(0, 1_000)
                .transcript(1_100, "go")
                .speech(1_700, 2_100)
                .transcript(2_300, "no wait")
                .runTo(2_650);

        assertThat(scene.lines("paused", "interrupted", "turn_ended", "resumed"))
                .containsExactly(
                        "1.500 turn_ended 'go' endpointing=0.500 transcription=0.100",
                        "2.600 paused position=1.080",
                        "2.600 interrupted position=1.080",
                        "2.600 turn_ended 'no wait' endpointing=0.500 transcription=0.200");
        assertThat(scene.history())
                .containsExactly("CALLER: go", "AGENT: one two three four five [cut]", "CALLER: no wait");
    }

    @Test
    void shouldNotBeInterruptedWhenTheWarmUpHearsAnEchoThatIsNoText() {
        Scene scene = speaking().recognized().set("interruption.warmup", "5s").open();
        scene.speech(0, 1_000)
                .transcript(1_100, "go")
                .speech(1_700, 2_100)
                .speech(2_300, 3_300)
                .transcript(3_400, " ")
                .runTo(10_000);

        assertThat(scene.lines("paused", "interrupted")).isEmpty();
        assertThat(scene.lines("turn_ended")).hasSize(1);
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 96_000));
    }

    @Test
    void shouldTakeTheTurnThatFinishesWhenTheReplyOfTheWarmUpIsOver() {
        Scene scene = speaking().recognized().set("interruption.warmup", "5s").open();
        scene.speech(0, 1_000)
                .transcript(1_100, "go")
                .speech(2_900, 3_200)
                .transcript(3_400, "and then")
                .runTo(3_800);

        assertThat(scene.lines("interrupted", "turn_ended", "reply_finished"))
                .containsExactly(
                        "1.500 turn_ended 'go' endpointing=0.500 transcription=0.100",
                        "3.520 reply_finished position=2.000 heard='" + TEN + "'",
                        "3.700 turn_ended 'and then' endpointing=0.500 transcription=0.200");
    }

    @Test
    void shouldPauseAtTheEndOfTheWarmUpWhenTheCallerStillSpeaks() {
        Scene scene = speaking().set("interruption.warmup", "1s").open();
        scene.speech(0, 1_000).speech(1_700, 4_000).runTo(3_300);

        assertThat(scene.lines("paused", "interrupted"))
                .containsExactly("2.500 paused position=0.980", "2.500 interrupted position=0.980");
    }

    @Test
    void shouldHoldTheReplyNoLongerThanTheFalseAlarmWhenWordsDecide() {
        Scene scene = speaking()
                .recognized()
                .set("interruption.minWords", "2")
                .set("interruption.falseAlarmTimeout", "1s")
                .open();
        scene.speech(0, 1_000).transcript(1_100, "go").speech(1_510, 9_000).runTo(3_000);

        assertThat(scene.lines("first_audio")).hasSize(1);
    }

    @Test
    void shouldCutOffAsACallerWouldWhenTheHostInterrupts() {
        Scene scene = speaking().open();
        scene.speech(0, 1_000).at(2_000, scene.session::interrupt).runTo(10_000);

        assertThat(scene.lines().subList(8, scene.lines().size()))
                .containsExactly(
                        "2.000 paused position=0.480",
                        "2.000 state speaking>barged_in",
                        "2.000 interrupted position=0.480",
                        "2.000 reply_finished position=0.480 interrupted heard='one two'",
                        "2.000 state barged_in>listening");
    }

    @Test
    void shouldDoNothingWhenTheHostInterruptsSilence() {
        Scene scene = speaking().open();
        scene.at(100, scene.session::interrupt).runTo(1_000);

        assertThat(scene.lines()).containsExactly("0.000 state idle>listening");
    }

    @Test
    void shouldKnowWhatWasHeardWhenWordTimesComeWithTheAudio() {
        Scene scene = speaking();
        scene.voice.wordsArriveWithTheirAudio = true;
        scene.open().speech(0, 1_000).speech(2_800, 4_000).runTo(4_000);

        assertThat(scene.lines("reply_finished"))
                .containsExactly("3.300 reply_finished position=1.280 interrupted heard='one two three four five six'");
    }

    @Test
    void shouldSpreadWordsBySyllablesWhenThereAreNoWordTimes() {
        Scene scene = new Scene().answering("ready banana go. And more.");
        scene.voice.wordTimes = false;
        scene.open().speech(0, 1_000).speech(2_020, 3_000).runTo(3_000);

        // 600 ms over 2 + 3 + 1 syllables: the second word ends at exactly 500 ms.
        assertThat(scene.lines("reply_finished"))
                .containsExactly("2.520 reply_finished position=0.500 interrupted heard='ready banana'");
    }
}
