package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.time.VirtualClock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What routing should do, written as plainly as the description of it, with a book of its own on every worker. */
final class RoutingOracle {

    /** Who may be taken, and for each worker the steps at which it may be dropped if it is not. */
    record Answer(Set<String> mayTake, Map<String, Set<RoutingStage>> stages) {}

    /** A place that was taken. */
    static final class Held {
        final String session;
        final String worker;
        boolean trial;
        int period;

        Held(String session, String worker, boolean trial, int period) {
            this.session = session;
            this.worker = worker;
            this.trial = trial;
            this.period = period;
        }
    }

    private static final class Book {
        int inFlight;
        double latency = -1;
        long latencyAt;
        int failures;
        long lastFailure;
        boolean tripped;
        long trippedAt;
        boolean trying;
        int trials;
        int successes;
        int period;
    }

    private final RoutingOptions options;
    private final VirtualClock clock;
    private final Map<String, Book> books = new HashMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final List<Held> passedTrials = new ArrayList<>();
    private long decisions;

    RoutingOracle(RoutingOptions options, VirtualClock clock) {
        this.options = options;
        this.clock = clock;
    }

    private Book book(String worker) {
        return books.computeIfAbsent(worker, name -> new Book());
    }

    Answer decide(List<WorkerInfo> workers, Map<String, WorkerHealth.State> health, RouteRequest request) {
        Map<String, Set<RoutingStage>> stages = new HashMap<>();
        List<WorkerInfo> suitable = new ArrayList<>();
        for (WorkerInfo worker : workers) {
            RoutingStage stage = unsuitable(worker, health, request);
            if (stage == null) {
                suitable.add(worker);
            } else {
                stages.put(worker.name(), EnumSet.of(stage));
            }
        }
        List<List<WorkerInfo>> groups = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        String place = places.get(request.sessionId());
        for (WorkerInfo worker : suitable) {
            if (worker.name().equals(place)) {
                groups.get(0).add(worker);
            } else if (request.model() != null && worker.residentModels().contains(request.model())) {
                groups.get(1).add(worker);
            } else {
                groups.get(2).add(worker);
            }
        }
        long turn = decisions++;
        Set<String> mayTake = new TreeSet<>();
        List<RoutingStage> reasons = List.of(RoutingStage.AFFINITY, RoutingStage.RESIDENT_MODEL, RoutingStage.STRATEGY);
        for (int i = 0; i < groups.size(); i++) {
            List<WorkerInfo> room = groups.get(i).stream()
                    .filter(worker -> worker.capabilities().maxConcurrentSessions() == 0
                            || book(worker.name()).inFlight
                                    < worker.capabilities().maxConcurrentSessions())
                    .toList();
            for (WorkerInfo worker : groups.get(i)) {
                if (!room.contains(worker)) {
                    // Nobody asks a full one that is not the best, or not of the group that is asked.
                    stages.put(
                            worker.name(),
                            mayTake.isEmpty()
                                    ? EnumSet.of(RoutingStage.ADMISSION, RoutingStage.STRATEGY)
                                    : EnumSet.of(
                                            reasons.get(i - 1), RoutingStage.AFFINITY, RoutingStage.RESIDENT_MODEL));
                } else {
                    stages.put(
                            worker.name(),
                            mayTake.isEmpty()
                                    ? EnumSet.of(RoutingStage.STRATEGY)
                                    : EnumSet.of(RoutingStage.AFFINITY, RoutingStage.RESIDENT_MODEL));
                }
            }
            if (mayTake.isEmpty() && !room.isEmpty()) {
                mayTake.addAll(best(groups.get(i), room, turn));
            }
        }
        if (mayTake.isEmpty()) {
            suitable.forEach(worker -> stages.put(worker.name(), EnumSet.of(RoutingStage.ADMISSION)));
        }
        return new Answer(mayTake, stages);
    }

    private RoutingStage unsuitable(WorkerInfo worker, Map<String, WorkerHealth.State> health, RouteRequest request) {
        if (request.excluded().contains(worker.name())) {
            return RoutingStage.EXCLUSION;
        }
        if (request.language() != null && !speaks(worker.capabilities().languages(), request.language())) {
            return RoutingStage.LANGUAGE;
        }
        for (Capability capability : request.required()) {
            if (!worker.capabilities().features().contains(capability)) {
                return RoutingStage.CAPABILITIES;
            }
        }
        if (worker.heartbeatAge() != null
                && worker.heartbeatAge().toNanos() > options.maxHeartbeatAge().toNanos()) {
            return RoutingStage.HEALTH;
        }
        WorkerHealth.State state = health.get(worker.name());
        if (state == WorkerHealth.State.NOT_SERVING || state == WorkerHealth.State.UNREACHABLE) {
            return RoutingStage.HEALTH;
        }
        Book book = book(worker.name());
        if (book.tripped) {
            boolean waited = clock.nanoTime()
                    >= book.trippedAt + options.breaker().openFor().toNanos();
            if (!waited || book.trying && book.trials >= options.breaker().trials()) {
                return RoutingStage.HEALTH;
            }
        }
        return null;
    }

