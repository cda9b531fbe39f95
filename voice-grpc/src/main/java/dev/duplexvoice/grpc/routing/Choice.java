package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One decision while it is made. Used by one thread, once. */
final class Choice {
    private final Fleet fleet;
    private final RouteRequest request;
    private final RoutingOptions options;
    private final WorkerHealth health;
    private final @Nullable String affine;
    private final long turn;
    private final long now;
    private final boolean anyway;
    private final int size;
    private final int[] inFlight;
    private final double[] load;
    private final double[] latency;
    private final double[] score;
    private final @Nullable Dropped[] dropped;
    private int chosen = -1;
    private CircuitBreaker.@Nullable Permit permit;

    /** @param anyway whether open circuit breakers let calls through */
    Choice(
            Fleet fleet,
            RouteRequest request,
            RoutingOptions options,
            WorkerHealth health,
            @Nullable String affine,
            long turn,
            long now,
            boolean anyway) {
        this.fleet = fleet;
        this.request = request;
        this.options = options;
        this.health = health;
        this.affine = affine;
        this.turn = turn;
        this.now = now;
        this.anyway = anyway;
        size = fleet.workers.length;
        inFlight = new int[size];
        load = new double[size];
        latency = new double[size];
        score = new double[size];
        dropped = new Dropped[size];
    }

    /** Decides, and takes the place. */
    void make() {
        for (int i = 0; i < size; i++) {
            WorkerState state = fleet.state[i];
            inFlight[i] = state.inFlight();
            load[i] = Scores.load(fleet.workers[i], inFlight[i], options);
            latency[i] = state.latencyMillis(now);
            dropped[i] = unsuitable(fleet.workers[i], state);
        }
        int[] members = new int[size];
        take(members, affineOnly(members));
        if (chosen < 0) {
            take(members, rest(members, true));
        }
        if (chosen < 0) {
            take(members, rest(members, false));
        }
    }

    private @Nullable Dropped unsuitable(WorkerInfo worker, WorkerState state) {
        if (request.excluded().contains(worker.name())) {
            return new Dropped.Excluded();
        }
        String language = request.language();
        if (language != null && !worker.capabilities().speaks(language)) {
            return new Dropped.Language(language, worker.capabilities().languages());
        }
        if (!worker.capabilities().features().containsAll(request.required())) {
            return new Dropped.Capabilities(worker.capabilities().features(), request.required());
        }
        Duration age = worker.heartbeatAge();
        if (age != null && age.compareTo(options.maxHeartbeatAge()) > 0) {
            return new Dropped.Heartbeat(age, options.maxHeartbeatAge());
        }
        WorkerHealth.State found = health.state(worker);
        if (!found.isUsable()) {
            return new Dropped.Health(found);
        }
        return anyway || state.breaker.permits(now) ? null : broken(state.breaker);
    }

    private Dropped broken(CircuitBreaker breaker) {
        return new Dropped.Breaker(breaker.phase(now), breaker.failures(), breaker.opensIn(now));
    }

    private int affineOnly(int[] members) {
        for (int i = 0; affine != null && i < size; i++) {
            if (dropped[i] == null && fleet.workers[i].name().equals(affine)) {
                members[0] = i;
                return 1;
            }
        }
        return 0;
    }

    /** Those that nothing was said against, with the model in memory or not; without a model all are of the second kind. */
    private int rest(int[] members, boolean resident) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (dropped[i] == null && isResident(i) == resident) {
                members[count++] = i;
            }
        }
        return count;
    }

    private boolean isResident(int worker) {
        String model = request.model();
        return model != null && fleet.workers[worker].residentModels().contains(model);
    }

    /** Takes the best that lets itself be taken, and says of the others why not. */
    private void take(int[] members, int count) {
        Scores.score(options, turn, members, count, load, latency, inFlight, score);
        for (int left = count; left > 0 && chosen < 0; left--) {
            int best = best(members, count);
            if (enter(best)) {
                chosen = best;
            }
        }
        for (int i = 0; chosen >= 0 && i < size; i++) {
            if (dropped[i] == null && i != chosen) {
                dropped[i] = passedOver(i);
            }
        }
    }

    /** Of those that are left, the first with the lowest score, beginning where it is whose turn. */
    private int best(int[] members, int count) {
        int best = -1;
        int start = (int) Math.floorMod(turn, (long) count);
        for (int i = 0; i < count; i++) {
            int member = members[start + i < count ? start + i : start + i - count];
            if (dropped[member] == null && (best < 0 || score[member] < score[best])) {
                best = member;
            }
        }
        return best;
    }

    private boolean enter(int worker) {
        WorkerState state = fleet.state[worker];
        int limit = fleet.workers[worker].capabilities().maxConcurrentSessions();
        if (!state.enter(limit)) {
            dropped[worker] = new Dropped.Full(state.inFlight(), limit);
            return false;
        }
        permit = anyway ? state.breaker.acquireAnyway(now) : state.breaker.acquire(now);
        if (permit == null) {
            state.leave();
            dropped[worker] = broken(state.breaker);
            return false;
        }
        return true;
    }

    private Dropped passedOver(int worker) {
        String model = request.model();
        if (affine != null && fleet.workers[chosen].name().equals(affine)) {
            return new Dropped.Affinity(affine);
        }
        if (model != null && isResident(chosen) && !isResident(worker)) {
            return new Dropped.ResidentModel(model);
        }
        return new Dropped.Score(score[worker], score[chosen]);
    }

    /** The index of the worker that was taken; -1 for none. */
    int chosen() {
        return chosen;
    }

    CircuitBreaker.@Nullable Permit permit() {
        return permit;
    }

    RoutingDecision decision(String source, Duration took) {
        List<RoutingDecision.Candidate> candidates = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            candidates.add(
                    new RoutingDecision.Candidate(fleet.workers[i], inFlight[i], load[i], latency[i], dropped[i]));
        }
        return new RoutingDecision(
                request,
                options.strategy(),
                source,
                candidates,
                chosen < 0 ? null : fleet.workers[chosen].name(),
                took);
    }
}
