package dev.duplexvoice.examples.worker;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.registry.RedisAffinities;
import dev.duplexvoice.grpc.registry.RedisOptions;
import dev.duplexvoice.grpc.registry.RedisRegistryOptions;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.RedisWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.routing.GrpcWorkerHealth;
import dev.duplexvoice.grpc.routing.Route;
import dev.duplexvoice.grpc.routing.RouteRequest;
import dev.duplexvoice.grpc.routing.RoutedVoice;
import dev.duplexvoice.grpc.routing.Router;
import dev.duplexvoice.grpc.routing.WorkerChannels;
import dev.duplexvoice.grpc.routing.WorkerHealth;
import dev.duplexvoice.grpc.support.LiveSession;
import dev.duplexvoice.grpc.support.NumberVoice;
import dev.duplexvoice.grpc.support.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet as it is run: three processes of {@code voice worker}, found through a real Redis, and twenty live sessions that speak with
 * them. Whatever is done to workers and to Redis, each session hears every word once.
 *
 * <p>On a machine that does much else a worker may be slow to answer, which must not count as lost here. So all waiting is ten times as
 * long as it is by default, unless {@code -Dvoice.quiet=true} says that what is printed is to be measured.
 */
@Timeout(300)
class FleetTest {
    private static final int SESSIONS = 20;
    private static final int WORDS = 60;
    private static final String TEXT = NumberVoice.count(WORDS);
    private static final int PATIENCE = Boolean.getBoolean("voice.quiet") ? 1 : 10;
    /** Quick enough to see an entry expire. */
    private static final String HEARTBEATS = """
              heartbeat: 500ms
              timeToLive: 8s
            drain: 60s
            """;

    private static final Pattern BEAT = Pattern.compile("\"last_heartbeat_ts\":(\\d+)");

    @TempDir
    private Path folder;

