package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.SayOptions.When;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import org.junit.jupiter.api.Test;

class HostSpeechTest {

    @Test
    void shouldSpeakTextsInOrderWhenTheyAreQueued() {
        Scene scene = new Scene().open();
        scene.at(100, () -> {
                    scene.session.say("One two.");
                    scene.session.say("Three.");
                })
                .runTo(5_000);

        assertThat(scene.lines("reply_started", "first_audio", "reply_finished"))
                .containsExactly(
                        "0.100 reply_started",
                        "0.120 first_audio ttfb=0.020 latency=0.020",
                        "0.520 reply_finished position=0.400 heard='One two.'",
                        "0.520 reply_started",
                        "0.540 first_audio ttfb=0.020 latency=0.020",
                        "0.740 reply_finished position=0.200 heard='Three.'");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 3 * 9_600));
    }

    @Test
    void shouldCutOffWhatIsSaidWhenTextInterrupts() {
        Scene scene = new Scene().open();
        scene.at(100, () -> {
                    scene.session.say("One two three four.");
                    scene.session.say("Queued.");
                })
                .at(330, () -> scene.session.say("Stop!", new SayOptions(When.INTERRUPT, true)))
                .runTo(5_000);

        assertThat(scene.lines("reply_finished"))
                .containsExactly(
                        "0.330 reply_finished position=0.200 interrupted heard='One'",
                        "0.540 reply_finished position=0.200 heard='Stop!'",
                        "0.760 reply_finished position=0.200 heard='Queued.'");
        assertThat(scene.history()).containsExactly("AGENT: One [cut]", "AGENT: Stop!", "AGENT: Queued.");
    }

    @Test
    void shouldWaitForTheReplyWhenTextIsQueuedBehindIt() {
        Scene scene = new Scene().answering("Answer.").open();
        scene.speech(0, 1_000).at(1_200, () -> scene.session.say("Later.")).runTo(5_000);

        assertThat(scene.lines("reply_finished"))
                .containsExactly(
                        "1.720 reply_finished position=0.200 heard='Answer.'",
                        "1.940 reply_finished position=0.200 heard='Later.'");
    }

    @Test
    void shouldNotPauseWhenTheTextMayNotBeInterrupted() {
        Scene scene = new Scene().answering("Yes.").open();
        scene.at(0, () -> scene.session.say("One two three four.", new SayOptions(When.QUEUE, false)))
                .speech(200, 400)
                .runTo(5_000);

        assertThat(scene.lines("paused", "interrupted", "turn_ended")).isEmpty();
        assertThat(scene.lines("reply_finished"))
                .containsExactly("0.820 reply_finished position=0.800 heard='One two three four.'");
    }

    @Test
    void shouldFinishAtOnceWhenTheTextIsBlank() {
        Scene scene = new Scene().open();
        scene.at(0, () -> scene.session.say(" \n ")).runTo(1_000);

        assertThat(scene.lines("reply_finished")).containsExactly("0.020 reply_finished position=0.000 heard=''");
        assertThat(scene.history()).isEmpty();
    }

    @Test
    void shouldRefuseTextWhenItIsTooLong() {
        Scene scene = new Scene().open();
        String text = "a".repeat(Reply.MAX_LENGTH + 1);

        assertThatThrownBy(() -> scene.session.say(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text.length=1000001: a reply has at most 1000000 characters");
    }

    @Test
    void shouldBeReadyAfterAnInterruptionWhenTheRingWasFull() {
        for (int cutAt = 100; cutAt < 600; cutAt += 7) {
            Scene scene = new Scene().open();
            scene.at(0, () -> scene.session.say("One two three four five."))
                    .at(cutAt, scene.session::interrupt)
                    .at(cutAt + 3, () -> scene.session.say("Next."))
                    .runTo(2_000);

            assertThat(scene.lines("reply_finished")).as("cut at %d", cutAt).hasSize(2);
            assertThat(scene.history()).last().isEqualTo("AGENT: Next.");
        }
    }
}
