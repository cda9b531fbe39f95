package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import io.grpc.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every worker of a registry for its health, by gRPC's own health service, again and again. A worker that hangs is known to within
 * the interval and the deadline together: 1.5 s unless set otherwise. A new one has five deadlines for its first answer, and counts as
 * well until then. One that has no health service counts as well as long as it answers.
 */
public final class GrpcWorkerHealth implements WorkerHealth, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcWorkerHealth.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    /** The first answer of a worker has so many times the deadline: the connection must be made, and the JVM may be cold. */
    private static final int FIRST = 5;

    private record Key(String name, WorkerAddress address) {}

    private static final class Watched {
        final AtomicBoolean asking = new AtomicBoolean();
        volatile State state = State.UNKNOWN;
    }

    private final WorkerRegistry registry;
    private final Function<WorkerInfo, Channel> channels;
    private final Duration deadline;
    private final ConcurrentMap<Key, Watched> watched = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer;
    /** On the timer's thread. */
    private boolean defective;

    /**
     * Asks every 500 ms, with a deadline of 1 s.
     *
     * @param channels the channel to a worker, made by the host with its TLS and its credentials, which stays the host's to close;
     *     called on a thread of this for each question
     */
    public GrpcWorkerHealth(WorkerRegistry registry, Function<WorkerInfo, Channel> channels) {
        this(registry, channels, INTERVAL, DEADLINE);
    }

    /** As {@link #GrpcWorkerHealth(WorkerRegistry, Function)}, with another interval and deadline, both more than zero. */
    public GrpcWorkerHealth(
            WorkerRegistry registry, Function<WorkerInfo, Channel> channels, Duration interval, Duration deadline) {
        if (interval.toMillis() <= 0 || deadline.toMillis() <= 0) {
            throw new IllegalArgumentException(
                    "interval=" + interval + ", deadline=" + deadline + ": must be 1 ms or more");
        }
        this.registry = registry;
        this.channels = channels;
        this.deadline = deadline;
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "voice-health");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleAtFixedRate(this::askAll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What throws would not be run again. */
    private void askAll() {
        try {
            askEach();
            defective = false;
        } catch (RuntimeException e) {
            if (!defective) {
                defective = true;
                LOG.atError().setCause(e).log("a defect: the workers could not be asked for their health; it goes on");
            }
        }
    }

    private void askEach() {
        List<WorkerInfo> workers = registry.workers();
        Set<Key> there = new HashSet<>();
        for (WorkerInfo worker : workers) {
            there.add(key(worker));
            Watched entry = watched.computeIfAbsent(key(worker), key -> new Watched());
            if (entry.asking.compareAndSet(false, true)) {
                ask(worker, entry);
            }
        }
        watched.keySet().retainAll(there);
    }

    private static Key key(WorkerInfo worker) {
        return new Key(worker.name(), worker.address());
    }

    private void ask(WorkerInfo worker, Watched entry) {
        try {
            HealthCalls.check(channels.apply(worker), deadlineOf(entry)).thenAccept(answer -> {
                found(worker, entry, answer);
                entry.asking.set(false);
            });
        } catch (RuntimeException e) {
            found(worker, entry, new HealthCalls.Answer(State.UNREACHABLE, e.toString()));
            entry.asking.set(false);
        }
    }

    private Duration deadlineOf(Watched entry) {
        return entry.state == State.UNKNOWN ? deadline.multipliedBy(FIRST) : deadline;
    }

    private static void found(WorkerInfo worker, Watched entry, HealthCalls.Answer answer) {
        State before = entry.state;
        entry.state = answer.state();
        boolean well = answer.state().isUsable();
        if (well != before.isUsable()) {
            (well ? LOG.atInfo() : LOG.atWarn())
                    .addKeyValue("worker", worker.name())
                    .addKeyValue("addr", worker.address())
                    .addKeyValue("reason", answer.reason())
                    .log(well ? "the worker is well again" : "the worker is not well and gets no calls");
        }
    }

    @Override
    public State state(WorkerInfo worker) {
        @Nullable Watched entry = watched.get(key(worker));
        return entry == null ? State.UNKNOWN : entry.state;
    }

    /** Asks no more; what was found stays. Idempotent. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
