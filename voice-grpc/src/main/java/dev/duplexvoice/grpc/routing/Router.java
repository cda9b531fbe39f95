package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.Affinities;
import dev.duplexvoice.grpc.registry.LocalAffinities;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import dev.duplexvoice.time.EngineClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses a worker: those that speak the language, can do what is needed and are well; of these the one that the session was on, else
 * those that have the model in memory, else any; among them by a strategy; the best that takes one more session. If the ones that are
 * preferred are full, the others are asked.
 *
 * <pre>{@code
 * Router router = Router.builder(registry).options(RoutingOptions.DEFAULT.withStrategy(RoutingStrategy.WEIGHTED)).build();
 * try (Route route = router.route(RouteRequest.of("s1").withLanguage("en"))) {
 *     speak(route.worker().address(), text);
 *     route.succeeded();
 * }
 * }</pre>
 *
 * <p>Thread-safe, and it waits for nobody: neither for the registry nor for another decision. Decisions are logged at debug.
 */
public final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final WorkerRegistry registry;
    private final RoutingOptions options;
    private final WorkerHealth health;
    private final Affinities affinities;
    private final EngineClock clock;
    private final AtomicLong turns = new AtomicLong();
    private volatile Fleet fleet = Fleet.empty();

    private Router(Builder builder) {
        registry = builder.registry;
        options = builder.options;
        health = builder.health;
        clock = builder.clock;
        Affinities given = builder.affinities;
        affinities = given == null ? new LocalAffinities(clock, Affinities.TIME_TO_LIVE) : given;
    }

    /** A builder with the defaults. The registry is the host's to close. */
    public static Builder builder(WorkerRegistry registry) {
        return new Builder(registry);
    }

    /**
     * Decides with what this process knows.
     *
     * @return the place, which must be closed
     * @throws NoWorkerException if there is none
     */
    public Route route(RouteRequest request) {
        return route(request, true, false);
    }

    /**
     * As {@link #route}.
     *
     * @param affine whether the session was on a worker before or will be routed again; if not, no affinity is looked for or kept
     * @param anyway whether circuit breakers keep nobody from a worker: for who has nobody else to ask
     */
    Route route(RouteRequest request, boolean affine, boolean anyway) {
        long start = System.nanoTime();
        long now = clock.nanoTime();
        Fleet current = current();
        String known = affine ? affinities.known(request.sessionId()) : null;
        Choice choice = new Choice(current, request, options, health, known, turns.getAndIncrement(), now, anyway);
        choice.make();
        RoutingDecision decision = choice.decision(registry.source(), Duration.ofNanos(System.nanoTime() - start));
        log(decision);
        CircuitBreaker.Permit permit = choice.permit();
        if (choice.chosen() < 0 || permit == null) {
            throw new NoWorkerException(decision);
        }
        WorkerInfo worker = current.workers[choice.chosen()];
        if (affine) {
            affinities.remember(request.sessionId(), worker.name());
        }
        return new Route(this, worker, current.state[choice.chosen()], permit, decision);
    }

    /**
     * As {@link #route}, but first asks where all processes keep it which worker the session was on, if this process does not know.
     *
     * @return completes with the place, which must be closed; exceptionally with a {@link NoWorkerException}. On the calling thread, or
     *     on one of the store's, so what depends on it must not block
     */
    public CompletionStage<Route> findAndRoute(RouteRequest request) {
        return affinities.find(request.sessionId()).thenApply(worker -> route(request));
    }

    /** The session has ended: it is not on any worker. */
    public void forget(String sessionId) {
        affinities.forget(sessionId);
    }

    void forget(String sessionId, String worker) {
        if (worker.equals(affinities.known(sessionId))) {
            affinities.forget(sessionId);
        }
    }

    long now() {
        return clock.nanoTime();
    }

    WorkerRegistry registry() {
        return registry;
    }

    boolean isUnreachable(WorkerInfo worker) {
        return health.state(worker) == WorkerHealth.State.UNREACHABLE;
    }

    private Fleet current() {
        List<WorkerInfo> list = registry.workers();
        Fleet known = fleet;
        return known.isOf(list) ? known : renew();
    }

    private synchronized Fleet renew() {
        List<WorkerInfo> list = registry.workers();
        if (!fleet.isOf(list)) {
            fleet = fleet.next(list, options, clock);
        }
        return fleet;
    }

    private static void log(RoutingDecision decision) {
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue("session_id", decision.request().sessionId())
                    .addKeyValue("strategy", decision.strategy().label())
                    .addKeyValue("worker", decision.chosen())
                    .addKeyValue("workers", decision.candidates().size())
                    .addKeyValue("healthy", decision.leftAfter(RoutingStage.HEALTH))
                    .addKeyValue("duration_us", decision.took().toNanos() / 1_000)
                    .addKeyValue("decision", decision)
                    .log("routed");
        }
    }

    /** All workers as they are now. */
    public List<WorkerStatus> status() {
        long now = clock.nanoTime();
        Fleet current = current();
        List<WorkerStatus> all = new ArrayList<>(current.workers.length);
        for (int i = 0; i < current.workers.length; i++) {
            WorkerState state = current.state[i];
            all.add(new WorkerStatus(
                    current.workers[i],
                    state.inFlight(),
                    state.latencyMillis(now),
                    state.breaker.phase(now),
                    state.breaker.failures(),
                    health.state(current.workers[i])));
        }
        return List.copyOf(all);
    }

    /** Collects what a router is made of; not thread-safe. */
    public static final class Builder {
        private final WorkerRegistry registry;
        private RoutingOptions options = RoutingOptions.DEFAULT;
        private WorkerHealth health = WorkerHealth.ASSUMED;
        private @Nullable Affinities affinities;
        private EngineClock clock = EngineClock.system();

        private Builder(WorkerRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /** How workers are chosen; {@link RoutingOptions#DEFAULT} unless set. */
        public Builder options(RoutingOptions value) {
            options = Objects.requireNonNull(value, "options");
            return this;
        }

        /** What is known of workers' health; {@link WorkerHealth#ASSUMED} unless set. */
        public Builder health(WorkerHealth value) {
            health = Objects.requireNonNull(value, "health");
            return this;
        }

        /** Where sessions' workers are remembered; in this process unless set. */
        public Builder affinities(Affinities value) {
            affinities = Objects.requireNonNull(value, "affinities");
            return this;
        }

        /** The clock of breakers and latencies. */
        public Builder clock(EngineClock value) {
            clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /** The router. */
        public Router build() {
            return new Router(this);
        }
    }
}
