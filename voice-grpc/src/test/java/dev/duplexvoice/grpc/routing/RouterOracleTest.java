package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.registry.Affinities;
import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.LocalAffinities;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerCapabilities;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerMetrics;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random fleets and requests: the router must do what {@link RoutingOracle} says, and know why. */
class RouterOracleTest {
    private static final List<String> LANGUAGES = List.of("en", "en-us", "en-gb", "de", "zh-hant", "zh-hant-tw");
    private static final List<String> MODELS = List.of("m1", "m2", "m3");

    @Test
    void shouldDecideAsTheOracleDoes() {
        Map<RoutingStage, Integer> emptied = new TreeMap<>();
        int taken = 0;
        for (int seed = 0; seed < 1_500; seed++) {
            Script script = new Script(seed);
            for (int step = 0; step < 40; step++) {
                script.step(step, emptied);
            }
            taken += script.taken;
        }

        // That the fleets are neither too easy nor hopeless.
        assertThat(taken).isGreaterThan(10_000);
        assertThat(emptied.keySet())
                .contains(
                        RoutingStage.REGISTRY,
                        RoutingStage.EXCLUSION,
                        RoutingStage.LANGUAGE,
                        RoutingStage.CAPABILITIES,
                        RoutingStage.HEALTH,
                        RoutingStage.ADMISSION);
    }

    private static final class Script {
        final int seed;
        final Random random;
        final VirtualClock clock = new VirtualClock();
        final RoutingOptions options;
        final Map<String, WorkerHealth.State> health = new HashMap<>();
        final StaticWorkerRegistry registry;
        final Router router;
        final RoutingOracle oracle;
        final Map<Route, RoutingOracle.Held> open = new LinkedHashMap<>();
        int taken;

        Script(int seed) {
            this.seed = seed;
            random = new Random(seed);
            options = new RoutingOptions(
                    RoutingStrategy.values()[random.nextInt(RoutingStrategy.values().length)],
                    random.nextBoolean() ? 0.7 : random.nextDouble(),
                    Duration.ofSeconds(30),
                    1 + random.nextInt(10),
                    Duration.ofSeconds(20),
                    new BreakerOptions(
                            1 + random.nextInt(3), Duration.ofSeconds(5), 1 + random.nextInt(2), 1 + random.nextInt(2)),
                    seed);
            List<WorkerInfo> workers = new ArrayList<>();
            for (int i = random.nextInt(9); i > 0; i--) {
                workers.add(worker("w" + i));
            }
            registry = StaticWorkerRegistry.of(workers);
            router = Router.builder(registry)
                    .options(options)
                    .clock(clock)
                    .affinities(new LocalAffinities(clock, Affinities.TIME_TO_LIVE))
                    .health(worker -> health.getOrDefault(worker.name(), WorkerHealth.State.UNKNOWN))
                    .build();
            oracle = new RoutingOracle(options, clock);
        }

        WorkerInfo worker(String name) {
            Set<Capability> features = EnumSet.allOf(Capability.class);
            features.removeIf(feature -> random.nextInt(6) == 0);
            List<String> languages = LANGUAGES.stream()
                    .filter(language -> random.nextInt(3) == 0)
                    .toList();
            return new WorkerInfo(
                    name,
                    new WorkerAddress("host", 7001),
                    new WorkerCapabilities(features, Set.copyOf(languages), random.nextInt(4)),
                    Set.copyOf(MODELS.stream()
                            .filter(model -> random.nextInt(3) == 0)
                            .toList()),
                    new WorkerMetrics(random.nextDouble(), random.nextInt(4) == 0 ? Double.NaN : random.nextInt(5)),
                    random.nextInt(3) == 0 ? null : Duration.ofSeconds(random.nextInt(34)));
        }

        void step(int step, Map<RoutingStage, Integer> emptied) {
            switch (random.nextInt(10)) {
                case 0 -> clock.advance(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 400 : 12_000)));
                case 1 ->
                    health.put(
                            "w" + random.nextInt(9),
                            WorkerHealth.State.values()[random.nextInt(WorkerHealth.State.values().length)]);
                case 2 ->
                    registry.replace(registry.workers().stream()
                            .map(worker -> worker(worker.name()))
                            .toList());
                case 3, 4 -> end();
                case 5 -> hear();
                default -> decide(step, emptied);
            }
        }

        /** The first audio of a call that goes on. */
        void hear() {
            if (open.isEmpty()) {
                return;
            }
            List<Route> routes = new ArrayList<>(open.keySet());
            Route route = routes.get(random.nextInt(routes.size()));
            int millis = random.nextInt(300);
            route.firstAudio(Duration.ofMillis(millis));
            oracle.firstAudio(open.get(route), millis);
        }

        void end() {
            if (open.isEmpty()) {
                return;
            }
            List<Route> routes = new ArrayList<>(open.keySet());
            Route route = routes.get(random.nextInt(routes.size()));
            RoutingOracle.Held held = open.remove(route);
            if (random.nextBoolean()) {
                int millis = random.nextInt(300);
                route.firstAudio(Duration.ofMillis(millis));
                oracle.firstAudio(held, millis);
            }
            switch (random.nextInt(3)) {
                case 0 -> {
                    route.succeeded();
                    oracle.succeeded(held);
                }
                case 1 -> {
                    route.failed();
                    oracle.failed(held);
                }
                default -> oracle.released(held);
            }
            route.close();
            oracle.closed(held);
        }

        void decide(int step, Map<RoutingStage, Integer> emptied) {
            RouteRequest request = new RouteRequest(
                    "s" + random.nextInt(6),
                    random.nextBoolean() ? null : LANGUAGES.get(random.nextInt(LANGUAGES.size())),
                    random.nextInt(3) == 0
                            ? Set.of(Capability.values()[random.nextInt(Capability.values().length)])
                            : Set.of(),
                    random.nextBoolean() ? null : MODELS.get(random.nextInt(MODELS.size())),
                    random.nextInt(4) == 0 ? Set.of("w1", "w2") : Set.of());
            String where = "seed=" + seed + " step=" + step + " " + request + " " + options.strategy();
            RoutingOracle.Answer expected = oracle.decide(registry.workers(), health, request);
            RoutingDecision decision;
            try {
                Route route = router.route(request);
                decision = route.decision();
                taken++;
                assertThat(expected.mayTake()).as(where).contains(route.worker().name());
                open.put(route, oracle.take(request, route.worker()));
                assertThat(decision.chosen()).isEqualTo(route.worker().name());
                assertThat(decision.emptiedBy()).isEmpty();
            } catch (NoWorkerException e) {
                decision = e.decision();
                assertThat(expected.mayTake()).as(where + " " + e.getMessage()).isEmpty();
                RoutingStage stage = decision.emptiedBy().orElseThrow();
                emptied.merge(stage, 1, Integer::sum);
                assertThat(e.code() == dev.duplexvoice.VoiceException.Code.OVERLOADED)
                        .isEqualTo(stage == RoutingStage.ADMISSION);
            }
            for (RoutingDecision.Candidate candidate : decision.candidates()) {
                String name = candidate.worker().name();
                if (!name.equals(decision.chosen())) {
                    Dropped dropped = candidate.dropped();
                    assertThat(dropped).as(where + " " + name).isNotNull();
                    assertThat(expected.stages().get(name))
                            .as(where + " " + name + " " + dropped)
                            .contains(dropped.stage());
                }
            }
        }
    }
}
