package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.registry.Affinities;
import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.LocalAffinities;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.support.LogLines;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RouterTest {
    private final VirtualClock clock = new VirtualClock();
    private final Map<String, WorkerHealth.State> health = new HashMap<>();
    private final LocalAffinities affinities = new LocalAffinities(clock, Affinities.TIME_TO_LIVE);
    private RoutingOptions options = RoutingOptions.DEFAULT;
    private StaticWorkerRegistry registry = StaticWorkerRegistry.of(List.of());
    private int sessions;

    private Router router(WorkerInfo... workers) {
        registry = StaticWorkerRegistry.of(List.of(workers));
        return Router.builder(registry)
                .options(options)
                .clock(clock)
                .affinities(affinities)
                .health(worker -> health.getOrDefault(worker.name(), WorkerHealth.State.UNKNOWN))
                .build();
    }

    /** Of a session of its own, so that affinity decides nothing. */
    private RouteRequest request() {
        return RouteRequest.of("session-" + sessions++);
    }

    private static String chosen(Router router, RouteRequest request) {
        try (Route route = router.route(request)) {
            return route.worker().name();
        }
    }

    private static NoWorkerException refusal(Router router, RouteRequest request) {
        NoWorkerException refusal = catchThrowableOfType(NoWorkerException.class, () -> router.route(request));
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal;
    }

    private static Dropped dropped(RoutingDecision decision, String worker) {
        return decision.candidates().stream()
                .filter(candidate -> candidate.worker().name().equals(worker))
                .findFirst()
                .orElseThrow()
                .dropped();
    }

    @Test
    void shouldTakeOneThatSpeaksTheLanguage() {
        Router router = router(Workers.speaking("a", "de"), Workers.speaking("b", "en", "fr"));

        try (Route route = router.route(request().withLanguage("fr-CA"))) {
            assertThat(route.worker().name()).isEqualTo("b");
            assertThat(dropped(route.decision(), "a")).isEqualTo(new Dropped.Language("fr-ca", Set.of("de")));
            assertThat(dropped(route.decision(), "b")).isNull();
        }
    }

    @Test
    void shouldTakeOneThatCanDoWhatIsNeeded() {
        Router router = router(Workers.speaking("a", "en"), Workers.plain("b"));

        assertThat(chosen(router, request().withRequired(Set.of(Capability.STREAMING, Capability.ZERO_SHOT))))
                .isEqualTo("b");
    }

    @Test
    void shouldLeaveOutWhoseHeartbeatIsOldAndWhoIsNotWell() {
        Router router = router(
                Workers.beating("a", Duration.ofSeconds(31)),
                Workers.beating("b", Duration.ofSeconds(30)),
                Workers.plain("c"),
                Workers.plain("d"));
        health.put("c", WorkerHealth.State.NOT_SERVING);
        health.put("d", WorkerHealth.State.UNREACHABLE);

        try (Route route = router.route(request())) {
            assertThat(route.worker().name()).isEqualTo("b");
            assertThat(dropped(route.decision(), "a"))
                    .isEqualTo(new Dropped.Heartbeat(Duration.ofSeconds(31), Duration.ofSeconds(30)));
            assertThat(dropped(route.decision(), "c")).isEqualTo(new Dropped.Health(WorkerHealth.State.NOT_SERVING));
            assertThat(dropped(route.decision(), "d")).hasToString("health=unreachable");
        }
    }

    @Test
    void shouldLeaveAWorkerAloneThatFailsAndTryItAgainLater() {
        Router router = router(Workers.plain("a"), Workers.plain("b"));
        RouteRequest onlyA = request().withExcluded(Set.of("b"));
        for (int i = 0; i < 5; i++) {
            // Those of one moment count as one.
            clock.advance(Duration.ofMillis(250));
            try (Route route = router.route(onlyA)) {
                route.failed();
            }
        }

        NoWorkerException refused = refusal(router, onlyA);
        assertThat(refused.code()).isEqualTo(VoiceException.Code.UNAVAILABLE);
        assertThat(refused)
                .hasMessageContaining("after health")
                .hasMessageContaining("a: health (breaker=open, failures=5, retry_in=5000ms)");
        assertThat(router.status().get(0).breaker()).isEqualTo(BreakerPhase.OPEN);

        clock.advance(Duration.ofSeconds(5));
        try (Route trial = router.route(onlyA)) {
            assertThat(refusal(router, onlyA)).hasMessageContaining("breaker=half_open");
            trial.firstAudio(Duration.ofMillis(100));
            // Others need not wait until a long text has been played.
            router.route(onlyA).close();
            trial.succeeded();
        }
        try (Route trial = router.route(onlyA)) {
            trial.succeeded();
        }
        assertThat(router.status().get(0).breaker()).isEqualTo(BreakerPhase.CLOSED);
    }

    @Test
    void shouldKeepASessionWhereItWasWhateverTheLoad() {
        Router router = router(Workers.queueing("a", 100, 8), Workers.plain("b"), Workers.plain("c"));
        affinities.remember("s1", "a");

        try (Route route = router.route(RouteRequest.of("s1"))) {
            assertThat(route.worker().name()).isEqualTo("a");
            assertThat(dropped(route.decision(), "b")).isEqualTo(new Dropped.Affinity("a"));
        }
        clock.advance(Affinities.TIME_TO_LIVE);
        assertThat(chosen(router, RouteRequest.of("s1"))).isNotEqualTo("a");
    }

    @Test
    void shouldRememberWhereASessionIsUntilTheWorkerFails() {
        Router router = router(Workers.plain("a"), Workers.plain("b"));
        String first = chosen(router, RouteRequest.of("s1"));
        for (int i = 0; i < 5; i++) {
            assertThat(chosen(router, RouteRequest.of("s1"))).isEqualTo(first);
        }

        try (Route route = router.route(RouteRequest.of("s1"))) {
            route.failed();
        }
        assertThat(affinities.known("s1")).isNull();

        affinities.remember("s2", "a");
        router.forget("s2");
        assertThat(affinities.known("s2")).isNull();
    }

    @Test
    void shouldMoveASessionWhoseWorkerIsGoneOrFull() {
        Router router = router(Workers.limited("a", 1), Workers.plain("b"));
        affinities.remember("s1", "gone");
        affinities.remember("s2", "a");
        try (Route first = router.route(RouteRequest.of("s2"));
                Route second = router.route(RouteRequest.of("s2"))) {
            assertThat(first.worker().name()).isEqualTo("a");
            assertThat(second.worker().name()).isEqualTo("b");
            assertThat(dropped(second.decision(), "a")).isEqualTo(new Dropped.Full(1, 1));
            assertThat(affinities.known("s2")).isEqualTo("b");
        }
        assertThat(chosen(router, RouteRequest.of("s1"))).isIn("a", "b");
    }

    @Test
    void shouldPreferOneThatHasTheModelButNotWaitForIt() {
        Router router = router(Workers.plain("a"), Workers.holding("b", 1, "rms"), Workers.plain("c"));
        RouteRequest request = request().withModel("rms");

        try (Route first = router.route(request);
                Route second = router.route(request().withModel("rms"))) {
            assertThat(first.worker().name()).isEqualTo("b");
            assertThat(dropped(first.decision(), "a")).isEqualTo(new Dropped.ResidentModel("rms"));
            assertThat(second.worker().name()).isIn("a", "c");
            assertThat(dropped(second.decision(), "b")).isEqualTo(new Dropped.Full(1, 1));
        }
        assertThat(chosen(router, request().withModel("unknown"))).isIn("a", "b", "c");
    }

    @Test
    void shouldTakeTheLeastLoadedByItsShareOfWhatItTakes() {
        Router router = router(Workers.queueing("a", 3, 100), Workers.queueing("b", 1, 4), Workers.queueing("c", 1, 0));

        List<Route> open = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            open.add(router.route(request()));
        }

        // 3/100 to 12/100, while 1/8 and 1/4 are more.
        assertThat(open).extracting(route -> route.worker().name()).containsOnly("a");
        assertThat(chosen(router, request())).isEqualTo("c");
        open.forEach(Route::close);
        assertThat(router.status()).extracting(WorkerStatus::inFlight).containsOnly(0);
    }

    @Test
    void shouldTakeTheFastestByItsMeasuredLatencyAndTryTheUnmeasuredOneByOne() {
        options = options.withStrategy(RoutingStrategy.LEAST_LATENCY);
        Router router = router(Workers.plain("a"), Workers.plain("b"), Workers.plain("c"));
        measure(router, "a", 80);
        measure(router, "b", 50);

        try (Route probe = router.route(request())) {
            assertThat(probe.worker().name()).isEqualTo("c");
            assertThat(chosen(router, request())).isEqualTo("b");
            probe.firstAudio(Duration.ofMillis(200));
        }
        assertThat(chosen(router, request())).isEqualTo("b");
        measure(router, "b", 200);
        assertThat(router.status().get(1).latencyMillis()).isEqualTo(0.3 * 200 + 0.7 * 50);
        assertThat(chosen(router, request())).isEqualTo("a");

        clock.advance(Duration.ofSeconds(61));
        assertThat(router.status()).allMatch(status -> Double.isNaN(status.latencyMillis()));
    }

    private void measure(Router router, String worker, int millis) {
        Set<String> others = new java.util.HashSet<>(Set.of("a", "b", "c"));
        others.remove(worker);
        try (Route route = router.route(request().withExcluded(others))) {
            route.firstAudio(Duration.ofMillis(millis));
        }
    }

    @Test
    void shouldTakeTurns() {
        options = options.withStrategy(RoutingStrategy.ROUND_ROBIN);
        Router router = router(Workers.plain("a"), Workers.plain("b"), Workers.plain("c"));

        List<String> order = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            order.add(chosen(router, request()));
        }

        assertThat(order).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void shouldSpreadAtRandomAndTheSameForTheSameSeed() {
        options = options.withStrategy(RoutingStrategy.RANDOM).withSeed(42);
        List<String> first = draw(router(Workers.plain("a"), Workers.plain("b"), Workers.plain("c")));
        List<String> second = draw(router(Workers.plain("a"), Workers.plain("b"), Workers.plain("c")));
        options = options.withSeed(43);
        List<String> third = draw(router(Workers.plain("a"), Workers.plain("b"), Workers.plain("c")));

        assertThat(first).isEqualTo(second).isNotEqualTo(third);
        for (String name : List.of("a", "b", "c")) {
            // 1,000 expected, 26 standard deviation.
            assertThat(first.stream().filter(name::equals).count()).isBetween(870L, 1130L);
        }
    }

    private List<String> draw(Router router) {
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            drawn.add(chosen(router, request()));
        }
        return drawn;
    }

    @Test
    void shouldWeighLoadAndLatencySevenToThree() {
        options = options.withStrategy(RoutingStrategy.WEIGHTED);
        // a: 0.7 × 4/8 + 0.3 × 1 = 0.65; b: 0.7 × 1 + 0.3 × 0.1 = 0.73.
        Router router = router(Workers.queueing("a", 4, 10), Workers.queueing("b", 8, 10));
        measure(router, "a", 100);
        measure(router, "b", 10);
        try (Route route = router.route(request())) {
            assertThat(route.worker().name()).isEqualTo("a");
            Dropped.Score score = (Dropped.Score) dropped(route.decision(), "b");
            assertThat(score.best()).isCloseTo(0.65, org.assertj.core.data.Offset.offset(1e-9));
            assertThat(score.score()).isCloseTo(0.73, org.assertj.core.data.Offset.offset(1e-9));
        }
        // The same with the weights the other way round.
        options = options.withLoadWeight(0.3);
        Router latencyFirst = router(Workers.queueing("a", 4, 10), Workers.queueing("b", 8, 10));
        measure(latencyFirst, "a", 100);
        measure(latencyFirst, "b", 10);
        assertThat(chosen(latencyFirst, request())).isEqualTo("b");
    }

    @Test
    void shouldSayWhichStepLeftNobodyAndWhy() {
        assertThat(refusal(router(), request()))
                .hasMessageContaining("after registry")
                .hasMessageContaining("workers=0 of static list")
                .extracting(VoiceException::code)
                .isEqualTo(VoiceException.Code.UNAVAILABLE);
        Router german = router(Workers.speaking("a", "de"));
        assertThat(refusal(german, request().withLanguage("en")))
                .hasMessageContaining("after language")
                .hasMessageContaining("a: language (languages=[de], wanted en)");
        assertThat(refusal(german, request().withRequired(Set.of(Capability.LORA))))
                .hasMessageContaining("after capabilities")
                .hasMessageContaining("a: capabilities (capabilities=[streaming], wanted [lora])");
        assertThat(refusal(german, request().withExcluded(Set.of("a")))).hasMessageContaining("after exclusion");
        assertThat(refusal(router(Workers.beating("a", Duration.ofSeconds(45))), request()))
                .hasMessageContaining("after health")
                .hasMessageContaining("heartbeat_age=45000ms, at most 30000ms");
        Router small = router(Workers.limited("a", 1), Workers.speaking("b", "de"));
        try (Route held = small.route(request().withLanguage("en"))) {
            assertThat(held.worker().name()).isEqualTo("a");
            NoWorkerException full = refusal(small, request().withLanguage("en"));
            assertThat(full.code()).isEqualTo(VoiceException.Code.OVERLOADED);
            assertThat(full)
                    .hasMessageContaining("after admission")
                    .hasMessageContaining("a: admission (in_flight=1, max_concurrent_sessions=1)");
            assertThat(full.decision().leftAfter(RoutingStage.LANGUAGE)).isEqualTo(1);
            assertThat(full.decision().emptiedBy()).contains(RoutingStage.ADMISSION);
        }
    }

    @Test
    void shouldNameOnlyAFewOfManyInItsMessage() {
        WorkerInfo[] many = new WorkerInfo[100];
        for (int i = 0; i < many.length; i++) {
            many[i] = Workers.speaking("w" + i, "de");
        }

        assertThat(refusal(router(many), request().withLanguage("en")))
                .hasMessageContaining("and 95 more")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(700));
    }

    @Test
    void shouldGiveAPlaceBackOnceAndCountOutcomesOnce() {
        Router router = router(Workers.limited("a", 2));
        Route first = router.route(request());
        Route second = router.route(request());
        first.failed();
        first.failed();
        first.succeeded();
        first.close();
        first.close();

        assertThat(router.status().get(0).inFlight()).isEqualTo(1);
        assertThat(router.status().get(0).failures()).isEqualTo(1);
        second.close();
        second.failed();
        assertThat(router.status().get(0).inFlight()).isZero();
        assertThat(router.status().get(0).failures()).isEqualTo(1);
    }

    @Test
    void shouldFollowTheRegistryAndBeginAnewAtAnotherAddress() {
        Router router = router(Workers.plain("a"), Workers.plain("b"));
        RouteRequest notB = request().withExcluded(Set.of("b"));
        Route held = router.route(notB);
        held.failed();
        registry.replace(List.of(Workers.plain("b")));
        assertThat(refusal(router, notB)).hasMessageContaining("after exclusion");

        registry.replace(List.of(Workers.plain("a")));
        assertThat(router.status().get(0).inFlight()).isEqualTo(1);
        assertThat(router.status().get(0).failures()).isEqualTo(1);
        registry.replace(List.of(WorkerInfo.at("a", new WorkerAddress("elsewhere", 7001))));
        assertThat(router.status().get(0).inFlight()).isZero();
        assertThat(router.status().get(0).failures()).isZero();
        held.close();
        assertThat(router.status().get(0).inFlight()).isZero();
    }

    @Test
    void shouldAskWhereTheSessionWasBeforeItDecides() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Affinities shared = new Affinities() {
            @Override
            public String known(String sessionId) {
                return affinities.known(sessionId);
            }

            @Override
            public CompletionStage<String> find(String sessionId) {
                return answer.thenApply(worker -> {
                    affinities.remember(sessionId, worker);
                    return worker;
                });
            }

            @Override
            public void remember(String sessionId, String worker) {
                affinities.remember(sessionId, worker);
            }

            @Override
            public void forget(String sessionId) {
                affinities.forget(sessionId);
            }
        };
        Router router = Router.builder(StaticWorkerRegistry.of(List.of(Workers.plain("a"), Workers.plain("b"))))
                .affinities(shared)
                .build();

        CompletableFuture<Route> route =
                router.findAndRoute(RouteRequest.of("s1")).toCompletableFuture();
        assertThat(route).isNotDone();
        answer.complete("b");

        assertThat(route.join().worker().name()).isEqualTo("b");
    }

    @Test
    void shouldLogEachDecisionAtDebug() {
        Router router = router(Workers.speaking("a", "de"), Workers.speaking("b", "en"));
        try (LogLines log = LogLines.of(Level.DEBUG)) {
            chosen(router, RouteRequest.of("s7").withLanguage("en"));

            assertThat(log.with("routed"))
                    .singleElement()
                    .asString()
                    .contains(
                            "session_id=\"s7\"",
                            "strategy=\"least_loaded\"",
                            "worker=\"b\"",
                            "workers=\"2\"",
                            "healthy=\"1\"")
                    .contains("duration_us=", "a: language (languages=[de], wanted en)");
        }
    }

    @Test
    void shouldRefuseOddRequestsAndOptions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RouteRequest.of(" "))
                .withMessage("sessionId= : must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoutingOptions.DEFAULT.withLoadWeight(Double.NaN))
                .withMessage("loadWeight=NaN: must be 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoutingStrategy.of("fastest"))
                .withMessageContaining("routing.strategy=fastest: use one of least_loaded, least_latency");
        for (RoutingStrategy strategy : RoutingStrategy.values()) {
            assertThat(RoutingStrategy.of(strategy.label())).isEqualTo(strategy);
        }
    }
}
