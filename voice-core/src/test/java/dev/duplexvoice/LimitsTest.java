package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void shouldCloseWhenNothingIsSaidForLong() {
        Scene scene = new Scene().set("limits.idle", "5s").open();
        scene.runTo(10_000);

        assertThat(scene.lines("closed")).containsExactly("5.000 closed idle_limit");
    }

    @Test
    void shouldCountIdleTimeFromTheLastWordWhenTheyTalked() {
        Scene scene = new Scene().answering("one two.").set("limits.idle", "5s").open();
        scene.speech(4_000, 8_000).runTo(30_000);

        assertThat(scene.lines("reply_finished", "closed"))
                .containsExactly("8.920 reply_finished position=0.400 heard='one two.'", "13.920 closed idle_limit");
    }

    @Test
    void shouldNotBeIdleWhenTheCallerSpeaksOn() {
        Scene scene = new Scene().set("limits.idle", "2s").open();
        scene.speech(1_000, 9_000).runTo(9_200);

        assertThat(scene.lines("closed")).isEmpty();
    }

    @Test
    void shouldCloseWhenItIsIdleWhileInputIsAwaited() {
        Scene scene = new Scene().set("limits.idle", "2s").open();
        scene.speech(0, 1_000).runTo(9_000);

        assertThat(scene.lines("closed")).containsExactly("3.300 closed idle_limit");
    }

    @Test
    void shouldCutTheReplyOffWhenTheSessionLastsTooLong() {
        Scene scene = new Scene()
                .answering("one two three four five.")
                .set("limits.duration", "2s")
                .open();
        scene.speech(0, 1_000).runTo(9_000);

        assertThat(scene.lines().subList(8, scene.lines().size()))
                .containsExactly(
                        "2.000 state speaking>terminated",
                        "2.000 reply_finished position=0.480 interrupted heard='one two'",
                        "2.000 closed duration_limit");
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
    }

    @Test
    void shouldCloseAfterTheReplyWhenTheTurnsAreUsedUp() {
        Scene scene = new Scene().answering("Bye.").set("limits.turns", "2").open();
        scene.speech(0, 500).speech(3_000, 3_500).runTo(9_000);

        assertThat(scene.lines("turn_ended")).hasSize(2);
        assertThat(scene.lines("closed")).containsExactly("4.220 closed turn_limit");
    }

    @Test
    void shouldNotTakeAnotherTurnWhenTheLastReplyWasInterrupted() {
        Scene scene = new Scene()
                .answering("one two three four five.")
                .set("limits.turns", "1")
                .open();
        scene.speech(0, 500).speech(1_400, 2_400).runTo(9_000);

        assertThat(scene.lines("turn_ended")).hasSize(1);
        assertThat(scene.lines("closed")).containsExactly("2.900 closed turn_limit");
    }

    @Test
    void shouldForgetWhatIsBeyondTheHistory() {
        Scene scene = new Scene().set("limits.history", "2").open();
        for (String text : new String[] {"One.", "Two.", "Three."}) {
            scene.session.say(text);
        }
        scene.runTo(9_000);

        assertThat(scene.history()).containsExactly("AGENT: Two.", "AGENT: Three.");
    }

    @Test
    void shouldNotTakeAnotherTurnWhenNobodyAnswered() {
        Scene scene = new Scene().set("limits.turns", "1").open();
        scene.speech(0, 500).speech(1_400, 2_400).runTo(9_000);

        assertThat(scene.lines("turn_ended")).hasSize(1);
        assertThat(scene.lines("closed")).containsExactly("2.900 closed turn_limit");
    }
}
