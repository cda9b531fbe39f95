package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.support.LoudnessDetector;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Sessions among many: how they are spread, which are taken, and how they are ended together. */
class ManySessionsTest {
    private static final String FULL =
            "maxSessions=2, sessions=2: the engine is full; close sessions, or build it with more maxSessions";
    private static final String DRAINS = "the engine drains, no session is opened any more: use another engine";

    private final VirtualClock clock = new VirtualClock();
    private final LoudnessDetector detector = new LoudnessDetector();
    private final ToneVoice voice = new ToneVoice(clock);
    private final short[] frame = new short[960];
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private final Map<DuplexSession, Set<Long>> places = new HashMap<>();

    private VoiceEngine.Builder builder() {
        return VoiceEngine.builder().clock(clock).detector(detector).providers(List.of());
    }

    private SessionOptions.Builder options() {
        return SessionOptions.builder().synthesizer(voice);
    }

    private List<DuplexSession> open(VoiceEngine engine, int count) {
        List<DuplexSession> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(engine.open(options().build()));
        }
        return sessions;
    }

    /** Time in milliseconds → windows judged then. */
    private TreeMap<Long, Integer> judged(VoiceEngine engine, List<DuplexSession> sessions, int millis) {
        short[] window = new short[LoudnessDetector.WINDOW];
        sessions.forEach(session -> session.offerAudio(window));
        TreeMap<Long, Integer> runs = new TreeMap<>();
        for (int i = 0; i < millis; i++) {
            long before = windows();
            long calls = calls();
            clock.advance(Duration.ofMillis(1));
            if (windows() > before) {
                runs.put(clock.nanoTime() / 1_000_000, (int) (windows() - before));
                assertThat(calls()).as("a call for each batch").isLessThanOrEqualTo(calls + detector.batches.size());
            }
        }
        return runs;
    }

    private long windows() {
        return detector.batches.stream()
                .flatMap(batch -> batch.sizesOfRuns.stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    private long calls() {
        return detector.batches.stream()
                .mapToInt(batch -> batch.sizesOfRuns.size())
                .sum();
    }

    @Test
    void shouldSpreadSessionsOverTheTickWhenTheyOpenTogether() {
        VoiceEngine engine = builder().build();
        List<DuplexSession> sessions = open(engine, 1_000);
        clock.advance(Duration.ofMillis(40));

        TreeMap<Long, Integer> runs = judged(engine, sessions, 20);
        assertThat(runs).hasSize(20);
        assertThat(runs.values()).allMatch(windows -> windows >= 50 - 8 && windows <= 50 + 8);
        assertThat(runs.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_000);
        assertThat(detector.batches).hasSize(5);
        assertThat(engine.loops().get(0).lateness().max()).isZero();
    }

    @Test
    void shouldStayEvenWhenSessionsComeAndGo() {
        VoiceEngine engine = builder().build();
        List<DuplexSession> sessions = open(engine, 400);
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 100; i++) {
                sessions.remove((i * 37 + round * 11) % sessions.size()).close();
            }
            clock.advance(Duration.ofNanos(7_300_000));
            sessions.addAll(open(engine, 100));
        }
        clock.advance(Duration.ofMillis(40));

        assertThat(engine.sessions()).isEqualTo(400);
        TreeMap<Long, Integer> runs = judged(engine, sessions, 20);
        assertThat(runs.values()).allMatch(windows -> windows <= 20 + 8);
        assertThat(detector.batches.stream()
                        .mapToInt(LoudnessDetector.Batch::inUse)
                        .sum())
                .isEqualTo(400);
        assertThat(detector.batches).hasSize(3);
    }

    /** Each session speaks 20 times, at these times of a second. Then, by place in the 20 ms, the windows judged. */
    private TreeMap<Long, Integer> spreadAfterReplies(LongSupplier when) {
        VoiceEngine engine = builder().promptReplies(true).build();
        List<DuplexSession> sessions = open(engine, 1_000);
        clock.advance(Duration.ofMillis(40));
        for (int round = 0; round < 20; round++) {
            sessions.forEach(session -> clock.schedule(Duration.ofNanos(when.getAsLong()), () -> session.say("one.")));
            for (int i = 0; i < 65; i++) {
                clock.advance(Duration.ofMillis(20));
                sessions.forEach(this::take);
            }
        }
        TreeMap<Long, Integer> runs = judged(engine, sessions, 20);
        assertThat(runs.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_000);
        assertThat(engine.loops().get(0).lateness().max()).isZero();
        return runs;
    }

    private void take(DuplexSession session) {
        while (session.pollAudio(frame, header) > 0) {
            places.computeIfAbsent(session, key -> new HashSet<>()).add(header.timestamp() % frame.length);
        }
    }

    @Test
    void shouldStaySpreadWhenRepliesBeginAtAnyTime() {
        Random random = new Random(1);
        TreeMap<Long, Integer> runs = spreadAfterReplies(() -> random.nextInt(1_000_000_000));

        assertThat(runs.values()).allMatch(windows -> windows <= 50 + 8);
        assertThat(places.values().stream().mapToInt(Set::size).average().orElseThrow())
                .isGreaterThan(8);
    }

    @Test
    void shouldStaySpreadWhenAllRepliesBeginTogether() {
        TreeMap<Long, Integer> runs = spreadAfterReplies(() -> 6_300_000);

        assertThat(runs.values()).allMatch(windows -> windows <= 50 + 8);
    }

    @Test
    void shouldTickFromItsOpeningWhenThePhaseHasRoom() {
        VoiceEngine engine = builder().build();
        Scene first = new Scene(clock).openOn(engine);
        clock.advance(Duration.ofMillis(107));
        Scene second = new Scene(clock).openOn(engine);
        first.session.say("one.");
        second.session.say("one.");
        clock.advance(Duration.ofMillis(200));

        assertThat(first.lines("first_audio").get(0)).startsWith("0.120 ");
        assertThat(second.lines("first_audio").get(0)).startsWith("0.020 ");
    }

    @Test
    void shouldHoldAFullConversationWhenItsTicksAreShifted() {
        VoiceEngine engine = builder().build();
        List<Scene> scenes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Scene scene = new Scene(clock).answering("one two three.");
            scenes.add(scene.openOn(engine).speech(0, 1_000));
        }
        clock.advance(Duration.ofSeconds(5));

        assertThat(scenes.get(0).lines("first_audio").get(0)).startsWith("1.520 ");
        assertThat(scenes.get(39).lines("first_audio").get(0)).startsWith("1.504 ");
        assertThat(scenes.get(39).transport.frames().get(0).position()).isEqualTo(1_504 * 48);
        assertThat(scenes).allSatisfy(scene -> {
            assertThat(scene.transport.spoken().length).isEqualTo(3 * 9_600);
            assertThat(scene.lines("turn_ended").get(0)).startsWith("1.500 ");
        });
    }

    @Test
    void shouldUseTheLoopWithTheFewestSessions() {
        VoiceEngine engine = builder().loops(3).build();
        List<DuplexSession> sessions = open(engine, 9);
        // Those of the first loop.
        List.of(0, 3, 6).forEach(i -> sessions.get(i).close());
        clock.advance(Duration.ZERO);
        assertThat(counts(engine)).containsExactly(0, 3, 3);

        open(engine, 5);
        assertThat(counts(engine)).containsExactly(4, 4, 3);
    }

    private static List<Integer> counts(VoiceEngine engine) {
        return engine.loops().stream().map(LoopStats::sessions).toList();
    }

    @Test
    void shouldRefuseWhenTheEngineIsFull() {
        VoiceEngine engine = builder().maxSessions(2).build();
        List<DuplexSession> sessions = open(engine, 2);

        assertThatThrownBy(() -> open(engine, 1))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.OVERLOADED))
                .hasMessage(FULL);
        sessions.get(0).close();
        clock.advance(Duration.ZERO);
        open(engine, 1);
        assertThatThrownBy(() -> open(engine, 1)).hasMessage(FULL);
        assertThat(engine.sessions()).isEqualTo(2);
    }

    @Test
    void shouldGiveThePlaceBackWhenASessionCannotBeOpened() {
        VoiceEngine engine = builder().maxSessions(2).build();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() ->
                            engine.open(options().output(new AudioFormat(8_000)).build()))
                    .hasMessageStartingWith("no resampler from 48000 to 8000 Hz");
        }
        assertThat(engine.sessions()).isZero();
        assertThat(open(engine, 2).get(0).id()).isEqualTo("s6");
    }

    @Test
    void shouldRefuseLimitsOutOfRange() {
        assertThatThrownBy(() -> builder().maxSessions(0)).hasMessage("maxSessions=0: must be at least 1");
        for (double load : new double[] {0, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> builder().maxLoad(load))
                    .hasMessage("maxLoad=" + load + ": must be more than 0 and at most 1");
        }
        VoiceEngine engine = builder().build();
        assertThatThrownBy(() -> engine.drain(Duration.ofMillis(-1))).hasMessage("deadline=-1ms: must not be negative");
    }

    @Test
    void shouldEndTheRestAtTheDeadlineWhenItDrains() {
        VoiceEngine engine = builder().loops(2).build();
        Scene speaks = new Scene(clock).answering("one two three.").openOn(engine);
        Scene stays = new Scene(clock).openOn(engine);
        Scene leaves = new Scene(clock).openOn(engine);
        speaks.speech(0, 1_000);
        leaves.at(1_200, leaves.session::close);
        clock.advance(Duration.ofMillis(1_100));
        CompletionStage<Void> drained = engine.drain(Duration.ofMillis(700));

        assertThatThrownBy(() -> engine.open(options().build()))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.DRAINING))
                .hasMessage(DRAINS);
        clock.advance(Duration.ofMillis(699));
        assertThat(drained.toCompletableFuture()).isNotDone();
        assertThat(engine.sessions()).isEqualTo(2);
        clock.advance(Duration.ofMillis(1));

        assertThat(drained.toCompletableFuture()).isCompleted();
        assertThat(engine.sessions()).isZero();
        assertThat(leaves.lines("closed")).containsExactly("1.200 closed closed");
        assertThat(stays.lines("closed")).containsExactly("1.800 closed drained");
        assertThat(speaks.lines("reply_finished", "closed"))
                .containsExactly("1.800 reply_finished position=0.280 interrupted heard='one'", "1.800 closed drained");
        assertThat(voice.closed).hasValue(voice.opened.get());
        engine.close();
        assertThat(detector.batches).allSatisfy(batch -> {
            assertThat(batch.inUse()).isZero();
            assertThat(batch.closed).isTrue();
        });
    }

    @Test
    void shouldBeDrainedWhenTheLastSessionCloses() {
        VoiceEngine engine = builder().build();
        DuplexSession session = engine.open(options().build());
        CompletionStage<Void> drained = engine.drain(Duration.ofHours(20_000_000));
        CompletionStage<Void> again = engine.drain(Duration.ofHours(1));
        session.close();
        clock.advance(Duration.ZERO);

        assertThat(drained.toCompletableFuture()).isCompleted();
        assertThat(again.toCompletableFuture()).isCompleted();
    }

    @Test
    void shouldBeDrainedAtOnceWhenThereAreNoSessions() {
        VoiceEngine engine = builder().build();

        assertThat(engine.drain(Duration.ofSeconds(1)).toCompletableFuture()).isCompleted();
        engine.close();
        assertThatThrownBy(() -> engine.drain(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldCompleteTheDrainWhenTheEngineIsClosedMeanwhile() {
        VoiceEngine engine = builder().build();
        Scene scene = new Scene(clock).openOn(engine);
        CompletionStage<Void> drained = engine.drain(Duration.ofSeconds(10));
        engine.close();

        assertThat(drained.toCompletableFuture()).isCompleted();
        assertThat(scene.lines("closed")).containsExactly("0.000 closed engine_closed");
    }

    @Test
    void shouldEndOnlyThoseOfItsBatchWhenTheDetectorThrows() {
        VoiceEngine engine = builder().build();
        List<DuplexSession> sessions = open(engine, 40);
        clock.advance(Duration.ofMillis(10));
        short[] window = new short[LoudnessDetector.WINDOW];
        sessions.forEach(session -> session.offerAudio(window));
        detector.failure = new IllegalStateException("broken");
        clock.advance(Duration.ofMillis(10));
        detector.failure = null;
        clock.advance(Duration.ofMillis(100));

        SessionState[] states = sessions.stream().map(DuplexSession::state).toArray(SessionState[]::new);
        assertThat(Arrays.stream(states).filter(SessionState.TERMINATED::equals))
                .hasSize(8);
        assertThat(Arrays.stream(states).skip(8)).containsOnly(SessionState.LISTENING);
        assertThat(engine.sessions()).isEqualTo(32);
    }
}