    private static boolean speaks(Set<String> languages, String wanted) {
        if (languages.isEmpty()) {
            return true;
        }
        for (String language : languages) {
            if ((language + "-").startsWith(wanted + "-") || (wanted + "-").startsWith(language + "-")) {
                return true;
            }
        }
        return false;
    }

    private Set<String> best(List<WorkerInfo> group, List<WorkerInfo> room, long turn) {
        if (options.strategy() == RoutingStrategy.RANDOM) {
            return new TreeSet<>(room.stream().map(WorkerInfo::name).toList());
        }
        double lowest = Double.POSITIVE_INFINITY;
        for (WorkerInfo worker : room) {
            lowest = Math.min(lowest, score(worker, group));
        }
        // Of equal ones the next in turn.
        for (int i = 0; i < group.size(); i++) {
            WorkerInfo worker = group.get((int) ((turn + i) % group.size()));
            if (room.contains(worker) && score(worker, group) == lowest) {
                return Set.of(worker.name());
            }
        }
        throw new IllegalStateException("nobody is the best");
    }

    private double score(WorkerInfo worker, List<WorkerInfo> group) {
        double mostLoad = 0;
        double slowest = 0;
        for (WorkerInfo other : group) {
            mostLoad = Math.max(mostLoad, load(other));
            slowest = Math.max(slowest, measured(other));
        }
        double latency = measured(worker);
        if (latency < 0) {
            latency = book(worker.name()).inFlight > 0 ? slowest : 0;
        }
        switch (options.strategy()) {
            case LEAST_LOADED:
                return load(worker);
            case LEAST_LATENCY:
                return latency;
            case WEIGHTED:
                double loadPart = mostLoad > 0 ? load(worker) / mostLoad : 0;
                double latencyPart = slowest > 0 ? latency / slowest : 0;
                return options.loadWeight() * loadPart + (1 - options.loadWeight()) * latencyPart;
            default:
                return 0;
        }
    }

    private double load(WorkerInfo worker) {
        double sessions = book(worker.name()).inFlight;
        if (!Double.isNaN(worker.metrics().queueDepth())) {
            sessions += worker.metrics().queueDepth();
        }
        int capacity = worker.capabilities().maxConcurrentSessions();
        return sessions / (capacity == 0 ? options.assumedCapacity() : capacity);
    }

    /** Negative if it was not measured lately. */
    private double measured(WorkerInfo worker) {
        Book book = book(worker.name());
        return clock.nanoTime() - book.latencyAt > options.latencyMemory().toNanos() ? -1 : book.latency;
    }

    Held take(RouteRequest request, WorkerInfo worker) {
        Book book = book(worker.name());
        book.inFlight++;
        places.put(request.sessionId(), worker.name());
        if (book.tripped) {
            if (!book.trying) {
                book.trying = true;
                book.trials = 0;
                book.successes = 0;
                book.period++;
            }
            book.trials++;
        }
        return new Held(request.sessionId(), worker.name(), book.tripped, book.period);
    }

    void firstAudio(Held held, double millis) {
        Book book = book(held.worker);
        boolean known = book.latency >= 0
                && clock.nanoTime() - book.latencyAt <= options.latencyMemory().toNanos();
        book.latency = known ? 0.3 * millis + (1 - 0.3) * book.latency : millis;
        book.latencyAt = clock.nanoTime();
        if (held.trial) {
            held.trial = false;
            passedTrials.add(held);
            if (held.period == book.period) {
                passed(book);
            } else if (held.period == book.period - 1 && !book.tripped) {
                // The others have done it without this one.
                held.period = book.period;
            }
        }
    }

    void succeeded(Held held) {
        Book book = book(held.worker);
        if (held.period != book.period) {
            return;
        }
        if (held.trial) {
            passed(book);
        } else if (!book.tripped) {
            book.failures = 0;
        }
    }

    /** A trial has shown what it should. */
    private void passed(Book book) {
        book.trials--;
        book.successes++;
        if (book.successes == options.breaker().successes()) {
            book.tripped = false;
            book.trying = false;
            book.failures = 0;
            book.period++;
            // Who answered meanwhile is now as one that was let through afterwards.
            passedTrials.stream()
                    .filter(held -> held.period == book.period - 1 && book(held.worker) == book)
                    .forEach(held -> held.period = book.period);
        }
    }

    void failed(Held held) {
        Book book = book(held.worker);
        places.remove(held.session, held.worker);
        if (held.period != book.period) {
            return;
        }
        boolean trying = book.tripped;
        boolean together = book.failures > 0 && clock.nanoTime() - book.lastFailure < 250_000_000;
        if (!trying && together) {
            return;
        }
        book.failures++;
        book.lastFailure = clock.nanoTime();
        if (trying || book.failures == options.breaker().failures()) {
            book.tripped = true;
            book.trying = false;
            book.trippedAt = clock.nanoTime();
            book.period++;
        }
    }

    void released(Held held) {
        Book book = book(held.worker);
        if (held.period == book.period && held.trial) {
            book.trials--;
        }
    }

    void closed(Held held) {
        book(held.worker).inFlight--;
    }
}
