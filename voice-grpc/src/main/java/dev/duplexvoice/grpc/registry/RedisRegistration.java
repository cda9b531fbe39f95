package dev.duplexvoice.grpc.registry;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's own entry in Redis: written at once, again with every heartbeat and whenever there is a new connection, deleted by
 * {@link #close}. What it says is asked for anew each time. Without Redis the worker works on and registers when Redis is back.
 */
public final class RedisRegistration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisRegistration.class);
    private static final String DELETE_OWN =
            "local now = redis.call('GET', KEYS[1]) if now == ARGV[1] or now == ARGV[2] then"
                    + " return redis.call('DEL', KEYS[1]) else return 0 end";

    private final RedisStore store;
    private final Supplier<WorkerInfo> worker;
    private final HeartbeatOptions options;
    private final InstantSource time;
    private final String name;
    private final Runnable beat = this::beat;
    private final AtomicBoolean closed = new AtomicBoolean();
    // On the store's thread:
    private @Nullable String written;
    /** The last one, which may have arrived though that was not told. */
    private @Nullable String sent;

    private boolean beating;
    private boolean failing;
    private boolean toldOfOther;

    private RedisRegistration(
            RedisStore store, Supplier<WorkerInfo> worker, HeartbeatOptions options, InstantSource time) {
        this.store = store;
        this.worker = worker;
        this.options = options;
        this.time = time;
        this.name = worker.get().name();
    }

    /**
     * Registers a worker and keeps it registered.
     *
     * @param store must be closed after the registration
     * @param worker tells what the worker is and how it does, with the same name each time; called on the store's thread, must not
     *     block. If it throws, that heartbeat is left out
     */
    public static RedisRegistration register(RedisStore store, Supplier<WorkerInfo> worker, HeartbeatOptions options) {
        return register(store, worker, options, InstantSource.system());
    }

    static RedisRegistration register(
            RedisStore store, Supplier<WorkerInfo> worker, HeartbeatOptions options, InstantSource time) {
        RedisRegistration registration = new RedisRegistration(store, worker, options, time);
        store.onConnect(registration.beat);
        registration.beatLater();
        return registration;
    }

    private void beatLater() {
        store.later(options.interval(), () -> {
            if (!closed.get()) {
                beat();
                beatLater();
            }
        });
    }

    private void beat() {
        if (closed.get() || beating) {
            return;
        }
        String json;
        try {
            json = json();
        } catch (RuntimeException e) {
            failed(e);
            return;
        }
        beating = true;
        String expected = written;
        sent = json;
        store.call(redis -> write(redis, json)).whenComplete((before, failure) -> {
            beating = false;
            if (failure != null) {
                failed(failure);
                return;
            }
            written = json;
            checkOther(before, expected);
            if (failing) {
                failing = false;
                LOG.atInfo()
                        .addKeyValue("worker", name)
                        .addKeyValue("redis", store)
                        .log("registered again");
            }
        });
    }

    private String json() {
        WorkerInfo now = worker.get();
        if (!now.name().equals(name)) {
            throw new IllegalStateException("name=" + now.name() + ": the worker registered as " + name);
        }
        return new WorkerEntry(now, time.millis() / 1_000).write();
    }

    /** Completes with what stood there before. */
    private CompletionStage<String> write(RedisAsyncCommands<String, String> redis, String json) {
        CompletionStage<String> before = redis.getrange(key(), 0, WorkerEntry.LONGEST);
        return redis.set(key(), json, SetArgs.Builder.ex(options.timeToLive().toSeconds()))
                .thenCombine(before.exceptionally(failure -> ""), (ok, old) -> old);
    }

    private String key() {
        return RedisEntries.PREFIX + name;
    }

    private void failed(Throwable failure) {
        if (!failing) {
            failing = true;
            LOG.atWarn()
                    .addKeyValue("worker", name)
                    .addKeyValue("reason", failure.getMessage())
                    .log("the worker could not be registered; it is tried again with every heartbeat");
        }
    }

    /** Two workers of one name would take turns in one entry, and each would be called half of the time. */
    private void checkOther(String before, @Nullable String expected) {
        if (toldOfOther || before.isEmpty() || before.equals(expected)) {
            return;
        }
        try {
            WorkerAddress other = WorkerEntry.read(before).worker().address();
            WorkerAddress own = worker.get().address();
            if (!other.equals(own)) {
                toldOfOther = true;
                LOG.atWarn()
                        .addKeyValue("worker", name)
                        .addKeyValue("addr", own)
                        .addKeyValue("other", other)
                        .log("another worker was registered under this name; if it lives, give each its own name");
            }
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("worker", name).setCause(e).log("the entry before this one was not readable");
        }
    }

    /** Deletes the entry if it is still this worker's own, within a bounded time, and sends no more heartbeats. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        store.removeOnConnect(beat);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        boolean open = store.later(Duration.ZERO, () -> delete(gone));
        if (!open) {
            return;
        }
        try {
            gone.get(2 * store.commandTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atInfo()
                    .addKeyValue("worker", name)
                    .addKeyValue("ttl", options.timeToLive())
                    .log("the worker's entry could not be deleted; it expires by itself");
        }
    }

    private void delete(CompletableFuture<Void> gone) {
        String last = sent;
        if (last == null) {
            gone.complete(null);
            return;
        }
        String known = written == null ? last : written;
        store.call(redis -> redis.<Long>eval(DELETE_OWN, ScriptOutputType.INTEGER, new String[] {key()}, last, known))
                .whenComplete((deleted, failure) -> {
                    if (failure == null) {
                        gone.complete(null);
                    } else {
                        gone.completeExceptionally(failure);
                    }
                });
    }
}
