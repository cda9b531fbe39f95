package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.turn.InterruptionAttempt;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.InterruptionPolicy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reply is ten words of 200 ms; its first frame is put out at 1.520. */
class InterruptionPolicyTest {
    private static final String TEN = "one two three four five six seven eight nine ten.";

    private final List<InterruptionAttempt> attempts = new ArrayList<>();

    private Scene speaking(InterruptionPolicy policy, String... options) {
        Scene scene = new Scene().recognized().answering(TEN).set(options);
        scene.options.interruptionPolicy(attempt -> {
            attempts.add(attempt);
            return policy.judge(attempt);
        });
        return scene.open().speech(0, 1_000).transcript(1_100, "go");
    }

    @Test
    void shouldCutOffAtOnceWhenThePolicySaysSo() {
        Scene scene = speaking(attempt -> attempt.text().contains("stop") ? Verdict.INTERRUPT : Verdict.UNDECIDED);
        scene.speech(2_000, 3_000).interim(2_200, "stop").runTo(2_300);

        assertThat(scene.lines("paused", "interrupted"))
                .containsExactly("2.000 paused position=0.480", "2.200 interrupted position=0.480");
        assertThat(attempts)
                .containsExactly(
                        new InterruptionAttempt("s1", "s1-1", "", 0, Duration.ZERO, Duration.ofMillis(480), TEN),
                        new InterruptionAttempt(
                                "s1", "s1-1", "stop", 1, Duration.ofMillis(200), Duration.ofMillis(480), TEN));
    }

    @Test
    void shouldGoOnWhenThePolicySaysSo() {
        Scene scene = speaking(attempt -> attempt.text().isEmpty() ? Verdict.UNDECIDED : Verdict.CONTINUE);
        scene.speech(2_000, 3_400).interim(2_200, "whatever").runTo(10_000);

        assertThat(scene.lines("paused", "resumed", "interrupted"))
                .containsExactly("2.000 paused position=0.480", "2.200 resumed position=0.480");
        assertThat(attempts).hasSize(2);
    }

    @Test
    void shouldLetTheOptionsDecideWhenItIsUndecided() {
        Scene scene = speaking(attempt -> Verdict.UNDECIDED);
        scene.speech(2_000, 3_400).runTo(2_700);

        assertThat(scene.lines("interrupted")).containsExactly("2.500 interrupted position=0.480");
        assertThat(attempts).hasSize(2);
    }

    @Test
    void shouldAskBeforeTheWordsInterrupt() {
        Scene scene = speaking(
                attempt -> attempt.words() > 2 ? Verdict.UNDECIDED : Verdict.CONTINUE, "interruption.minWords", "2");
        scene.speech(2_000, 3_400)
                .interim(2_200, "I think")
                .interim(2_400, "I think so")
                .runTo(10_000);

        // Once it said that the reply goes on, words alone do not interrupt; it is asked again, and leaves it at that.
        assertThat(scene.lines("interrupted")).isEmpty();
        assertThat(attempts).extracting(InterruptionAttempt::words).containsExactly(0, 2, 3);
    }

    @Test
    void shouldTellAndLetTheOptionsDecideWhenItThrows() {
        Scene scene = speaking(attempt -> {
            throw new IllegalStateException("no idea");
        });
        scene.speech(2_000, 3_400).runTo(2_700);

        assertThat(scene.lines("failed", "interrupted"))
                .containsExactly(
                        "2.000 failed TURN_TAKING", "2.500 failed TURN_TAKING", "2.500 interrupted position=0.480");
        assertThat(scene.events(SessionEvent.Failed.class).get(0).message())
                .startsWith("interruption policy dev.duplexvoice.InterruptionPolicyTest")
                .endsWith("threw java.lang.IllegalStateException: no idea");
    }

    @Test
    void shouldNotAskWhenTheReplyMayNotBeInterrupted() {
        Scene scene = speaking(attempt -> Verdict.INTERRUPT, "interruption.enabled", "false");
        scene.speech(2_000, 3_400).runTo(10_000);

        assertThat(attempts).isEmpty();
        assertThat(scene.lines("interrupted", "paused")).isEmpty();
    }
}
