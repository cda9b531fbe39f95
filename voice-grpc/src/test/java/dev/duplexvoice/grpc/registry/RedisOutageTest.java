package dev.duplexvoice.grpc.registry;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.support.LogLines;
import dev.duplexvoice.grpc.support.RedisServer;
import dev.duplexvoice.grpc.support.TcpProxy;
import dev.duplexvoice.time.EngineClock;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandSucceededEvent;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of calls when Redis hangs or goes. */
@Timeout(120)
class RedisOutageTest {
    private static RedisStore store(RedisServer redis) {
        return RedisStore.connect(
                RedisOptions.of(redis.uri()).withTimeouts(Duration.ofMillis(400), Duration.ofMillis(200)));
    }

    private static boolean answers(RedisStore store) {
        try {
            store.ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldTellWhoWatchesOfConnectionsAndCommandsAlsoAfterItConnectedAnew() throws Exception {
        AtomicInteger connected = new AtomicInteger();
        Set<String> commands = ConcurrentHashMap.newKeySet();
        try (RedisServer redis = RedisServer.start();
                RedisStore store = RedisStore.connect(
                        RedisOptions.of(redis.uri()).withTimeouts(Duration.ofMillis(400), Duration.ofMillis(200)),
                        client -> {
                            client.addListener(new RedisConnectionStateListener() {
                                @Override
                                public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
                                    connected.incrementAndGet();
                                }
                            });
                            client.addListener(new CommandListener() {
                                @Override
                                public void commandSucceeded(CommandSucceededEvent event) {
                                    commands.add(event.getCommand().getType().toString());
                                }
                            });
                        })) {
            eventually("connected", () -> answers(store));
            eventually("it is told of the command", () -> commands.contains("PING"));
            int first = connected.get();
            assertThat(first).isPositive();

            redis.command("CLIENT", "KILL", "TYPE", "normal");

            eventually("it is told of the new connection", () -> answers(store) && connected.get() > first);
        }
    }

    @Test
    void shouldEndItsClientWhenWhoIsToWatchItThrows() {
        AtomicReference<RedisClient> made = new AtomicReference<>();
        assertThatThrownBy(() -> RedisStore.connect(RedisOptions.of("redis://127.0.0.1:1"), client -> {
                    made.set(client);
                    throw new IllegalStateException("no listener");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no listener");
        eventually(
                "its threads are gone",
                () -> made.get().getResources().eventExecutorGroup().isShuttingDown());
    }

    @Test
    void shouldFailCallsInsteadOfWaitingWhileRedisHangsAndAnswerAfterwards() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisStore store = store(redis)) {
            eventually("connected", () -> answers(store));
            RedisAffinities affinities = new RedisAffinities(store);
            redis.hang();

            assertThatThrownBy(() -> store.ping().toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(VoiceException.class)
                    .hasMessageContaining("redis=" + redis.uri() + "/0");
            assertThat(affinities.find("s1").toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isNull();
            affinities.remember("s2", "w2");
            assertThat(affinities.known("s2")).isEqualTo("w2");

            redis.goOn();
            eventually("answers again", () -> answers(store));
        }
    }

    @Test
    void shouldDeleteItsEntryThoughTheLastHeartbeatWasNotTaken() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisStore store = store(redis);
                LogLines log = LogLines.of(Level.WARN)) {
            AtomicInteger beats = new AtomicInteger();
            RedisRegistration registration = RedisRegistration.register(
                    store,
                    () -> new WorkerInfo(
                            "w",
                            new WorkerAddress("127.0.0.1", 7_001),
                            WorkerCapabilities.ANY,
                            Set.of(),
                            new WorkerMetrics(0.1, beats.incrementAndGet()),
                            null),
                    new HeartbeatOptions(Duration.ofMillis(100), Duration.ofSeconds(120)));
            eventually("it has registered", () -> ":1\r\n".equals(redis.command("EXISTS", "worker:w")));
            // Reads and deletes, and writes no more.
            redis.command("CONFIG", "SET", "maxmemory", "1");
            eventually("a heartbeat has failed", () -> !log.with("OOM").isEmpty());

            registration.close();

            assertThat(redis.command("EXISTS", "worker:w")).isEqualTo(":0\r\n");
        }
    }

    @Test
    void shouldConnectAnewWhenTheConnectionStaysSilent() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisStore store = store(redis)) {
            eventually("connected", () -> answers(store));
            redis.hang();
            for (int i = 0; i < 10; i++) {
                assertThat(answers(store)).isFalse();
            }
            redis.goOn();
            eventually("answers again", () -> answers(store));

            assertThat(store.connections()).isGreaterThan(1);
        }
    }

    @Test
    void shouldGiveAConnectionUpThatStandsAndBringsNothing() throws Exception {
        try (RedisServer redis = RedisServer.start();
                TcpProxy network = new TcpProxy(redis.port());
                RedisStore store = RedisStore.connect(RedisOptions.of("redis://127.0.0.1:" + network.port())
                        .withTimeouts(Duration.ofMillis(400), Duration.ofMillis(200)))) {
            eventually("connected", () -> answers(store));
            network.ways(TcpProxy.Way.LOST, TcpProxy.Way.LOST);
            assertThat(answers(store)).isFalse();
            // What was lost stays lost: only a new connection brings answers.
            network.ways(TcpProxy.Way.OPEN, TcpProxy.Way.OPEN);
            eventually("answers again", () -> answers(store));
            assertThat(store.connections()).isGreaterThan(1);

            int before = store.connections();
            network.cut();
            eventually("is connected anew", () -> store.connections() > before && answers(store));
        }
    }

    @Test
    void shouldCloseWhileRedisHangsAndLeaveNoThread() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            Set<Thread> before = threads();
            for (int i = 0; i < 3; i++) {
                RedisStore store = store(redis);
                eventually("connected", () -> answers(store));
                RedisWorkerRegistry registry = new RedisWorkerRegistry(
                        store, RedisRegistryOptions.DEFAULT.withInterval(Duration.ofMillis(20)));
                RedisRegistration registration = RedisRegistration.register(
                        store,
                        () -> WorkerInfo.at("a", new WorkerAddress("127.0.0.1", 7001)),
                        new HeartbeatOptions(Duration.ofMillis(50), Duration.ofSeconds(1)));
                assertThat(registry.awaitFirstLook(Duration.ofSeconds(30))).isTrue();
                redis.hang();
                Future<?> closing = CompletableFuture.runAsync(() -> {
                    registration.close();
                    registry.close();
                    store.close();
                });
                closing.get(60, TimeUnit.SECONDS);
                redis.goOn();
            }

            eventually("its threads have ended", () -> {
                Set<Thread> left = threads();
                left.removeAll(before);
                return left.isEmpty();
            });
        }
    }

    /** Threads of Redis connections; Netty's shared one for housekeeping ends by itself a second later. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lettuce")
                        || thread.getName().startsWith("voice-redis")
                        || thread.getName().startsWith("globalEventExecutor"))
                .collect(Collectors.toSet());
    }

    @Test
    void shouldFailAtOnceWhenClosed() {
        try (RedisServer redis = RedisServer.start()) {
            RedisStore store = store(redis);
            store.close();
            store.close();

            assertThat(store.ping().toCompletableFuture()).isCompletedExceptionally();
            assertThat(new RedisAffinities(store, Duration.ofSeconds(5), EngineClock.system())
                            .find("s")
                            .toCompletableFuture())
                    .isCompletedWithValue(null);
        }
    }
}
