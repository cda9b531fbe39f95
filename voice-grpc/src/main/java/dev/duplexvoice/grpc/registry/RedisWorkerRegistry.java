package dev.duplexvoice.grpc.registry;

import dev.duplexvoice.time.EngineClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that stand in Redis, {@code worker:<name>}, looked at every {@link RedisRegistryOptions#interval}. An entry that cannot
 * be used is left out with one log line, the others are not affected.
 *
 * <p>While Redis does not answer, the list stays as it is for {@link RedisRegistryOptions#keep}, and heartbeats do not age. When it
 * answers again, workers that it does not have are kept for {@link RedisRegistryOptions#grace}.
 */
public final class RedisWorkerRegistry implements WorkerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(RedisWorkerRegistry.class);

    private final RedisStore store;
    private final RedisRegistryOptions options;
    private final EngineClock clock;
    private final RedisEntries entries;
    private final WorkerList list = new WorkerList();
    private final CountDownLatch looked = new CountDownLatch(1);
    private volatile boolean closed;
    // On the store's thread:
    private final Map<String, SeenWorker> seen = new HashMap<>();
    private final Refusals refusals = new Refusals();
    private int connections;
    private long lastLook;
    private long graceUntil;
    private boolean blind;
    private boolean forgotten;
    private boolean defective;

    /** Looks at a store, which must be closed after this. */
    public RedisWorkerRegistry(RedisStore store, RedisRegistryOptions options) {
        this(store, options, EngineClock.system());
    }

    RedisWorkerRegistry(RedisStore store, RedisRegistryOptions options, EngineClock clock) {
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.entries = new RedisEntries(store);
        lastLook = clock.nanoTime();
        graceUntil = lastLook;
        store.later(Duration.ZERO, this::look);
    }

    /**
     * Waits until Redis has been looked at for the first time.
     *
     * @return false if it was not within the time
     */
    public boolean awaitFirstLook(Duration time) throws InterruptedException {
        return looked.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (closed) {
            return;
        }
        entries.read().whenComplete((found, failure) -> {
            if (closed) {
                return;
            }
            try {
                if (failure == null) {
                    found(found);
                } else {
                    missed(failure);
                }
            } catch (RuntimeException e) {
                if (!defective) {
                    defective = true;
                    LOG.atError()
                            .addKeyValue("redis", store)
                            .setCause(e)
                            .log("a defect: what Redis holds could not be taken");
                }
            } finally {
                // Whatever a listener throws: else this was the last look.
                store.later(failure != null && list.get().isEmpty() ? soon() : options.interval(), this::look);
            }
        });
    }

    /** With nothing known, the first answer is wanted as soon as there is one. */
    private Duration soon() {
        Duration soon = Duration.ofMillis(100);
        return options.interval().compareTo(soon) < 0 ? options.interval() : soon;
    }

    private void found(Map<String, RedisEntries.Entry> found) {
        long now = clock.nanoTime();
        if (blind) {
            seen.replaceAll((name, worker) -> worker.blindFor(now - lastLook));
            LOG.atInfo().addKeyValue("redis", store).log("Redis answers again");
        }
        if (store.connections() != connections) {
            connections = store.connections();
            graceUntil = now + options.grace().toNanos();
        }
        blind = false;
        forgotten = false;
        lastLook = now;
        boolean grace = now - graceUntil < 0;
        Map<String, SeenWorker> before = new HashMap<>(seen);
        seen.clear();
        refusals.begin();
        found.forEach((name, entry) -> take(name, entry, before.get(name), now));
        refusals.end();
        if (grace) {
            before.forEach((name, worker) -> {
                if (!found.containsKey(name)) {
                    seen.put(name, worker);
                }
            });
        }
        list.set(seen.values().stream().map(worker -> worker.info(now)).toList());
        looked.countDown();
    }

    private void take(String name, RedisEntries.Entry raw, @Nullable SeenWorker before, long now) {
        try {
            WorkerEntry entry = WorkerEntry.read(raw.json());
            if (!entry.worker().name().equals(name)) {
                throw new IllegalArgumentException(
                        "name=" + Printable.of(entry.worker().name()) + ": must be that of its key");
            }
            if (!options.accepts().test(entry.worker().address())) {
                throw new IllegalArgumentException(
                        "addr=" + entry.worker().address() + ": not one that is accepted here");
            }
            long expiry = raw.timeToLive() < 0 ? Long.MAX_VALUE : now + TimeUnit.MILLISECONDS.toNanos(raw.timeToLive());
            seen.put(name, before == null ? SeenWorker.first(entry, now, expiry) : before.again(entry, now, expiry));
        } catch (RuntimeException e) {
            refusals.refuse(name, String.valueOf(e.getMessage()));
        }
    }

    private void missed(Throwable failure) {
        long silent = clock.nanoTime() - lastLook;
        if (!blind) {
            blind = true;
            LOG.atWarn()
                    .addKeyValue("redis", store)
                    .addKeyValue("workers", list.get().size())
                    .addKeyValue("keep", options.keep())
                    .addKeyValue("reason", failure.getMessage())
                    .log("the workers in Redis cannot be read; those last known are kept");
        }
        if (silent > options.keep().toNanos() && !forgotten) {
            forgotten = true;
            LOG.atWarn()
                    .addKeyValue("redis", store)
                    .addKeyValue("workers", list.get().size())
                    .addKeyValue("keep", options.keep())
                    .log("Redis did not answer for too long; the workers last known are forgotten");
            seen.clear();
            list.set(List.of());
        }
    }

    @Override
    public List<WorkerInfo> workers() {
        return list.get();
    }

    @Override
    public Listening onChange(Consumer<List<WorkerInfo>> listener) {
        return list.listen(listener);
    }

    @Override
    public String source() {
        return store.toString();
    }

    @Override
    public void close() {
        closed = true;
    }
}
