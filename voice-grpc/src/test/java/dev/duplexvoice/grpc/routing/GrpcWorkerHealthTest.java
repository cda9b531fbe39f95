package dev.duplexvoice.grpc.routing;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.grpc.registry.RedisOptions;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import dev.duplexvoice.grpc.support.LogLines;
import dev.duplexvoice.grpc.support.RedisServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcWorkerHealthTest {
    private static final Duration DEADLINE = Duration.ofMillis(500);

    private final Map<WorkerAddress, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        servers.forEach(Server::shutdownNow);
    }

    private ManagedChannel channel(WorkerInfo worker) {
        return channels.computeIfAbsent(
                worker.address(),
                address -> NettyChannelBuilder.forAddress(address.host(), address.port())
                        .usePlaintext()
                        .build());
    }

    private WorkerInfo serving(String name, HealthStatusManager health) throws Exception {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        if (health != null) {
            builder.addService(health.getHealthService());
        }
        Server server = builder.build().start();
        servers.add(server);
        return WorkerInfo.at(name, new WorkerAddress("127.0.0.1", server.getPort()));
    }

    /** Takes connections, by the kernel, and answers nothing, as a stopped process does. */
    private static WorkerInfo hanging(ServerSocket socket) {
        return WorkerInfo.at("hanging", new WorkerAddress("127.0.0.1", socket.getLocalPort()));
    }

    private static WorkerInfo nobody() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return WorkerInfo.at("nobody", new WorkerAddress("127.0.0.1", socket.getLocalPort()));
        }
    }

    @Test
    void shouldKnowWhoIsWell() throws Exception {
        HealthStatusManager health = new HealthStatusManager();
        WorkerInfo worker = serving("worker", health);
        WorkerInfo old = serving("old", null);
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            WorkerInfo hanging = hanging(socket);
            WorkerInfo nobody = nobody();
            StaticWorkerRegistry registry = StaticWorkerRegistry.of(List.of(worker, old, hanging, nobody));
            try (LogLines log = LogLines.of(Level.INFO);
                    GrpcWorkerHealth found =
                            new GrpcWorkerHealth(registry, this::channel, Duration.ofMillis(20), DEADLINE)) {
                eventually("serves", () -> found.state(worker) == WorkerHealth.State.SERVING);
                eventually("answers", () -> found.state(old) == WorkerHealth.State.SERVING);
                eventually("hangs", () -> found.state(hanging) == WorkerHealth.State.UNREACHABLE);
                eventually("is not there", () -> found.state(nobody) == WorkerHealth.State.UNREACHABLE);
                assertThat(found.state(WorkerInfo.at("new", worker.address()))).isEqualTo(WorkerHealth.State.UNKNOWN);

                health.setStatus("", ServingStatus.NOT_SERVING);
                eventually("drains", () -> found.state(worker) == WorkerHealth.State.NOT_SERVING);
                health.setStatus("", ServingStatus.SERVING);
                eventually("is back", () -> found.state(worker) == WorkerHealth.State.SERVING);
                servers.get(0).shutdownNow();
                eventually("is gone", () -> found.state(worker) == WorkerHealth.State.UNREACHABLE);

                Router router = Router.builder(registry).health(found).build();
                try (Route route = router.route(RouteRequest.of("s"))) {
                    assertThat(route.worker().name()).isEqualTo("old");
                }
                // On a busy machine the others may have been slow for a moment, too.
                assertThat(log.with("worker=\"hanging\""))
                        .singleElement()
                        .asString()
                        .contains("is not well", "DEADLINE");
                assertThat(log.with("worker=\"nobody\""))
                        .singleElement()
                        .asString()
                        .contains("is not well");
                assertThat(log.with("it says NOT_SERVING")).hasSize(1);
            }
        }
    }

    @Test
    void shouldForgetWhoLeftAndBearAChannelThatCannotBeMade() throws Exception {
        WorkerInfo worker = serving("worker", new HealthStatusManager());
        StaticWorkerRegistry registry = StaticWorkerRegistry.of(List.of(worker, nobody()));
        try (GrpcWorkerHealth found = new GrpcWorkerHealth(
                registry,
                asked -> {
                    if (asked.name().equals("nobody")) {
                        throw new IllegalStateException("no certificate");
                    }
                    return channel(asked);
                },
                Duration.ofMillis(20),
                DEADLINE)) {
            eventually("serves", () -> found.state(worker) == WorkerHealth.State.SERVING);
            registry.replace(List.of());
            eventually("forgotten", () -> found.state(worker) == WorkerHealth.State.UNKNOWN);
            registry.replace(List.of(worker));
            eventually("asked again", () -> found.state(worker) == WorkerHealth.State.SERVING);
        }
    }

    @Test
    void shouldGiveAWorkerTimeForItsFirstAnswer() throws Exception {
        WorkerInfo worker = serving("worker", new HealthStatusManager());
        List<Long> seconds = new CopyOnWriteArrayList<>();
        Channel recorded = ClientInterceptors.intercept(channel(worker), new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                seconds.add(options.getDeadline().timeRemaining(TimeUnit.SECONDS));
                return next.newCall(method, options);
            }
        });
        try (GrpcWorkerHealth found = new GrpcWorkerHealth(
                StaticWorkerRegistry.of(List.of(worker)),
                asked -> recorded,
                Duration.ofMillis(20),
                Duration.ofSeconds(100))) {
            eventually("asked twice", () -> seconds.size() > 1);
            assertThat(found.state(worker)).isEqualTo(WorkerHealth.State.SERVING);
        }

        assertThat(seconds.get(0)).isBetween(400L, 500L);
        assertThat(seconds.get(1)).isBetween(1L, 100L);
    }

    private static Map<String, CheckResult> run(DependencyChecks checks) throws Exception {
        return checks.run().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldCheckDependenciesByUsingThem() throws Exception {
        HealthStatusManager health = new HealthStatusManager();
        WorkerInfo worker = serving("worker", health);
        WorkerInfo nobody = nobody();
        StaticWorkerRegistry registry = StaticWorkerRegistry.of(List.of(nobody, worker));
        try (RedisServer redis = RedisServer.start();
                RedisStore store = RedisStore.connect(
                        RedisOptions.of(redis.uri()).withTimeouts(Duration.ofMillis(500), Duration.ofMillis(300)))) {
            Map<String, DependencyCheck> all = new LinkedHashMap<>();
            all.put("redis", DependencyCheck.redis(store));
            all.put("worker", DependencyCheck.anyWorker(registry, this::channel, DEADLINE));
            all.put("nobody", DependencyCheck.worker(channel(nobody), DEADLINE));
            DependencyChecks checks = new DependencyChecks(all, Duration.ofSeconds(20));
            eventually("Redis answers", () -> {
                try {
                    return run(checks).get("redis").ok();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });

            Map<String, CheckResult> well = run(checks);
            assertThat(well.keySet()).containsExactly("redis", "worker", "nobody");
            assertThat(well.get("redis")).isEqualTo(CheckResult.OK);
            assertThat(well.get("worker")).isEqualTo(CheckResult.OK);
            assertThat(well.get("nobody").ok()).isFalse();
            assertThat(well.get("nobody").error()).contains("UNAVAILABLE");

            redis.hang();
            health.setStatus("", ServingStatus.NOT_SERVING);
            Map<String, CheckResult> ill = run(checks);
            redis.goOn();
            assertThat(ill.get("redis").ok()).isFalse();
            assertThat(ill.get("redis").error()).contains("redis=" + redis.uri());
            assertThat(ill.get("worker").ok()).isFalse();
            assertThat(ill.get("worker").error()).contains("none of 2 workers");
        }
    }

    @Test
    void shouldAskTheOthersWhenOneWorkerCannotBeCalled() throws Exception {
        HealthStatusManager health = new HealthStatusManager();
        WorkerInfo worker = serving("worker", health);
        WorkerInfo uncallable = Workers.plain("uncallable");
        StaticWorkerRegistry registry = StaticWorkerRegistry.of(List.of(uncallable, worker));
        Function<WorkerInfo, Channel> channels = asked -> {
            if (asked.name().equals("uncallable")) {
                throw new IllegalArgumentException("no channel can be made");
            }
            return channel(asked);
        };
        DependencyChecks checks = new DependencyChecks(
                        Map.of("any", DependencyCheck.anyWorker(registry, channels, DEADLINE)), Duration.ofSeconds(20))
                .withEachWorker(registry, channels);

        assertThat(run(checks))
                .containsEntry("any", CheckResult.OK)
                .containsEntry("worker:worker", CheckResult.OK)
                .containsEntry("worker:uncallable", CheckResult.failed("no channel can be made"));
        registry.replace(List.of(uncallable));
        assertThat(run(checks).get("any").error())
                .contains("none of 1 workers answers; uncallable: no channel can be made");
    }

    @Test
    void shouldBoundChecksThatHangOrThrowAndShareOneRun() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<CheckResult> never = new CompletableFuture<>();
        Map<String, DependencyCheck> all = new LinkedHashMap<>();
        all.put("hangs", () -> {
            asked.incrementAndGet();
            return never;
        });
        all.put("throws", () -> {
            throw new IllegalStateException("broken");
        });
        all.put("breaks", () -> {
            throw new LinkageError("no such library");
        });
        all.put("forgets", () -> null);
        all.put("fails", () -> CompletableFuture.failedStage(new IllegalStateException("down")));
        DependencyChecks checks = new DependencyChecks(all, Duration.ofMillis(500));

        CompletableFuture<Map<String, CheckResult>> first = checks.run().toCompletableFuture();
        CompletableFuture<Map<String, CheckResult>> second = checks.run().toCompletableFuture();

        assertThat(first.get(60, TimeUnit.SECONDS)).isSameAs(second.get(60, TimeUnit.SECONDS));
        assertThat(asked).hasValue(1);
        assertThat(never).isNotDone();
        assertThat(first.join())
                .containsEntry("hangs", CheckResult.failed("no answer within 500 ms"))
                .containsEntry("throws", CheckResult.failed("broken"))
                .containsEntry("breaks", CheckResult.failed("no such library"))
                .containsEntry("forgets", CheckResult.failed("the check gave no stage"))
                .containsEntry("fails", CheckResult.failed("down"));
        run(checks);
        assertThat(asked).hasValue(2);
    }

    /** A registry of the host's that throws so many times. */
    private record Faulty(WorkerRegistry healthy, AtomicInteger times) implements WorkerRegistry {
        @Override
        public List<WorkerInfo> workers() {
            if (times.getAndDecrement() > 0) {
                throw new IllegalStateException("out of order");
            }
            return healthy.workers();
        }

        @Override
        public Listening onChange(Consumer<List<WorkerInfo>> listener) {
            return healthy.onChange(listener);
        }

        @Override
        public String source() {
            return healthy.source();
        }

        @Override
        public void close() {
            healthy.close();
        }
    }

    @Test
    void shouldGoOnAskingAfterTheRegistryThrew() throws Exception {
        WorkerInfo worker = serving("worker", new HealthStatusManager());
        try (LogLines log = LogLines.of(Level.ERROR);
                Faulty registry = new Faulty(StaticWorkerRegistry.of(List.of(worker)), new AtomicInteger(3));
                GrpcWorkerHealth found =
                        new GrpcWorkerHealth(registry, this::channel, Duration.ofMillis(20), DEADLINE)) {
            eventually("serves", () -> found.state(worker) == WorkerHealth.State.SERVING);
            assertThat(log.with("out of order")).hasSize(1);
        }
    }

    @Test
    void shouldEndARunInWhichTheRegistryThrows() throws Exception {
        WorkerInfo worker = serving("worker", new HealthStatusManager());
        Faulty registry = new Faulty(StaticWorkerRegistry.of(List.of(worker)), new AtomicInteger(1));
        DependencyChecks checks =
                new DependencyChecks(Map.of(), Duration.ofSeconds(20)).withEachWorker(registry, this::channel);

        assertThat(run(checks)).containsOnly(Map.entry("workers", CheckResult.failed("out of order")));
        assertThat(run(checks)).containsOnly(Map.entry("worker:worker", CheckResult.OK));
    }

    @Test
    void shouldSayThatThereIsNoWorker() throws Exception {
        DependencyChecks checks = new DependencyChecks(
                Map.of(
                        "worker",
                        DependencyCheck.anyWorker(StaticWorkerRegistry.of(List.of()), this::channel, DEADLINE)),
                Duration.ofSeconds(20));

        assertThat(run(checks)).containsEntry("worker", CheckResult.failed("no worker in static list"));
    }
}