    private final List<WorkerCommandProcess> workers = new ArrayList<>();
    private final List<LiveSession> sessions = new ArrayList<>();
    private RedisServer redis;
    private RedisStore store;
    private RedisWorkerRegistry registry;
    private WorkerChannels channels;
    private GrpcWorkerHealth health;
    private Router router;
    private RoutedVoice voice;
    private VoiceEngine engine;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        for (int i = 1; i <= 3; i++) {
            startWorker("w" + i);
        }
        store = RedisStore.connect(RedisOptions.of(redis.uri()));
        registry = new RedisWorkerRegistry(
                store,
                RedisRegistryOptions.DEFAULT
                        .withInterval(Duration.ofMillis(100))
                        .withGrace(Duration.ofSeconds(5)));
        channels = new WorkerChannels(registry, null);
        health = new GrpcWorkerHealth(registry, channels::of, Duration.ofMillis(500), Duration.ofSeconds(PATIENCE));
        router = Router.builder(registry)
                .affinities(new RedisAffinities(store))
                .health(health)
                .build();
        voice = RoutedVoice.builder(router)
                .model("numbers")
                .workers(remote -> remote.stallTimeout(Duration.ofSeconds(2 * PATIENCE)))
                .build();
        engine = VoiceEngine.builder()
                .providers(List.of(new NumberVoice(NumberVoice.Words.AHEAD)))
                .build();
        eventually(
                "all are found and well",
                () -> registry.workers().size() == 3
                        && registry.workers().stream().allMatch(this::isWell));
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(new LiveSession(engine, voice.forSession(id(i))));
        }
    }

    private void startWorker(String name) throws IOException {
        workers.add(WorkerCommandProcess.start(folder, name, redis.uri(), HEARTBEATS));
    }

    private static String id(int session) {
        return "s" + session;
    }

    private boolean isWell(WorkerInfo worker) {
        return health.state(worker) == WorkerHealth.State.SERVING;
    }

    @AfterEach
    void stop() {
        sessions.forEach(LiveSession::close);
        engine.close();
        voice.close();
        health.close();
        channels.close();
        registry.close();
        store.close();
        workers.forEach(WorkerCommandProcess::close);
        redis.close();
    }

    private void listenUntil(String what, BooleanSupplier so) {
        eventually(what, () -> {
            sessions.forEach(LiveSession::listen);
            return so.getAsBoolean();
        });
    }

    private void speakToMidSentence() {
        sessions.forEach(session -> session.say(TEXT));
        listenUntil(
                "all are in mid-sentence",
                () -> sessions.stream().allMatch(session -> {
                    assertThat(session.failures()).isEmpty();
                    return session.heard().size() > 8;
                }));
    }

    private void listenToTheEnd() {
        listenUntil(
                "all have finished",
                () -> sessions.stream().noneMatch(session -> session.finished().isEmpty()));
    }

    private void assertEverybodyHeardEverything() {
        for (LiveSession session : sessions) {
            assertThat(session.failures()).isEmpty();
            assertThat(session.heard()).isEqualTo(NumberVoice.all(WORDS));
            assertThat(session.finished())
                    .singleElement()
                    .satisfies(reply -> assertThat(reply.heard()).isEqualTo(TEXT));
        }
    }

    /** Those that a worker speaks for. */
    private List<LiveSession> sessionsOf(WorkerCommandProcess worker) {
        List<LiveSession> found = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            try (Route route = router.route(RouteRequest.of(id(i)))) {
                if (route.worker().name().equals(worker.name)) {
                    found.add(sessions.get(i));
                }
            }
        }
        assertThat(found).isNotEmpty().hasSizeLessThan(SESSIONS);
        return found;
    }

    private static void report(String what, List<LiveSession> hit) {
        long[] millis = hit.stream()
                .mapToLong(session -> session.longestGapNanos() / 1_000_000)
                .sorted()
                .toArray();
        System.out.printf(
                Locale.ROOT,
                "fleet, %s: %d of %d sessions on it, longest pause heard p50 %d ms, p95 %d ms, max %d ms%n",
                what,
                millis.length,
                SESSIONS,
                millis[(millis.length - 1) / 2],
                millis[(int) Math.ceil(0.95 * millis.length) - 1],
                millis[millis.length - 1]);
    }

    private boolean isRegistered(String name) {
        return ":1\r\n".equals(redis.command("EXISTS", "worker:" + name));
    }

    private long beat(String name) {
        Matcher matcher = BEAT.matcher(String.valueOf(redis.command("GET", "worker:" + name)));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    @Test
    void shouldRegisterBeatAndExpire() throws Exception {
        for (WorkerCommandProcess worker : workers) {
            assertThat(redis.command("GET", "worker:" + worker.name))
                    .contains(
                            "\"name\":\"" + worker.name + "\"",
                            "\"addr\":\"grpc://127.0.0.1:",
                            "\"streaming\":true",
                            "\"languages\":[\"en-US\"]",
                            "\"max_concurrent_sessions\":100",
                            "\"resident_models\":[\"numbers\"]",
                            "\"rtf\":",
                            "\"queue_depth\":");
            assertThat(redis.command("TTL", "worker:" + worker.name)).matches(":[1-8]\r\n");
        }
        long before = beat("w1");
        eventually("the time is that of the last heartbeat", () -> beat("w1") > before);

        workers.get(0).signal("KILL");
        eventually("it has expired", () -> !isRegistered("w1"));
        eventually("it is no worker any more", () -> registry.workers().size() == 2);
        workers.get(1).signal("TERM");
        assertThat(workers.get(1).exitCode()).isZero();
        assertThat(isRegistered("w2")).as("took its entry away before it ended").isFalse();
        assertThat(isRegistered("w3")).isTrue();
    }

    @Test
    void shouldSpeakOnElsewhereWhenAWorkerIsKilled() throws Exception {
        speakToMidSentence();
        List<LiveSession> hit = sessionsOf(workers.get(0));
        workers.get(0).signal("KILL");
        listenToTheEnd();

        assertEverybodyHeardEverything();
        report("kill -9", hit);
    }

    @Test
    void shouldSpeakOnElsewhereWhenAWorkerHangsAndUseItAgainWhenItGoesOn() throws Exception {
        speakToMidSentence();
        List<LiveSession> hit = sessionsOf(workers.get(0));
        WorkerInfo hanging = registry.workers().get(0);
        workers.get(0).signal("STOP");
        long stopped = System.nanoTime();
        // By its health, or because its entry has expired.
        listenUntil("it is found out", () -> health.state(hanging) != WorkerHealth.State.SERVING);
        System.out.printf("fleet, SIGSTOP: found out after %d ms%n", (System.nanoTime() - stopped) / 1_000_000);
        listenToTheEnd();

        assertEverybodyHeardEverything();
        report("SIGSTOP", hit);
        workers.get(0).signal("CONT");
        eventually(
                "it is back",
                () -> registry.workers().size() == 3
                        && registry.workers().stream().allMatch(this::isWell));
    }

    @Test
    void shouldLoseNothingWhenAWorkerIsTerminated() throws Exception {
        speakToMidSentence();
        List<LiveSession> hit = sessionsOf(workers.get(0));
        workers.get(0).signal("TERM");
        listenUntil("it gets nobody new", () -> registry.workers().size() == 2);
        assertThat(workers.get(0).isAlive()).as("it still speaks").isTrue();
        listenToTheEnd();

        assertEverybodyHeardEverything();
        report("SIGTERM", hit);
        assertThat(workers.get(0).exitCode()).isZero();
        assertThat(workers.get(0).log()).contains("completed=\"true\"").doesNotContain("A request was refused");

        // Their next text is spoken by others.
        sessions.forEach(session -> session.say(TEXT));
        listenToTheEnd();
        assertEverybodyHeardEverything();
    }

    @Test
    void shouldNotNoticeThatRedisIsStartedAnew() throws Exception {
        speakToMidSentence();
        redis.restart();
        listenToTheEnd();
        assertEverybodyHeardEverything();
        assertThat(registry.workers()).hasSize(3);

        eventually("all have registered again", () -> workers.stream().allMatch(worker -> isRegistered(worker.name)));
        sessions.forEach(session -> session.say(TEXT));
        redis.kill();
        listenToTheEnd();
        assertEverybodyHeardEverything();
        redis.begin();
        eventually("all have registered again", () -> workers.stream().allMatch(worker -> isRegistered(worker.name)));
    }

    @Test
    void shouldFailOnceWhenAllAreKilledAndSpeakWhenOneRegisters() throws Exception {
        speakToMidSentence();
        for (WorkerCommandProcess worker : workers) {
            worker.signal("KILL");
        }
        listenToTheEnd();
        for (LiveSession session : sessions) {
            assertThat(session.failures()).singleElement().asString().contains("SYNTHESIS", "is not spoken");
            assertThat(session.heard()).hasSizeLessThan(WORDS);
            assertThat(TEXT).startsWith(session.finished().get(0).heard());
            assertThat(session.session().state()).isNotEqualTo(SessionState.TERMINATED);
        }

        startWorker("w4");
        eventually(
                "it is found and well",
                () -> registry.workers().stream()
                        .anyMatch(worker -> worker.name().equals("w4") && isWell(worker)));
        sessions.forEach(session -> session.say(TEXT));
        listenToTheEnd();
        assertEverybodyHeardEverything();
    }
}
