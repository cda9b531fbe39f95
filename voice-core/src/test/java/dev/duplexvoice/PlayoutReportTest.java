package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.support.Scene;
import org.junit.jupiter.api.Test;

/** The reply is ten words of 200 ms; its first frame is put out at 1.520, at sample 72,960 of the output. */
class PlayoutReportTest {
    private static final String TEN = "one two three four five six seven eight nine ten.";
    private static final int RATE = 48_000;

    private static Scene speaking() {
        return new Scene().answering(TEN).open().speech(0, 1_000);
    }

    /** The transport reports every 20 ms what it played, {@code delay} milliseconds after it was put out. */
    private static Scene reporting(Scene scene, int delay, int until) {
        for (int at = 0; at < until; at += 20) {
            long position = Math.max(0, at - delay) * RATE / 1_000L;
            scene.atIfLive(at, () -> scene.session.played(position));
        }
        return scene;
    }

    @Test
    void shouldHearWhatWasPlayedWhenTheTransportIsBehind() {
        Scene scene = reporting(speaking(), 200, 10_000);
        scene.speech(2_010, 3_000).runTo(4_000);

        // 500 ms were put out at 2.010, but only 280 ms of them were played at 2.000, and all of them at 2.510.
        assertThat(scene.lines("paused", "interrupted", "reply_finished"))
                .containsExactly(
                        "2.010 paused position=0.500",
                        "2.510 interrupted position=0.500",
                        "2.510 reply_finished position=0.500 interrupted heard='one two'");
        assertThat(scene.events(SessionEvent.Paused.class).get(0).silentAt().toMillis())
                .isBetween(2_200L, 2_230L);
    }

    @Test
    void shouldHearNoMoreThanWasPlayedWhenItIsCutOffAtOnce() {
        Scene scene = reporting(
                new Scene()
                        .answering(TEN)
                        .set("interruption.confirmAfter", "0ms")
                        .open(),
                200,
                10_000);
        scene.speech(0, 1_000).speech(2_010, 3_000).runTo(2_100);

        assertThat(scene.lines("reply_finished"))
                .containsExactly("2.010 reply_finished position=0.280 interrupted heard='one'");
    }

    @Test
    void shouldFinishWhenTheLastSampleWasPlayed() {
        Scene scene = reporting(speaking(), 400, 10_000);
        scene.runTo(10_000);

        // It would be over at 3.520 if what is taken were played at once.
        assertThat(scene.lines("reply_finished"))
                .containsExactly("3.920 reply_finished position=2.000 heard='" + TEN + "'");
    }

    @Test
    void shouldNotWaitForEverWhenTheReportsCease() {
        Scene scene = reporting(speaking(), 100, 2_000);
        scene.runTo(20_000);

        assertThat(scene.lines("reply_finished")).containsExactly("7.520 reply_finished position=0.360 heard='one'");
    }

    @Test
    void shouldBeInterruptedWhileTheTransportStillPlays() {
        Scene scene = reporting(speaking(), 1_000, 10_000);
        // All was put out by 3.500.
        scene.speech(3_600, 4_400).runTo(4_200);

        assertThat(scene.lines("interrupted", "reply_finished"))
                .containsExactly(
                        "4.100 interrupted position=1.580",
                        "4.100 reply_finished position=1.580 interrupted heard='one two three four five six seven'");
    }

    @Test
    void shouldIgnoreReportsThatGoBack() {
        Scene scene = reporting(speaking(), 0, 10_000);
        scene.at(2_000, () -> scene.session.played(0)).runTo(10_000);

        assertThat(scene.lines("reply_finished"))
                .containsExactly("3.520 reply_finished position=2.000 heard='" + TEN + "'");
    }

    @Test
    void shouldWaitForTheHostToTakeTheLastFrames() {
        Scene scene = speaking();
        scene.at(3_410, () -> scene.transport.stalled = true)
                .at(4_000, () -> scene.transport.stalled = false)
                .runTo(10_000);

        assertThat(scene.lines("reply_finished"))
                .containsExactly("4.000 reply_finished position=2.000 heard='" + TEN + "'");
    }

    @Test
    void shouldRefuseANegativePosition() {
        Scene scene = speaking();

        assertThatThrownBy(() -> scene.session.played(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("position=-1: must not be negative; give samples since the session was opened");
    }
}
