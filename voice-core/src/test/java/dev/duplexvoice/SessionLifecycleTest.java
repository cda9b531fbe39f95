package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SessionLifecycleTest {

    @Test
    void shouldBeListeningWhenItIsOpen() {
        Scene scene = new Scene().open();

        assertThat(scene.session.state()).isEqualTo(SessionState.LISTENING);
        assertThat(scene.session.id()).isEqualTo("s1");
        assertThat(scene.session.history()).isEmpty();
    }

    @Test
    void shouldCloseOnceWhenClosedTwice() {
        Scene scene = new Scene().open();
        scene.session.close();
        scene.session.close();
        scene.runTo(1_000);
        scene.session.close();
        scene.runTo(2_000);

        assertThat(scene.lines())
                .containsExactly(
                        "0.000 state idle>listening", "0.000 state listening>terminated", "0.000 closed closed");
        assertThat(scene.session.closed().toCompletableFuture()).isCompletedWithValue(CloseReason.CLOSED);
    }

    @Test
    void shouldThrowWhenUsedAfterClose() {
        Scene scene = new Scene().open();
        scene.session.close();
        scene.runTo(100);

        List<ThrowingCallable> uses = List.of(
                () -> scene.session.offerAudio(new short[320]),
                () -> scene.session.say("Hello"),
                () -> scene.session.interrupt(),
                () -> scene.session.speechStarted(),
                () -> scene.session.speechEnded(Duration.ZERO));
        assertThat(uses)
                .allSatisfy(use -> assertThatThrownBy(use)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("session s1 is closed (closed): open a new one"));
        assertThat(scene.session.pollAudio(new short[960], new FrameRing.FrameHeader()))
                .isZero();
        assertThat(scene.session.state()).isEqualTo(SessionState.TERMINATED);
    }

    @Test
    void shouldCloseWhenTheListenerAsksForIt() {
        Scene scene = new Scene().answering("one two three.");
        scene.options.listener(event -> {
            scene.events.add(event);
            if (event instanceof SessionEvent.FirstAudio) {
                scene.session.close();
            }
        });
        scene.open().speech(0, 1_000).runTo(5_000);

        assertThat(scene.lines().subList(8, scene.lines().size()))
                .containsExactly(
                        "1.520 state speaking>terminated",
                        "1.520 reply_finished position=0.000 interrupted heard=''",
                        "1.520 closed closed");
    }

    @Test
    void shouldEndAllSessionsWhenTheEngineCloses() {
        Scene one = new Scene().answering("one two three.").open();
        Scene two = new Scene(one.clock).openOn(one.engine);
        one.speech(0, 1_000).runTo(1_700);
        one.engine.close();
        one.engine.close();

        assertThat(one.lines("reply_finished", "closed"))
                .containsExactly(
                        "1.700 reply_finished position=0.180 interrupted heard=''", "1.700 closed engine_closed");
        assertThat(two.lines("closed")).containsExactly("1.700 closed engine_closed");
        assertThat(one.voice.closed).hasValue(one.voice.opened.get());
        assertThatThrownBy(() -> one.engine.open(one.options.build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the engine is closed: build a new one");
    }

    @Test
    void shouldNotDisturbASessionWhenAnotherIsBusy() {
        Scene alone = talk(new Scene()).open();
        script(alone).runTo(9_000);

        Scene first = talk(new Scene()).open();
        Scene neighbour = talk(new Scene(first.clock)).openOn(first.engine);
        script(first);
        neighbour.speech(130, 777).speech(1_501, 2_222).at(2_500, neighbour.session::close);
        first.runTo(9_000);

        assertThat(first.lines()).isEqualTo(alone.lines());
        assertThat(first.transport.spoken()).isEqualTo(alone.transport.spoken());
        assertThat(neighbour.lines("closed")).containsExactly("2.500 closed closed");
    }

    private static Scene talk(Scene scene) {
        return scene.answering("one two three four five six seven.");
    }

    private static Scene script(Scene scene) {
        return scene.speech(0, 1_000).speech(2_000, 2_100).speech(2_600, 3_500);
    }

    @Test
    void shouldKeepTheReplyWhenTheHostStopsTakingFrames() {
        Scene scene = new Scene().open();
        scene.at(0, () -> scene.session.say("one two three."))
                .at(90, () -> scene.transport.stalled = true)
                .at(2_010, () -> scene.transport.stalled = false)
                .runTo(5_000);

        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 3 * 9_600));
        assertThat(scene.lines("reply_finished"))
                .containsExactly("2.400 reply_finished position=0.600 heard='one two three.'");
    }

    @Test
    void shouldGiveFramesTheirPlaceInTheOutput() {
        Scene scene = new Scene().open();
        scene.at(0, () -> scene.session.say("one."))
                .at(1_000, () -> scene.session.say("two."))
                .runTo(2_000);

        assertThat(scene.transport.frames()).hasSize(20);
        assertThat(scene.transport.frames().get(0).position()).isEqualTo(20 * 48);
        assertThat(scene.transport.frames().get(10).position()).isEqualTo(1_020 * 48);
    }

    @Test
    void shouldRefuseToWaitWhenTheClockIsVirtual() {
        Scene scene = new Scene().open();

        assertThatThrownBy(() ->
                        scene.session.readAudio(new short[960], new FrameRing.FrameHeader(), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use pollAudio");
    }

    @Test
    void shouldRefuseAFrameThatIsTooShort() {
        Scene scene = new Scene().open();

        assertThatThrownBy(() -> scene.session.pollAudio(new short[959], new FrameRing.FrameHeader()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("frame.length=959: a frame has 960 samples");
    }

    @Test
    void shouldRefuseSilenceThatIsNegative() {
        Scene scene = new Scene().open();

        assertThatThrownBy(() -> scene.session.speechEnded(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("silence=PT-0.001S: must be 0 to PT24H");
    }

    @Test
    void shouldRefuseSilenceThatIsTooLong() {
        Scene scene = new Scene().open();
        scene.session.speechStarted();
        scene.runTo(100);

        assertThatThrownBy(() -> scene.session.speechEnded(Duration.ofHours(24).plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("silence=PT24H0.000000001S: must be 0 to PT24H");
        assertThatThrownBy(() -> scene.session.speechEnded(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scene.session.speechEnded(Duration.ofSeconds(Long.MIN_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        scene.runTo(200);
        assertThat(scene.session.state()).isEqualTo(SessionState.LISTENING);
        scene.session.speechEnded(Duration.ofHours(24));
        scene.runTo(300);
        assertThat(scene.lines("failed", "closed")).isEmpty();
    }

    @Test
    void shouldNameTheRemedyWhenNoVoiceIsInstalled() {
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            assertThatThrownBy(engine::defaultVoice)
                    .isInstanceOf(VoiceException.class)
                    .hasMessageStartingWith("no voice is installed: add the dependencies");
            assertThatThrownBy(() -> engine.openDetector("silero", null, 16_000))
                    .hasMessageStartingWith("no detector is installed");
            assertThat(engine.voices()).isEmpty();
            assertThat(engine.detectors()).containsExactly("energy");
        }
    }

    @Test
    void shouldRefuseLoopsOutOfRange() {
        assertThatThrownBy(() -> VoiceEngine.builder().loops(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("loops=0: must be 1 to 256");
    }
}
