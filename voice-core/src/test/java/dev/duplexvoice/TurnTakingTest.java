package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnTakingTest {

    @Test
    void shouldFollowTheWorkedExampleWhenReplyAndVoiceTakeTime() {
        Scene scene = new Scene()
                .recognized()
                .set("endpointing.minDelay", "500ms", "vad.minSilence", "500ms")
                .set("interruption.pauseAfter", "500ms", "interruption.confirmAfter", "500ms");
        scene.voice.wholeReplies = true;
        scene.voice.samplesPerWord = 2 * ToneVoice.RATE / 5;
        scene.voice.firstAudioAfter = Duration.ofMillis(200);
        String answer = "I'm doing well, thank you!";
        scene.options.responder((turn, reply) -> {
            reply.detach();
            scene.at(scene.clock.nanoTime() / 1_000_000 + 300, () -> {
                reply.write(answer);
                reply.complete();
            });
        });
        scene.open()
                .at(500, () -> scene.session.speechStarted())
                .at(3_000, () -> scene.session.speechEnded(Duration.ofMillis(500)))
                .transcript(2_700, "Hello, how are you?")
                .runTo(10_000);

        assertThat(scene.lines())
                .containsExactly(
                        "0.000 state idle>listening",
                        "0.500 speech_started onset=0.500",
                        "2.700 transcript final 'Hello, how are you?'",
                        "3.000 speech_ended end=2.500",
                        "3.000 turn_ended 'Hello, how are you?' endpointing=0.500 transcription=0.200",
                        "3.000 reply_started",
                        "3.000 state listening>thinking",
                        "3.500 state thinking>speaking",
                        "3.500 first_audio ttfb=0.200 latency=0.500",
                        "5.500 reply_finished position=2.000 heard='I'm doing well, thank you!'",
                        "5.500 state speaking>listening");
        assertThat(scene.history()).containsExactly("CALLER: Hello, how are you?", "AGENT: " + answer);
    }

    @Test
    void shouldEndTurnBySilenceAloneWhenThereIsNoRecognizer() {
        Scene scene = new Scene().answering("one two three four.").open();

        scene.speech(0, 1_000).runTo(5_000);

        assertThat(scene.lines())
                .containsExactly(
                        "0.000 state idle>listening",
                        "0.000 speech_started onset=0.000",
                        "1.300 speech_ended end=1.000",
                        "1.500 turn_ended '' endpointing=0.500 transcription=0.000",
                        "1.500 reply_started",
                        "1.500 state listening>thinking",
                        "1.520 state thinking>speaking",
                        "1.520 first_audio ttfb=0.020 latency=0.020",
                        "2.320 reply_finished position=0.800 heard='one two three four.'",
                        "2.320 state speaking>listening");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 4 * 9_600));
        assertThat(scene.history()).containsExactly("AGENT: one two three four.");
    }

    @Test
    void shouldPadTheLastFrameWithSilenceWhenAudioIsNoWholeNumberOfFrames() {
        Scene scene = new Scene().answering("word");
        scene.voice.samplesPerWord = 1_000;
        scene.open().speech(0, 1_000).runTo(5_000);

        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 1_000));
        assertThat(scene.transport.frames()).hasSize(2);
        assertThat(scene.transport.isPaddedWithSilence()).isTrue();
        assertThat(scene.transport.frames().get(1).position()
                        - scene.transport.frames().get(0).position())
                .isEqualTo(960);
    }

    @Test
    void shouldNotPadAudioWhenTheVoiceMakesItInOddSteps() {
        Scene scene = new Scene().answering("one two three four five six.");
        scene.voice.stepSamples = 1_111;
        scene.voice.stepEvery = Duration.ofMillis(5);
        scene.open().speech(0, 1_000).runTo(5_000);

        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 6 * 9_600));
        assertThat(scene.transport.frames())
                .allSatisfy(frame -> assertThat(frame.spoken()).isEqualTo(960));
    }

    @Test
    void shouldSpeakEarlierClausesWhenTheReplyIsStillWritten() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.detach();
            reply.write("Well now then, ");
            scene.at(3_000, () -> reply.write("the rest. "));
            scene.at(4_000, reply::complete);
        });
        scene.open().speech(0, 1_000).runTo(2_900);
        assertThat(scene.voice.texts).containsExactly("Well now then,");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 3 * 9_600));
        assertThat(scene.session.state()).isEqualTo(SessionState.SPEAKING);

        scene.runTo(6_000);
        assertThat(scene.voice.texts).containsExactly("Well now then,", "the rest.");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 5 * 9_600));
        assertThat(scene.lines("reply_finished"))
                .containsExactly("4.000 reply_finished position=1.000 heard='Well now then, the rest.'");
    }

    @Test
    void shouldIgnoreNoiseWhenNoTranscriptComes() {
        Scene scene = new Scene().recognized().answering("Yes.").open();

        scene.speech(1_000, 1_500).runTo(20_000);

        assertThat(scene.lines())
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.000 speech_started onset=1.000",
                        "1.800 speech_ended end=1.500");
    }

    @Test
    void shouldIgnoreNoiseAtOnceWhenTheTranscriptIsBlank() {
        Scene scene = new Scene().recognized().answering("Yes.").open();
        scene.speech(1_000, 1_500).transcript(1_600, " ").at(1_700, () -> scene.session.say("Hi."));

        scene.runTo(20_000);

        assertThat(scene.lines("turn_ended")).isEmpty();
        // The host's text waited for the end of what might have been a turn, not for the longest delay.
        assertThat(scene.lines("reply_started")).containsExactly("2.000 reply_started");
    }

    @Test
    void shouldWaitForLateTranscriptWhenItComesBeforeMaxDelay() {
        Scene scene = new Scene().recognized().answering("Yes.").open();

        scene.speech(0, 1_000).transcript(3_900, "Late").runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("3.900 turn_ended 'Late' endpointing=2.900 transcription=2.900");
    }

    @Test
    void shouldTakeInterimTextWhenNoFinalOneComesByMaxDelay() {
        Scene scene = new Scene().recognized().answering("Yes.").open();

        scene.speech(0, 1_000).interim(900, "Almost").runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("4.000 turn_ended 'Almost' endpointing=3.000 transcription=0.000");
    }

    @Test
    void shouldWaitForTheSecondTextWhenTheFirstComesDuringTheSecondUtterance() {
        Scene scene = new Scene().recognized().answering("Yes.").open();

        scene.speech(0, 1_000)
                .speech(1_400, 2_000)
                .transcript(1_900, "I want")
                .transcript(3_100, "to fly")
                .runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("3.100 turn_ended 'I want to fly' endpointing=1.100 transcription=1.100");
    }

    @Test
    void shouldPutTextsInTheOrderOfTheirUtterancesWhenTheyComeOutOfOrder() {
        Scene scene = new Scene().recognized().answering("Yes.").open();

        scene.speech(0, 1_000)
                .speech(1_400, 2_000)
                .at(2_100, () -> scene.sink.transcript("to fly", true, 2))
                .at(2_200, () -> scene.sink.transcript("to f", false, 2))
                .at(2_900, () -> scene.sink.transcript("I want", true, 1))
                .runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("2.900 turn_ended 'I want to fly' endpointing=0.900 transcription=0.900");
    }

    @Test
    void shouldTakeATextOfNoiseAsATurnWhenItComesAfterAll() {
        Scene scene = new Scene().recognized().answering("Yes.").open();

        scene.speech(0, 1_000).transcript(6_000, "Hello").runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("6.000 turn_ended 'Hello' endpointing=5.000 transcription=5.000");
    }

    @Test
    void shouldNotAnswerTwiceWhenTheFinalTextOfAnAnsweredTurnIsLate() {
        Scene scene = new Scene().recognized().answering("Yes.").open();

        scene.speech(0, 1_000)
                .interim(900, "Almost there")
                .transcript(6_000, "Almost there.")
                .runTo(10_000);

        assertThat(scene.lines("turn_ended", "transcript"))
                .containsExactly(
                        "0.900 transcript interim 'Almost there'",
                        "4.000 turn_ended 'Almost there' endpointing=3.000 transcription=0.000",
                        "6.000 transcript final 'Almost there.'");
    }

    @Test
    void shouldKeepALateTextForTheNextTurnWhenItSaysMore() {
        Scene scene =
                new Scene().recognized().answering("one two three four five.").open();

        scene.speech(0, 1_000)
                .interim(900, "Cancel")
                .transcript(4_200, "Cancel everything")
                .speech(6_000, 6_500)
                .transcript(6_600, "please")
                .runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly(
                        "4.000 turn_ended 'Cancel' endpointing=3.000 transcription=0.000",
                        "7.000 turn_ended 'Cancel everything please' endpointing=0.500 transcription=0.100");
    }

    @Test
    void shouldRefuseAnUtteranceThatThereCannotBe() {
        Scene scene = new Scene().recognized().answering("Yes.").open();
        scene.runTo(10);

        assertThatThrownBy(() -> scene.sink.transcript("Hi", true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("utterance=0: give the number that speechStarted told, or none at all");
    }

    @Test
    void shouldFollowTheCallersPausesWhenTheDelayIsDynamic() {
        Scene scene = new Scene()
                .recognized()
                .answering("Yes.")
                .set("endpointing.mode", "dynamic", "endpointing.minDelay", "400ms", "endpointing.maxDelay", "1s")
                .open();
        // The caller goes on after a pause of 700 ms, before anything of the answer was heard: 400 + 0.3 × 300 = 490.
        scene.voice.firstAudioAfter = Duration.ofSeconds(1);
        scene.speech(0, 1_000)
                .transcript(1_050, "Well")
                .speech(1_700, 2_600)
                .transcript(2_650, "I would")
                // A pause of 470 ms, within the turn: 490 - 0.3 × 20 = 484.
                .speech(3_070, 4_000)
                .transcript(4_050, "like that")
                .runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly(
                        "1.400 turn_ended 'Well' endpointing=0.400 transcription=0.050",
                        "4.484 turn_ended 'I would like that' endpointing=0.484 transcription=0.050");
    }

    @Test
    void shouldJoinSpeechIntoOneTurnWhenThePauseIsShort() {
        List<Turn> turns = new ArrayList<>();
        Scene scene = new Scene().recognized();
        scene.options.responder((turn, reply) -> {
            turns.add(turn);
            reply.write("Yes.");
        });
        scene.open()
                .speech(0, 1_000)
                .transcript(1_100, "I want")
                .speech(1_400, 2_000)
                .transcript(2_200, "to fly");
        scene.runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("2.500 turn_ended 'I want to fly' endpointing=0.500 transcription=0.200");
        assertThat(turns).hasSize(1);
        assertThat(turns.get(0).speech()).isEqualTo(Duration.ofMillis(1_600));
        assertThat(turns.get(0).turnId()).isEqualTo("s1-1");
        assertThat(turns.get(0).history()).isEmpty();
    }

    @Test
    void shouldAnswerTwiceWhenTheCallerTakesTwoTurns() {
        List<Turn> turns = new ArrayList<>();
        Scene scene = new Scene().recognized();
        scene.options.responder((turn, reply) -> {
            turns.add(turn);
            reply.write("Reply to " + turn.text() + ".");
        });
        scene.open()
                .speech(0, 500)
                .transcript(600, "one")
                .speech(2_000, 2_500)
                .transcript(2_600, "two")
                .runTo(10_000);

        assertThat(scene.history())
                .containsExactly("CALLER: one", "AGENT: Reply to one.", "CALLER: two", "AGENT: Reply to two.");
        assertThat(turns).extracting(Turn::turnId).containsExactly("s1-1", "s1-2");
        assertThat(turns.get(1).history()).hasSize(2);
        assertThat(scene.events(SessionEvent.ReplyFinished.class))
                .extracting(SessionEvent::turnId)
                .containsExactly("s1-1", "s1-2");
    }

    @Test
    void shouldIgnoreASecondStartWhenTheCallerSpeaksAlready() {
        Scene scene = new Scene().answering("Yes.").open();
        scene.at(500, scene.session::speechStarted).speech(0, 1_000).runTo(1_400);

        assertThat(scene.lines("speech_started")).containsExactly("0.000 speech_started onset=0.000");
    }

    @Test
    void shouldIgnoreTheEndWhenTheCallerDidNotSpeak() {
        Scene scene = new Scene().answering("Yes.").open();
        scene.at(500, () -> scene.session.speechEnded(Duration.ZERO)).runTo(5_000);

        assertThat(scene.lines()).containsExactly("0.000 state idle>listening");
    }

    @Test
    void shouldWaitForInputWhenThereIsNoResponder() {
        Scene scene = new Scene().recognized().open();
        scene.speech(0, 1_000)
                .transcript(1_100, "Hello")
                .at(2_000, () -> scene.session.say("Hi there."))
                .speech(4_000, 4_500)
                .transcript(4_600, "Again")
                .runTo(10_000);

        assertThat(scene.lines("state", "reply_finished"))
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.500 state listening>waiting_for_input",
                        "2.000 state waiting_for_input>thinking",
                        "2.020 state thinking>speaking",
                        "2.420 reply_finished position=0.400 heard='Hi there.'",
                        "2.420 state speaking>listening",
                        "5.000 state listening>waiting_for_input");
        assertThat(scene.history()).containsExactly("CALLER: Hello", "AGENT: Hi there.", "CALLER: Again");
    }

    @Test
    void shouldListenAgainWhenTheCallerSpeaksWhileInputIsAwaited() {
        Scene scene = new Scene().open();
        scene.speech(0, 1_000).speech(3_000, 3_500).runTo(10_000);

        assertThat(scene.lines("state"))
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.500 state listening>waiting_for_input",
                        "3.000 state waiting_for_input>listening",
                        "4.000 state listening>waiting_for_input");
    }

    @Test
    void shouldFinishSilentlyWhenTheReplyIsEmpty() {
        Scene scene = new Scene().answering("").open();
        scene.speech(0, 1_000).runTo(5_000);

        assertThat(scene.lines("state", "reply_finished", "first_audio"))
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.500 state listening>thinking",
                        "1.520 reply_finished position=0.000 heard=''",
                        "1.520 state thinking>listening");
        assertThat(scene.history()).isEmpty();
    }
}
