package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.turn.TurnMoment;
import dev.duplexvoice.turn.TurnStream;
import dev.duplexvoice.turn.TurnVerdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Speech ends at 1.000, which is known at 1.300. */
class TurnDetectorTest {
    private final List<TurnMoment> moments = new ArrayList<>();

    private Scene scene(TurnStream stream) {
        Scene scene = new Scene().recognized().answering("Yes.");
        scene.options.turnDetector(rate -> moment -> {
            moments.add(moment);
            return stream.judge(moment);
        });
        return scene.open();
    }

    @Test
    void shouldEndTheTurnAtOnceWhenItSeemsOver() {
        Scene scene = scene(moment -> TurnVerdict.END);
        scene.speech(0, 1_000).transcript(1_100, "Hello.").runTo(5_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("1.300 turn_ended 'Hello.' endpointing=0.300 transcription=0.100");
        assertThat(moments)
                .containsExactly(new TurnMoment(
                        "s1", "s1-1", "Hello.", true, Duration.ofSeconds(1), Duration.ofMillis(300), List.of()));
    }

    @Test
    void shouldWaitForTheTranscriptWhenItSeemsOverByTheVoice() {
        Scene scene = scene(moment -> TurnVerdict.END);
        scene.speech(0, 1_000).transcript(1_900, "Hello.").runTo(5_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("1.900 turn_ended 'Hello.' endpointing=0.900 transcription=0.900");
        assertThat(moments).extracting(TurnMoment::isTranscribed).containsExactly(false, true);
    }

    @Test
    void shouldKeepTheTurnOpenWhenTheCallerSeemsToGoOn() {
        Scene scene = scene(moment -> moment.text().endsWith("and") ? TurnVerdict.HOLD : TurnVerdict.UNDECIDED);
        scene.speech(0, 1_000)
                .transcript(1_100, "one and")
                .speech(3_500, 4_000)
                .transcript(4_100, "two.")
                .runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("4.500 turn_ended 'one and two.' endpointing=0.500 transcription=0.100");
    }

    @Test
    void shouldHoldTheTurnNoLongerThanTheLongestDelay() {
        Scene scene = scene(moment -> TurnVerdict.HOLD);
        scene.speech(0, 1_000).transcript(1_100, "one and").runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("4.000 turn_ended 'one and' endpointing=3.000 transcription=0.100");
    }

    @Test
    void shouldEndByTheLongestDelayWhenNoVerdictComes() {
        Scene scene = new Scene().recognized().answering("Yes.");
        scene.options.turnDetector(rate -> {
            throw new IllegalStateException("no model");
        });
        scene.open().speech(0, 1_000).transcript(1_100, "Hello.").runTo(5_000);

        assertThat(scene.events(SessionEvent.Failed.class))
                .extracting(SessionEvent.Failed::code)
                .containsExactly(VoiceException.Code.TURN_TAKING);
        assertThat(scene.lines("turn_ended"))
                .containsExactly("1.500 turn_ended 'Hello.' endpointing=0.500 transcription=0.100");
    }

    @Test
    void shouldLetSilenceDecideWhenItThrows() {
        Scene scene = scene(moment -> {
            throw new java.io.IOException("gone");
        });
        scene.speech(0, 1_000).transcript(1_100, "Hello.").runTo(5_000);

        assertThat(scene.lines("failed", "turn_ended"))
                .containsExactly(
                        "1.300 failed TURN_TAKING", "1.500 turn_ended 'Hello.' endpointing=0.500 transcription=0.100");
    }

    @Test
    void shouldNotUseAVerdictWhenTheCallerSpeaksAgain() {
        Scene scene = scene(moment -> moment.text().equals("one") ? TurnVerdict.HOLD : TurnVerdict.END);
        scene.speech(0, 1_000)
                .transcript(1_100, "one")
                .speech(1_600, 2_000)
                .transcript(2_200, "two")
                .runTo(10_000);

        assertThat(scene.lines("turn_ended"))
                .containsExactly("2.300 turn_ended 'one two' endpointing=0.300 transcription=0.200");
    }
}
