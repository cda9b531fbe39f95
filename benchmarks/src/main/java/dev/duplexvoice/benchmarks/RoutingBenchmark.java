package dev.duplexvoice.benchmarks;

import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerCapabilities;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerMetrics;
import dev.duplexvoice.grpc.routing.NoWorkerException;
import dev.duplexvoice.grpc.routing.Route;
import dev.duplexvoice.grpc.routing.RouteRequest;
import dev.duplexvoice.grpc.routing.Router;
import dev.duplexvoice.grpc.routing.RoutingOptions;
import dev.duplexvoice.grpc.routing.RoutingStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A decision among 100 workers, the record of it and the place given back included. Half of the workers speak the language, most can do
 * what is needed, a tenth have the model, some are queueing. What counts is p0.99.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RoutingBenchmark {
    private static final int SESSIONS = 10_000;

    /** A router that all threads use. */
    @State(Scope.Benchmark)
    public static class Shared {
        /** Workers. */
        @Param("100")
        public int workers;

        /** The strategy. */
        @Param({"least_loaded", "least_latency", "round_robin", "random", "weighted"})
        public String strategy = "";

        /** The router. */
        Router router = Router.builder(StaticWorkerRegistry.of(List.of())).build();

        /** For JMH. */
        public Shared() {}

        /** A fleet, every worker's latency measured. */
        @Setup
        public void build() {
            List<WorkerInfo> fleet = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                fleet.add(worker(i));
            }
            router = Router.builder(StaticWorkerRegistry.of(fleet))
                    .options(RoutingOptions.DEFAULT
                            .withStrategy(RoutingStrategy.of(strategy))
                            .withLatencyMemory(Duration.ofHours(1)))
                    .build();
            for (int i = 0; i < 10 * workers; i++) {
                try (Route route = router.route(RouteRequest.of("warm-up-" + i))) {
                    route.firstAudio(Duration.ofMillis(20 + i % 80));
                }
            }
        }

        private static WorkerInfo worker(int i) {
            EnumSet<Capability> features = EnumSet.allOf(Capability.class);
            if (i % 5 == 0) {
                features.remove(Capability.ZERO_SHOT);
            }
            return new WorkerInfo(
                    "worker-" + i,
                    new WorkerAddress("10.0.0." + (i % 250 + 1), 7001),
                    new WorkerCapabilities(features, i % 2 == 0 ? Set.of("en", "de", "fr") : Set.of("zh", "ja"), 64),
                    i % 10 == 0 ? Set.of("rms", "slt") : Set.of("awb"),
                    new WorkerMetrics(0.2, i % 7),
                    Duration.ofSeconds(i % 10));
        }
    }

    /** What a thread asks for. */
    @State(Scope.Thread)
    public static class Caller {
        private final List<RouteRequest> requests = new ArrayList<>();
        private int next;

        /** For JMH. */
        public Caller() {
            for (int i = 0; i < SESSIONS; i++) {
                RouteRequest request = RouteRequest.of("session-" + i)
                        .withLanguage(i % 3 == 0 ? "zh-CN" : "en-US")
                        .withRequired(Set.of(Capability.STREAMING, Capability.ZERO_SHOT));
                requests.add(i % 2 == 0 ? request.withModel("rms") : request);
            }
        }

        RouteRequest next() {
            next = next + 1 < requests.size() ? next + 1 : 0;
            return requests.get(next);
        }
    }

    /** What came of it. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Outcomes {
        /** Places given. */
        public long routed;

        /** Requests refused. */
        public long refused;

        /** For JMH. */
        public Outcomes() {}
    }

    /** For JMH. */
    public RoutingBenchmark() {}

    /** Of sessions that come again: from the second time on, affinity decides. */
    @Benchmark
    public int known(Shared shared, Caller caller, Outcomes outcomes) {
        return decide(shared, caller.next(), outcomes);
    }

    /** Of sessions that nobody knows: the strategy decides. */
    @Benchmark
    public int unknown(Shared shared, Caller caller, Outcomes outcomes) {
        RouteRequest request = caller.next();
        shared.router.forget(request.sessionId());
        return decide(shared, request, outcomes);
    }

    private static int decide(Shared shared, RouteRequest request, Outcomes outcomes) {
        try (Route route = shared.router.route(request)) {
            outcomes.routed++;
            return route.decision().candidates().size();
        } catch (NoWorkerException e) {
            outcomes.refused++;
            return -1;
        }
    }
}
