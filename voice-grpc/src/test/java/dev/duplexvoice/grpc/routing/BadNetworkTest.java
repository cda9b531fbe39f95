package dev.duplexvoice.grpc.routing;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.support.LiveSession;
import dev.duplexvoice.grpc.support.NumberVoice;
import dev.duplexvoice.grpc.support.TcpProxy;
import dev.duplexvoice.grpc.support.TcpProxy.Way;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.tts.SpeechSynthesizerContract.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers behind a network that delays, cuts and loses. */
@Timeout(120)
class BadNetworkTest {
    private static final int SESSIONS = 20;
    private static final int WORDS = 60;
    private static final String TEXT = NumberVoice.count(WORDS);

    private final VoiceEngine engine = VoiceEngine.builder()
            .providers(List.of(new NumberVoice(NumberVoice.Words.AHEAD)))
            .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
            .build();
    private final SpeechWorker far = worker();
    private final SpeechWorker near = worker();
    private final TcpProxy proxy = new TcpProxy(far.port());
    private final WorkerInfo behindProxy =
            StaticWorkerRegistry.at(proxy.address()).workers().get(0);
    private final WorkerInfo direct =
            StaticWorkerRegistry.at("grpc://127.0.0.1:" + near.port()).workers().get(0);
    private final StaticWorkerRegistry registry = StaticWorkerRegistry.of(List.of(behindProxy));
    private final WorkerChannels channels = new WorkerChannels(registry, null);
    private final GrpcWorkerHealth health = new GrpcWorkerHealth(registry, channels::of);
    private final Router router = Router.builder(registry).health(health).build();
    private final RoutedVoice voice = RoutedVoice.builder(router).build();

    private SpeechWorker worker() {
        return SpeechWorker.builder(engine).port(0).start();
    }

    @AfterEach
    void close() {
        voice.close();
        eventually("places are given back", () -> router.status().stream().allMatch(worker -> worker.inFlight() == 0));
        health.close();
        channels.close();
        proxy.close();
        far.close();
        near.close();
        engine.close();
    }

    private void awaitWell(WorkerInfo worker) {
        eventually("it is well", () -> health.state(worker) == WorkerHealth.State.SERVING);
    }

    /** The first samples, of the worker behind the proxy; afterwards there is another one. */
    private short[] begin(Reader reader) throws InterruptedException {
        short[] audio = new short[0];
        while (audio.length < 5_000) {
            audio = plus(audio, reader.read(960));
        }
        assertThat(far.stats().syntheses()).isEqualTo(1);
        registry.replace(List.of(behindProxy, direct));
        awaitWell(direct);
        return audio;
    }

