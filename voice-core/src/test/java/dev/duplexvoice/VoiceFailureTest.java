package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a voice made before it failed is heard, and counts as heard; then the failure is told. */
class VoiceFailureTest {
    /** Words of 200 ms. */
    private static final String TEXT = "One two three. Now it breaks. Seven eight.";

    private static final int BEFORE = 3 * ToneVoice.RATE / 5;

    private final Scene scene = new Scene();

    /** The voice fails this far into the second clause. */
    private void failAfter(int samples) {
        scene.voice.failOn = "breaks";
        scene.voice.failAfter = samples;
    }

    private static int millis(int millis) {
        return ToneVoice.RATE / 1_000 * millis;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 960, 23_040, 23_041, 28_799})
    void shouldPlayAllThatWasMadeAndThenTell(int made) {
        failAfter(made);
        scene.open()
                .at(0, () -> scene.session.say(TEXT))
                .at(5_000, () -> scene.session.say("All is well."))
                .runTo(8_000);

        // 480 ms of the clause end within its third word.
        String heard = made < millis(200) ? "One two three." : "One two three. Now it";
        assertThat(scene.history()).containsExactly("AGENT: " + heard, "AGENT: All is well.");
        assertThat(scene.transport.spoken())
                .startsWith(ToneVoice.samples(0, BEFORE + made))
                .hasSize(BEFORE + made + 3 * scene.voice.samplesPerWord);
        SessionEvent.ReplyFinished finished =
                scene.events(SessionEvent.ReplyFinished.class).get(0);
        assertThat(finished.position()).isEqualTo(Duration.ofNanos((BEFORE + made) * 1_000_000_000L / ToneVoice.RATE));
        assertThat(finished.interrupted()).isFalse();
        assertThat(finished.text()).isEqualTo(TEXT);
        assertThat(scene.events(SessionEvent.Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.message()).isEqualTo("voice tone failed: java.lang.IllegalStateException: cannot speak");
            assertThat(failed.at()).isEqualTo(finished.at());
        });
    }

    /** Three words of three syllables took 600 ms; so 480 ms are two of the next three, though nothing more was made. */
    @Test
    void shouldCountNoMoreWordsThanWereMadeWithoutWordTimes() {
        scene.voice.wordTimes = false;
        failAfter(millis(480));
        scene.open().at(0, () -> scene.session.say(TEXT)).runTo(5_000);

        assertThat(scene.history()).containsExactly("AGENT: One two three. Now it");
    }

    @Test
    void shouldTellOfTheFailureWhenTheCallerCutsOffWhatIsLeft() {
        failAfter(millis(480));
        scene.open()
                .at(0, () -> scene.session.say(TEXT))
                .at(1_070, scene.session::interrupt)
                .runTo(5_000);

        assertThat(scene.lines("failed", "interrupted", "reply_finished"))
                .containsExactly(
                        "1.070 interrupted position=1.040",
                        "1.070 failed SYNTHESIS",
                        "1.070 reply_finished position=1.040 interrupted heard='One two three. Now it'");
    }

    @Test
    void shouldTellOfTheFailureWhenTheSessionIsClosedBeforeItsTime() {
        failAfter(millis(480));
        scene.open().at(0, () -> scene.session.say(TEXT)).runTo(1_070);
        scene.close();
        scene.runTo(2_000);

        assertThat(scene.lines("failed", "reply_finished", "closed"))
                .extracting(line -> line.split(" ")[1])
                .containsExactly("failed", "reply_finished", "closed");
    }

    @Test
    void shouldHoldWhatWasMadeWhileTheCallerSpeaksAndTellWhenItWasPlayed() {
        failAfter(millis(480));
        scene.set("interruption.confirmAfter", "1s");
        scene.open().at(0, () -> scene.session.say(TEXT)).speech(1_050, 1_250).runTo(5_000);

        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, BEFORE + millis(480)));
        List<String> lines = scene.lines("paused", "resumed", "failed", "reply_finished");
        assertThat(lines)
                .extracting(line -> line.split(" ")[1])
                .containsExactly("paused", "resumed", "failed", "reply_finished");
        assertThat(scene.history()).containsExactly("AGENT: One two three. Now it");
    }

    /** The reply is synthesised before the turn has ended, and fails before anybody waits for it. */
    @Test
    void shouldPlayWhatWasMadeAheadOfTheTurnsEnd() {
        failAfter(millis(100));
        scene.recognized()
                .answering("It breaks.")
                .set("preemptive", "speech", "endpointing.minDelay", "1s")
                .open()
                .speech(0, 1_000)
                .transcript(1_400, "hello")
                .runTo(5_000);

        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, millis(100)));
        assertThat(scene.lines("failed")).hasSize(1);
        assertThat(scene.events(SessionEvent.ReplyFinished.class))
                .singleElement()
                .satisfies(reply -> assertThat(reply.heard()).isEmpty());
    }

    @Test
    void shouldTellNothingOfAReplyThatWasThrownAwayBeforeTheTurnsEnd() {
        failAfter(millis(100));
        scene.recognized();
        scene.options.responder(
                (turn, reply) -> reply.write(turn.text().equals("hello") ? "It breaks." : "All is well."));
        scene.set("preemptive", "speech", "endpointing.minDelay", "1s")
                .open()
                .speech(0, 1_000)
                .transcript(1_400, "hello")
                .speech(1_600, 2_000)
                .transcript(2_400, "world")
                .runTo(8_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(scene.history()).last().isEqualTo("AGENT: All is well.");
    }
}
