package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.support.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A reply that begins as soon as its audio is there, and not with the tick. */
class PromptReplyTest {
    private static final int PER_MILLI = 48;

    private final Scene scene = new Scene();
    private final List<String> frames = new ArrayList<>();

    /** A scene whose frames are kept with the times at which they are put out, in ms, and their places, in ms. */
    private Scene prompt() {
        scene.promptReplies = true;
        scene.options.audioSink((samples, length, position) ->
                frames.add(scene.clock.nanoTime() / 1_000_000.0 + " at " + position / (double) PER_MILLI));
        return scene;
    }

    /** Frames every 20 ms, from this time on. */
    private static List<String> every20(int from, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> (double) (from + 20 * i) + " at " + (double) (from + 20 * i))
                .toList();
    }

    private void sayAt(double millis, String text) {
        scene.clock.schedule(Duration.ofNanos((long) (millis * 1e6)), () -> scene.session.say(text));
    }

    /** Without a transport of the test's own: the sink is given the frames. */
    private void open() {
        scene.engine = VoiceEngine.builder()
                .clock(scene.clock)
                .promptReplies(scene.promptReplies)
                .providers(List.of())
                .build();
        scene.session = scene.engine.open(scene.options.build());
    }

    private void runTo(long millis) {
        scene.clock.runUntil(millis * 1_000_000);
    }

    @Test
    void shouldPutTheFirstFrameOutAtTheNextPhaseWhenItIsThere() {
        prompt();
        open();
        sayAt(107.3, "one.");
        runTo(1_000);

        assertThat(frames).containsExactlyElementsOf(every20(108, 10));
        assertThat(scene.lines("first_audio")).containsExactly("0.108 first_audio ttfb=700000ns latency=700000ns");
        assertThat(scene.lines("reply_finished")).containsExactly("0.308 reply_finished position=0.200 heard='one.'");
    }

    @Test
    void shouldPutItOutAtOnceWhenItIsThereWithThePhase() {
        prompt();
        open();
        sayAt(107, "one.");
        runTo(1_000);

        assertThat(frames).containsExactlyElementsOf(every20(107, 10));
    }

    @Test
    void shouldFollowTheVoiceWhenItTakesItsTime() {
        scene.voice.firstAudioAfter = Duration.ofNanos(41_700_000);
        prompt();
        open();
        sayAt(100, "one.");
        runTo(1_000);

        assertThat(frames).containsExactlyElementsOf(every20(142, 10));
    }

    @Test
    void shouldMoveAgainWithEachReply() {
        prompt();
        open();
        sayAt(107, "one.");
        sayAt(500.5, "two.");
        sayAt(911, "three.");
        runTo(2_000);

        List<String> expected = new ArrayList<>(every20(107, 10));
        expected.addAll(every20(501, 10));
        expected.addAll(every20(911, 10));
        assertThat(frames).containsExactlyElementsOf(expected);
        assertThat(scene.history()).containsExactly("AGENT: one.", "AGENT: two.", "AGENT: three.");
    }

    @Test
    void shouldFollowWithoutAGapOrOverlapWhenAReplyIsQueued() {
        prompt();
        open();
        sayAt(107, "one.");
        sayAt(107, "two.");
        runTo(2_000);

        // The tick of 307 finds the end of the first and puts nothing out, so there can be another one at 307.
        List<String> expected = new ArrayList<>(every20(107, 10));
        expected.addAll(every20(307, 10));
        assertThat(frames).containsExactlyElementsOf(expected);
    }

    @Test
    void shouldNotOverlapWhatWasCutOffWhenTextInterrupts() {
        prompt();
        open();
        sayAt(107, "one two three.");
        scene.clock.schedule(
                Duration.ofMillis(215),
                () -> scene.session.say("four.", new SayOptions(SayOptions.When.INTERRUPT, true)));
        runTo(2_000);

        // The frame of 207 is played to 227.
        assertThat(frames.subList(0, 6)).containsExactlyElementsOf(every20(107, 6));
        assertThat(frames.subList(6, 16)).containsExactlyElementsOf(every20(227, 10));
    }

    @Test
    void shouldWaitForTheTickWhenTheCallerSpeaks() {
        scene.voice.firstAudioAfter = Duration.ofMillis(45);
        prompt();
        open();
        sayAt(100, "one.");
        scene.clock.schedule(Duration.ofMillis(120), scene.session::speechStarted);
        scene.clock.schedule(Duration.ofMillis(253), () -> scene.session.speechEnded(Duration.ZERO));
        runTo(2_000);

        assertThat(frames).hasSize(10).isEqualTo(every20(260, 10));
    }

    @Test
    void shouldKeepTheTickWhenNotAskedToBePrompt() {
        prompt().promptReplies = false;
        open();
        sayAt(107.3, "one.");
        runTo(1_000);

        assertThat(frames).containsExactlyElementsOf(every20(120, 10));
    }

    @Test
    void shouldBeginWithTheTurnsEndWhenTheReplyWasMadeAhead() {
        scene.promptReplies = true;
        scene.set("preemptive", "reply");
        scene.recognized().answering("one two.").open();
        scene.speech(0, 1_003).transcript(1_100, "hello");
        scene.runTo(3_000);

        assertThat(scene.lines("turn_ended").get(0)).startsWith("1.503 ");
        assertThat(scene.lines("first_audio").get(0)).startsWith("1.503 ");
        assertThat(scene.transport.frames().stream().map(Transport.Frame::position))
                .startsWith(1_503L * PER_MILLI, 1_523L * PER_MILLI);
    }

    @Test
    void shouldBePromptOnARealClockByDefault() throws Exception {
        Set<Long> places = new HashSet<>();
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build();
                DuplexSession session = engine.open(SessionOptions.builder()
                        .externalSpeech()
                        .synthesizer(new ToneVoice())
                        .build())) {
            short[] frame = new short[960];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            for (int i = 0; i < 40 && places.size() < 2; i++) {
                session.say("one.");
                assertThat(session.readAudio(frame, header, Duration.ofSeconds(30)))
                        .isPositive();
                places.add(header.timestamp() % 960);
                session.interrupt();
                // What was cut off dies away.
                while (session.readAudio(frame, header, Duration.ofMillis(50 + i)) > 0) {
                    // Only to make room.
                }
            }
        }
        assertThat(places).hasSize(2);
    }
}
