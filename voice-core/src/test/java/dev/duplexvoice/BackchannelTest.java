package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reply is ten words of 200 ms; its first frame is put out at 1.520. */
class BackchannelTest {
    private static final String TEN = "one two three four five six seven eight nine ten.";

    private static Scene speaking(String... options) {
        Scene scene = new Scene()
                .recognized()
                .answering(TEN)
                .set("interruption.backchannels", "yeah, mm-hmm, I see")
                .set(options)
                .open();
        return scene.speech(0, 1_000).transcript(1_100, "go");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yeah", "Mm-hmm!", "I see, I see.", "Yeah. mm hmm"})
    void shouldGoOnWhenTheCallerOnlyShowsToBeListening(String text) {
        Scene scene = speaking();
        scene.speech(2_000, 2_900).interim(2_200, text).transcript(3_300, text).runTo(10_000);

        assertThat(scene.lines("paused", "resumed", "interrupted", "turn_ended", "reply_finished"))
                .containsExactly(
                        "1.500 turn_ended 'go' endpointing=0.500 transcription=0.100",
                        "2.000 paused position=0.480",
                        "2.200 resumed position=0.480",
                        "3.720 reply_finished position=2.000 heard='" + TEN + "'");
        assertThat(scene.history()).containsExactly("CALLER: go", "AGENT: " + TEN);
        assertThat(scene.transport.spoken()).hasSize(10 * 9_600);
    }

    @Test
    void shouldInterruptWhenMoreThanABackchannelFollows() {
        Scene scene = speaking();
        scene.speech(2_000, 4_000)
                .interim(2_200, "yeah")
                .interim(2_800, "yeah but wait")
                .transcript(4_100, "Yeah, but wait.")
                .runTo(4_300);

        assertThat(scene.lines("paused", "resumed", "interrupted"))
                .containsExactly(
                        "2.000 paused position=0.480",
                        "2.200 resumed position=0.480",
                        "2.800 paused position=1.080",
                        "2.800 interrupted position=1.080");
        scene.runTo(10_000);
        assertThat(scene.lines("turn_ended"))
                .last()
                .isEqualTo("4.500 turn_ended 'Yeah, but wait.' endpointing=0.500 transcription=0.100");
    }

    @Test
    void shouldNotCountTheirWords() {
        Scene scene = speaking("interruption.minWords", "2");
        scene.speech(2_000, 2_500).transcript(2_400, "yeah yeah yeah").runTo(10_000);

        assertThat(scene.lines("interrupted")).isEmpty();
        assertThat(scene.lines("resumed")).containsExactly("2.400 resumed position=0.480");
    }

    @Test
    void shouldInterruptByDurationWhenNoTextHasCome() {
        Scene scene = speaking();
        scene.speech(2_000, 3_000).runTo(2_700);

        assertThat(scene.lines("interrupted")).containsExactly("2.500 interrupted position=0.480");
    }

    @Test
    void shouldAnswerTheSameWordWhenNothingIsBeingSaid() {
        Scene scene = speaking();
        scene.speech(5_000, 5_500).transcript(5_600, "yeah").runTo(10_000);

        assertThat(scene.history()).containsExactly("CALLER: go", "AGENT: " + TEN, "CALLER: yeah", "AGENT: " + TEN);
    }

    @Test
    void shouldNotAnswerItWhenTheReplyEndsMeanwhile() {
        Scene scene = speaking();
        scene.speech(3_300, 3_450).transcript(3_900, "mm-hmm").runTo(10_000);

        assertThat(scene.lines("reply_finished")).hasSize(1);
        assertThat(scene.history()).containsExactly("CALLER: go", "AGENT: " + TEN);
        assertThat(scene.transport.spoken()).hasSize(10 * 9_600);
        assertThat(scene.transport.spoken()[0]).isEqualTo(ToneVoice.sample(0));
    }
}