    private static short[] plus(short[] one, short[] other) {
        short[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static void assertAllWords(short[] audio, int words) {
        assertThat(NumberVoice.heard(audio)).isEqualTo(NumberVoice.all(words));
    }

    private WorkerStatus status(WorkerInfo worker) {
        return router.status().stream()
                .filter(status -> status.worker().name().equals(worker.name()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldSpeakThroughASlowNetworkWithoutGivingTheWorkerUp() throws InterruptedException {
        registry.replace(List.of(behindProxy, direct));
        awaitWell(behindProxy);
        proxy.delayMillis(20);
        List<short[]> heard = new ArrayList<>();
        // Both workers are taken, by turns.
        for (int i = 0; i < 2; i++) {
            try (Reader reader = new Reader(voice.forSession("s" + i), NumberVoice.count(12))) {
                heard.add(reader.all(960));
            }
        }

        assertThat(heard).allSatisfy(audio -> assertAllWords(audio, 12));
        assertThat(far.stats().rtf()).as("it spoke").isPositive();
        assertThat(status(behindProxy).failures()).isZero();
    }

    @Test
    void shouldGoOnElsewhereWhenTheConnectionIsCut() throws InterruptedException {
        awaitWell(behindProxy);
        try (Reader reader = new Reader(voice, TEXT)) {
            short[] audio = begin(reader);
            proxy.refuse(true);
            proxy.cut();

            assertAllWords(plus(audio, reader.all(960)), WORDS);
        }
        assertThat(near.stats().sessions()).isPositive();
        eventually("the lost one stops", () -> far.stats().syntheses() == 0);
        eventually("it is not well", () -> health.state(behindProxy) == WorkerHealth.State.UNREACHABLE);

        proxy.refuse(false);
        awaitWell(behindProxy);
        registry.replace(List.of(behindProxy));
        try (Reader reader = new Reader(voice, TEXT)) {
            assertAllWords(reader.all(960), WORDS);
        }
    }

    @Test
    void shouldAskTheOnlyWorkerAgainOverANewConnection() throws InterruptedException {
        awaitWell(behindProxy);
        try (Reader reader = new Reader(voice, TEXT)) {
            short[] audio = reader.read(5_000);
            int before = proxy.connections();
            proxy.cut();

            assertAllWords(plus(audio, reader.all(960)), WORDS);
            assertThat(proxy.connections()).isGreaterThan(before);
        }
    }

    @Test
    void shouldSpeakOnInEverySessionWhenTheConnectionToTheOnlyWorkerIsCut() {
        awaitWell(behindProxy);
        List<LiveSession> sessions = new ArrayList<>();
        // Health checks have a connection of their own, which is cut too.
        Router unchecked = Router.builder(registry).build();
        try (RoutedVoice all = RoutedVoice.builder(unchecked).build()) {
            for (int i = 0; i < SESSIONS; i++) {
                sessions.add(new LiveSession(engine, all.forSession("s" + i)));
            }
            sessions.forEach(session -> session.say(TEXT));
            eventually("all are in mid-sentence", () -> {
                sessions.forEach(LiveSession::listen);
                return sessions.stream().allMatch(session -> session.heard().size() > 8);
            });
            proxy.cut();
            eventually("all have finished", () -> {
                sessions.forEach(LiveSession::listen);
                return sessions.stream().noneMatch(session -> session.finished().isEmpty());
            });

            assertThat(sessions).allSatisfy(session -> {
                assertThat(session.failures()).isEmpty();
                assertThat(session.heard()).isEqualTo(NumberVoice.all(WORDS));
            });
            assertThat(unchecked.status().get(0).breaker()).isEqualTo(BreakerPhase.CLOSED);
        } finally {
            sessions.forEach(LiveSession::close);
        }
    }

    @ParameterizedTest
    @CsvSource({"LOST, LOST", "LOST, OPEN", "OPEN, LOST"})
    void shouldGoOnElsewhereWhenTheConnectionStandsAndNothingComesThrough(Way up, Way down)
            throws InterruptedException {
        awaitWell(behindProxy);
        try (Reader reader = new Reader(voice, TEXT)) {
            short[] audio = begin(reader);
            proxy.ways(up, down);

            assertAllWords(plus(audio, reader.all(960)), WORDS);
        }
        eventually("it is not well", () -> health.state(behindProxy) == WorkerHealth.State.UNREACHABLE);
        assertThat(status(behindProxy).failures()).isPositive();
        assertThat(near.stats().sessions()).isPositive();

        // The way is free again; what was lost has ended the old connections meanwhile, as keepalive does in time.
        proxy.ways(Way.OPEN, Way.OPEN);
        proxy.cut();
        awaitWell(behindProxy);
        eventually("the lost call has ended", () -> far.stats().syntheses() == 0);
    }

    @ParameterizedTest
    @CsvSource({"LOST, LOST", "OPEN, LOST"})
    void shouldFindAWorkerWellAgainThoughNobodyEndsTheConnectionThatIsSilent(Way up, Way down) {
        awaitWell(behindProxy);
        proxy.ways(up, down);
        eventually("it is not well", () -> health.state(behindProxy) == WorkerHealth.State.UNREACHABLE);

        // What was lost of the old connection stays lost.
        proxy.ways(Way.OPEN, Way.OPEN);

        awaitWell(behindProxy);
    }

    @Test
    void shouldBeginElsewhereWhenTheWayToAKnownWorkerIsLost() throws InterruptedException {
        awaitWell(behindProxy);
        try (Reader reader = new Reader(voice.forSession("s"), "1, 2.")) {
            reader.all(960);
        }
        registry.replace(List.of(behindProxy, direct));
        awaitWell(direct);
        proxy.ways(Way.LOST, Way.LOST);

        // The session is known to be there, and health checks may not have noticed yet.
        try (Reader reader = new Reader(voice.forSession("s"), TEXT)) {
            assertAllWords(reader.all(960), WORDS);
        }
        assertThat(near.stats().sessions()).isPositive();
    }

    @Test
    void shouldFailOnceWhenTheOnlyWorkerIsSilentAndSpeakWhenTheWayIsFree() throws InterruptedException {
        awaitWell(behindProxy);
        try (Reader reader = new Reader(voice, TEXT)) {
            reader.read(5_000);
            proxy.ways(Way.LOST, Way.LOST);

            assertThatThrownBy(() -> reader.all(960))
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.SYNTHESIS))
                    .hasMessageContaining("is not spoken");
        }
        proxy.ways(Way.OPEN, Way.OPEN);
        proxy.cut();
        awaitWell(behindProxy);
        try (Reader reader = new Reader(voice, TEXT)) {
            assertAllWords(reader.all(960), WORDS);
        }
    }

    @Test
    void shouldSpeakTheNextTextOverANewConnectionWithOneWorkerAndNoRouter() throws InterruptedException {
        try (RemoteSynthesizer remote =
                RemoteSynthesizer.builder("127.0.0.1:" + proxy.port()).build()) {
            for (int i = 0; i < 3; i++) {
                try (Reader reader = new Reader(remote, NumberVoice.count(12))) {
                    assertAllWords(reader.all(960), 12);
                }
                proxy.cut();
                eventually(
                        "its sessions have ended or are unused",
                        () -> far.stats().syntheses() == 0);
            }
        }
    }
}
