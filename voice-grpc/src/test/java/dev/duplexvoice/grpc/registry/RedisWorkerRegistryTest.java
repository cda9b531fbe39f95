package dev.duplexvoice.grpc.registry;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.grpc.support.LogLines;
import dev.duplexvoice.grpc.support.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisWorkerRegistryTest {
    private static final RedisRegistryOptions FAST =
            RedisRegistryOptions.DEFAULT.withInterval(Duration.ofMillis(50)).withGrace(Duration.ZERO);
    private static final HeartbeatOptions BEATS = new HeartbeatOptions(Duration.ofMillis(100), Duration.ofSeconds(2));

    private final List<AutoCloseable> open = new ArrayList<>();
    private RedisServer redis;

    @BeforeEach
    void start() {
        redis = opened(RedisServer.start());
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    private RedisStore store() {
        return opened(RedisStore.connect(
                RedisOptions.of(redis.uri()).withTimeouts(Duration.ofMillis(500), Duration.ofMillis(300))));
    }

    private RedisWorkerRegistry registry(RedisRegistryOptions options) throws InterruptedException {
        RedisWorkerRegistry registry = opened(new RedisWorkerRegistry(store(), options));
        assertThat(registry.awaitFirstLook(Duration.ofSeconds(30))).isTrue();
        return registry;
    }

    private static WorkerInfo worker(String name, int port) {
        return new WorkerInfo(
                name,
                new WorkerAddress("127.0.0.1", port),
                new WorkerCapabilities(EnumSet.of(Capability.STREAMING), Set.of("en"), 4),
                Set.of("rms"),
                new WorkerMetrics(0.25, 1),
                null);
    }

    private static String entry(String name, String addr) {
        return "{\"name\":\"" + name + "\",\"addr\":\"" + addr
                + "\",\"capabilities\":{\"streaming\":true,\"languages\":[\"en\"]},"
                + "\"resident_models\":[],\"metrics\":{},\"last_heartbeat_ts\":1}";
    }

    private static List<String> names(WorkerRegistry registry) {
        return registry.workers().stream().map(WorkerInfo::name).toList();
    }

    @Test
    void shouldShowAWorkerThatRegisters() throws Exception {
        RedisWorkerRegistry registry = registry(FAST);
        assertThat(registry.workers()).isEmpty();

        opened(RedisRegistration.register(store(), () -> worker("tts-a@0", 7001), BEATS));

        eventually("the worker is known", () -> names(registry).equals(List.of("tts-a@0")));
        WorkerInfo seen = registry.workers().get(0);
        assertThat(seen.withHeartbeatAge(null)).isEqualTo(worker("tts-a@0", 7001));
        assertThat(seen.heartbeatAge()).isNotNull();
        assertThat(redis.command("TTL", "worker:tts-a@0")).isIn(":1\r\n", ":2\r\n");
    }

    @Test
    void shouldWriteTheEntryAnewWithEachHeartbeat() throws Exception {
        RedisWorkerRegistry registry = registry(FAST);
        AtomicInteger asked = new AtomicInteger();
        opened(RedisRegistration.register(
                store(),
                () -> new WorkerInfo(
                        "a",
                        new WorkerAddress("127.0.0.1", 7001),
                        WorkerCapabilities.ANY,
                        Set.of(),
                        new WorkerMetrics(1, asked.incrementAndGet()),
                        null),
                BEATS));

        eventually(
                "the metrics move on",
                () -> !registry.workers().isEmpty()
                        && registry.workers().get(0).metrics().queueDepth() > 5);
    }

    @Test
    void shouldWriteTheTimeOfTheHeartbeat() {
        RedisStore store = store();
        AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_700_000_000));
        opened(RedisRegistration.register(store, () -> worker("a", 7001), BEATS, now::get));
        eventually("registered", () -> redis.command("GET", "worker:a").contains("\"last_heartbeat_ts\":1700000000}"));
        now.set(Instant.ofEpochSecond(1_700_000_010));
        eventually("refreshed", () -> redis.command("GET", "worker:a").contains("\"last_heartbeat_ts\":1700000010}"));
    }

    @Test
    void shouldDropAWorkerWhoseEntryExpires() throws Exception {
        RedisWorkerRegistry registry = registry(FAST);
        redis.command("SET", "worker:a", entry("a", "grpc://127.0.0.1:7001"), "PX", "1500");
        redis.command("SET", "worker:b", entry("b", "grpc://127.0.0.1:7002"));
        eventually("both are known", () -> names(registry).equals(List.of("a", "b")));

        eventually("one has expired", () -> names(registry).equals(List.of("b")));
    }

    @Test
    void shouldDropAWorkerAtOnceWhenItCloses() throws Exception {
        RedisWorkerRegistry registry = registry(FAST);
        RedisRegistration registration = RedisRegistration.register(
                store(), () -> worker("a", 7001), new HeartbeatOptions(Duration.ofSeconds(10), Duration.ofSeconds(30)));
        eventually("known", () -> names(registry).equals(List.of("a")));

        registration.close();

        assertThat(redis.command("EXISTS", "worker:a")).isEqualTo(":0\r\n");
        eventually("gone", () -> names(registry).isEmpty());
    }

    @Test
    void shouldNotDeleteTheEntryOfAnotherOfTheSameName() {
        try (LogLines log = LogLines.of(Level.WARN)) {
            HeartbeatOptions slow = new HeartbeatOptions(Duration.ofSeconds(20), Duration.ofSeconds(30));
            RedisRegistration first = RedisRegistration.register(store(), () -> worker("a", 7001), slow);
            eventually("registered", () -> redis.command("GET", "worker:a").contains(":7001"));
            opened(RedisRegistration.register(store(), () -> worker("a", 7002), slow));
            eventually("registered", () -> redis.command("GET", "worker:a").contains(":7002"));

            first.close();

            assertThat(redis.command("GET", "worker:a")).contains(":7002");
            eventually(
                    "told",
                    () -> log.with("another worker was registered under this name")
                                    .size()
                            == 1);
            assertThat(log.with("under this name").get(0)).contains("127.0.0.1:7001");
        }
    }

    @Test
    void shouldKeepWorkersWhileRedisIsAwayAndHeartbeatsDoNotAge() throws Exception {
        RedisWorkerRegistry registry = registry(FAST);
        redis.command("SET", "worker:a", entry("a", "grpc://127.0.0.1:7001"));
        eventually("known", () -> names(registry).equals(List.of("a")));

        try (LogLines log = LogLines.of(Level.INFO)) {
            redis.kill();
            eventually("noticed", () -> log.with("those last known are kept").size() == 1);
            List<WorkerInfo> kept = registry.workers();
            eventually("tried again", () -> log.with("no connection to Redis").size() == 1);

            assertThat(registry.workers()).isSameAs(kept);
            assertThat(names(registry)).containsExactly("a");
        }
    }

    @Test
    void shouldForgetWorkersWhenRedisWasAwayForTooLong() throws Exception {
        RedisWorkerRegistry registry = registry(FAST.withKeep(Duration.ofMillis(300)));
        redis.command("SET", "worker:a", entry("a", "grpc://127.0.0.1:7001"));
        eventually("known", () -> names(registry).equals(List.of("a")));

        redis.kill();

        eventually("forgotten", () -> names(registry).isEmpty());
    }

    @Test
    void shouldKeepWorkersWhenRedisComesBackEmptyUntilTheyRegisterAgain() throws Exception {
        RedisWorkerRegistry registry = registry(FAST.withGrace(Duration.ofHours(1)));
        redis.command("SET", "worker:old", entry("old", "grpc://127.0.0.1:7001"));
        opened(RedisRegistration.register(store(), () -> worker("live", 7002), BEATS));
        eventually("known", () -> names(registry).equals(List.of("live", "old")));
        List<List<WorkerInfo>> changes = new CopyOnWriteArrayList<>();
        opened(registry.onChange(changes::add));

        try (LogLines log = LogLines.of(Level.INFO)) {
            redis.restart();
            eventually(
                    "registered again",
                    () -> redis.command("EXISTS", "worker:live").equals(":1\r\n"));
            eventually("read again", () -> log.with("connected to Redis again").size() == 2);
        }
        List<WorkerInfo> list = registry.workers();
        eventually("looked again", () -> registry.workers() != list);

        assertThat(redis.command("EXISTS", "worker:old")).isEqualTo(":0\r\n");
        assertThat(names(registry)).containsExactly("live", "old");
        assertThat(changes).isEmpty();
    }

    @Test
    void shouldDropWorkersThatDidNotComeBackWhenTheGraceIsOver() throws Exception {
        RedisWorkerRegistry registry = registry(FAST.withGrace(Duration.ofMillis(500)));
        redis.command("SET", "worker:old", entry("old", "grpc://127.0.0.1:7001"));
        opened(RedisRegistration.register(store(), () -> worker("live", 7002), BEATS));
        eventually("known", () -> names(registry).equals(List.of("live", "old")));

        redis.restart();

        eventually("only who lives is left", () -> names(registry).equals(List.of("live")));
    }

    @Test
    void shouldFindRedisThatStartsLater() throws Exception {
        redis.kill();
        RedisStore store = store();
        RedisWorkerRegistry registry = opened(new RedisWorkerRegistry(store, FAST));
        opened(RedisRegistration.register(store, () -> worker("a", 7001), BEATS));
        eventually("refused", () -> pings(store).contains("Connection refused"));
        assertThat(registry.workers()).isEmpty();

        redis.begin();

        eventually("known", () -> names(registry).equals(List.of("a")));
    }

    /** The failure's message; empty if there is none. */
    private static String pings(RedisStore store) {
        return store.ping()
                .handle((pong, failure) -> failure == null ? "" : String.valueOf(failure.getMessage()))
                .toCompletableFuture()
                .join();
    }

    @Test
    void shouldRefuseHostileEntriesAndLoseNothingElse() throws Exception {
        try (LogLines log = LogLines.of(Level.WARN)) {
            redis.command("SET", "worker:good", entry("good", "grpc://127.0.0.1:7001"));
            redis.command("SET", "worker:megabyte", entry("megabyte", "grpc://127.0.0.1:7001") + " ".repeat(1_000_000));
            redis.command("SET", "worker:scheme", entry("scheme", "http://127.0.0.1:7001"));
            redis.command("SET", "worker:other", entry("good", "grpc://6.6.6.6:7001"));
            redis.command("SET", "worker:control", entry("control\\u001b[31m", "grpc://127.0.0.1:7001"));
            redis.command("SET", "worker:line\nWARN forged", entry("x", "grpc://127.0.0.1:7001"));
            redis.command("SET", "worker:", entry("", "grpc://127.0.0.1:7001"));
            redis.command("SET", "worker:text", "not JSON \u0007");
            redis.command(
                    "SET",
                    "worker:nan",
                    entry("nan", "grpc://127.0.0.1:7001").replace("\"metrics\":{}", "\"metrics\":{\"rtf\":NaN}"));
            redis.command("HSET", "worker:hash", "name", "hash");
            redis.command("SET", "worker:policy", entry("policy", "grpc://169.254.169.254:80"));
            redis.command("SET", "unrelated", "x");
            RedisWorkerRegistry registry =
                    registry(FAST.withAccepts(address -> !address.host().startsWith("169.254.")));

            List<WorkerInfo> first = registry.workers();
            eventually("looked again", () -> registry.workers() != first);
            List<WorkerInfo> second = registry.workers();
            eventually("and again", () -> registry.workers() != second);

            assertThat(names(registry)).containsExactly("good");
            assertThat(registry.workers().get(0).address()).hasToString("grpc://127.0.0.1:7001");
            assertThat(log.with("an entry of the registry is not used")).hasSize(10);
            assertThat(log.lines()).noneMatch(line -> line.indexOf('\n') >= 0 || line.indexOf('\u001b') >= 0);
            assertThat(log.with("worker=\"megabyte\""))
                    .singleElement()
                    .asString()
                    .contains("more than 65536 bytes");
            assertThat(log.with("worker=\"scheme\"")).singleElement().asString().contains("must be grpc://host:port");
            assertThat(log.with("worker=\"hash\"")).hasSize(1);
            assertThat(log.with("worker=\"policy\"")).singleElement().asString().contains("not one that is accepted");
        }
    }

    @Test
    void shouldReadManyWorkers() throws Exception {
        for (int i = 0; i < 300; i++) {
            redis.command("SET", "worker:w" + i, entry("w" + i, "grpc://127.0.0.1:" + (7000 + i)));
            redis.command("SET", "other:" + i, "x");
        }

        assertThat(registry(FAST).workers()).hasSize(300).isSortedAccordingTo(Comparator.comparing(WorkerInfo::name));
    }

    @Test
    void shouldTellOfChangesButNotOfHeartbeats() throws Exception {
        RedisWorkerRegistry registry = registry(FAST);
        List<List<String>> told = new CopyOnWriteArrayList<>();
        opened(registry.onChange(list -> {
            throw new IllegalStateException("a broken listener");
        }));
        opened(registry.onChange(
                list -> told.add(list.stream().map(WorkerInfo::name).toList())));
        AtomicInteger beats = new AtomicInteger();
        RedisRegistration registration = RedisRegistration.register(
                store(),
                () -> new WorkerInfo(
                        "a",
                        new WorkerAddress("127.0.0.1", 7001),
                        WorkerCapabilities.ANY,
                        Set.of(),
                        new WorkerMetrics(1, beats.incrementAndGet()),
                        null),
                BEATS);
        eventually("known", () -> !registry.workers().isEmpty());
        eventually("some heartbeats", () -> registry.workers().get(0).metrics().queueDepth() > 4);
        registration.close();
        eventually("gone", () -> told.size() > 1);

        assertThat(told).containsExactly(List.of("a"), List.of());
    }
}
