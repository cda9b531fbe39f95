package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A loud tone that begins and breaks off anywhere in its wave: its own steps are 471 at most, its largest break 24,000. Spread over 5
 * ms, 240 samples, a break adds 100 to a step, and two that meet 200.
 */
class NoClickTest {
    private static final double PEAK = 12_000;
    private static final double STEP = PEAK * 2 * Math.PI * 300 / ToneVoice.RATE;
    private static final double MOST = STEP + 2 * PEAK / 240 + 100;

    private static Scene scene(String text) {
        return tone(new Scene().answering(text));
    }

    private static Scene tone(Scene scene) {
        scene.options.processing(OutputProcessing.DEFAULT);
        scene.voice.shape = n -> (int) Math.round(PEAK * Math.cos(2 * Math.PI * 300 * n / ToneVoice.RATE));
        scene.voice.shapeBeginsWithEachText = true;
        // Texts end after any part of a wave and of a frame.
        scene.voice.samplesPerWord = 7_777;
        return scene;
    }

    private static double largestStep(Scene scene) {
        short[] heard = scene.transport.heard();
        assertThat(heard.length).isGreaterThan(4_000);
        double largest = Math.abs(heard[0]);
        for (int i = 1; i < heard.length; i++) {
            largest = Math.max(largest, Math.abs(heard[i] - heard[i - 1]));
        }
        return Math.max(largest, Math.abs(heard[heard.length - 1]));
    }

    private static void check(Scene scene) {
        assertThat(largestStep(scene)).isLessThan(MOST);
    }

    @Test
    void shouldFindAClickWhenNothingIsFaded() {
        Scene scene = scene("One two. Three four five.");
        scene.set("output.fade", "0ms").open().speech(0, 1_000).runTo(8_000);

        assertThat(largestStep(scene)).isGreaterThan(2 * MOST);
    }

    @Test
    void shouldBeginAndEndWithoutAClick() {
        check(scene("One.").open().speech(0, 1_000).runTo(8_000));
    }

    @Test
    void shouldGoFromClauseToClauseWithoutAClick() {
        Scene scene = scene("One two three, four. Five six. Seven. Eight nine ten.");
        scene.open().speech(0, 1_000).runTo(8_000);

        assertThat(scene.voice.texts).hasSizeGreaterThan(3);
        assertThat(scene.lines("reply_finished")).hasSize(1);
        check(scene);
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 2_003, 2_009, 2_017})
    void shouldPauseAndGoOnWithoutAClickWhenItWasAFalseAlarm(int at) {
        Scene scene = scene("One two three four five six.");
        scene.open().speech(0, 1_000).speech(at, at + 100).runTo(8_000);

        assertThat(scene.lines("resumed")).hasSize(1);
        check(scene);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_900, 1_907, 2_018})
    void shouldStopWithoutAClickWithinAFrameWhenItIsInterrupted(int at) {
        Scene scene = scene("One two three four five six.");
        scene.set("interruption.confirmAfter", "0ms").open().speech(0, 1_000).speech(at, at + 2_000);
        scene.runTo(3_000);

        check(scene);
        SessionEvent.Paused paused = scene.events(SessionEvent.Paused.class).get(0);
        long last = scene.transport.frames().stream()
                .filter(frame -> frame.samples()[0] != 0)
                .mapToLong(frame -> frame.takenAt() / 1_000_000)
                .max()
                .orElseThrow();
        // What is taken within a frame's time is the last, and all but 0.8 ms of it is silence.
        assertThat(last - at).isLessThanOrEqualTo(20);
        // When the output paused one frame was being played and one waited; it was dropped.
        assertThat(paused.silentAt().minusMillis(at)).isLessThan(Duration.ofMillis(20 + 20 + 1));
    }

    @Test
    void shouldStopWithoutAClickWhenTheHostTakesFramesLate() {
        Scene scene = scene("One two three four five six.");
        scene.set("interruption.confirmAfter", "0ms").open().speech(0, 1_000);
        scene.at(1_900, () -> scene.transport.stalled = true)
                .speech(2_000, 3_000)
                .at(2_050, () -> scene.transport.stalled = false)
                .runTo(3_000);

        check(scene);
    }

    @Test
    void shouldSayTheNextThingWithoutAClickWhenItInterrupts() {
        Scene scene = tone(new Scene()).open();
        scene.at(0, () -> scene.session.say("One two three four."))
                .at(507, () -> scene.session.say("Five six.", new SayOptions(SayOptions.When.INTERRUPT, true)))
                .runTo(5_000);

        assertThat(scene.lines("reply_finished")).hasSize(2);
        check(scene);
    }

    @Test
    void shouldFallSilentWithoutAClickWhenTheTextPauses() {
        Scene scene = tone(new Scene());
        scene.options.responder((turn, reply) -> {
            reply.detach();
            reply.write("One two. Three");
            scene.at(4_000, () -> {
                reply.write(" four. Five.");
                reply.complete();
            });
        });
        scene.open().speech(0, 1_000).runTo(8_000);

        assertThat(scene.history()).containsExactly("AGENT: One two. Three four. Five.");
        check(scene);
    }

    @Test
    void shouldFallSilentWithoutAClickWhenTheVoiceIsLate() {
        Scene scene = scene("One two three four five.");
        scene.voice.stepSamples = 9_001;
        scene.voice.stepEvery = Duration.ofMillis(300);
        scene.open().speech(0, 1_000).runTo(9_000);

        assertThat(scene.lines("reply_finished")).hasSize(1);
        check(scene);
    }

    @Test
    void shouldFallSilentWithoutAClickWhenTheVoiceFails() {
        AtomicBoolean fail = new AtomicBoolean();
        Scene scene = scene("One two three four five six seven.");
        scene.voice.stepSamples = 4_801;
        scene.voice.stepEvery = Duration.ofMillis(90);
        int period = ToneVoice.RATE / 300;
        scene.voice.shape = n -> {
            if (fail.get()) {
                throw new IllegalStateException("broke");
            }
            return (int) Math.round(PEAK * Math.cos(2 * Math.PI * (n % period) / period));
        };
        scene.open().speech(0, 1_000).at(2_015, () -> fail.set(true)).runTo(5_000);

        assertThat(scene.lines("failed")).hasSize(1);
        check(scene);
    }
}
