package dev.duplexvoice.grpc.registry;

import dev.duplexvoice.time.EngineClock;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Affinities that all processes share, {@code routing:affinity:<session_id>} in Redis, and this process' own copy of those it has seen.
 * Without Redis the copy does, and nobody waits for an answer for longer than 100 ms.
 */
public final class RedisAffinities implements Affinities {
    private static final Logger LOG = LoggerFactory.getLogger(RedisAffinities.class);
    private static final String PREFIX = "routing:affinity:";
    private static final int LONGEST_SESSION = 512;
    /** A caller waits for the answer, and it is only a hint. */
    private static final long FIND_MILLIS = 100;

    private final RedisStore store;
    private final LocalAffinities local;
    private final long timeToLiveSeconds;

    /** In this store, with the usual time to live. */
    public RedisAffinities(RedisStore store) {
        this(store, TIME_TO_LIVE, EngineClock.system());
    }

    /**
     * In this store.
     *
     * @param timeToLive whole seconds, 1 s or more
     * @throws IllegalArgumentException if it is less
     */
    public RedisAffinities(RedisStore store, Duration timeToLive, EngineClock clock) {
        Durations.require("timeToLive", timeToLive, Duration.ofSeconds(1), Duration.ofDays(30));
        this.store = store;
        this.local = new LocalAffinities(clock, timeToLive);
        this.timeToLiveSeconds = timeToLive.toSeconds();
    }

    @Override
    public @Nullable String known(String sessionId) {
        return local.known(sessionId);
    }

    @Override
    public CompletionStage<@Nullable String> find(String sessionId) {
        String known = local.known(sessionId);
        if (known != null || sessionId.length() > LONGEST_SESSION) {
            return CompletableFuture.completedStage(known);
        }
        return store.call(redis -> redis.getrange(PREFIX + sessionId, 0, WorkerEntry.LONGEST))
                .handle((worker, failure) -> {
                    if (failure != null) {
                        untold("read", failure);
                    }
                    return failure == null && WorkerInfo.isName(worker) ? worker : null;
                })
                .completeOnTimeout(null, FIND_MILLIS, TimeUnit.MILLISECONDS)
                // Behind the timeout: who does not wait any more has chosen a worker, which a late answer must not
                // replace.
                .thenApply(worker -> worker == null ? local.known(sessionId) : local.learn(sessionId, worker));
    }

    @Override
    public void remember(String sessionId, String worker) {
        local.remember(sessionId, worker);
        if (sessionId.length() <= LONGEST_SESSION) {
            store.call(redis -> redis.set(PREFIX + sessionId, worker, SetArgs.Builder.ex(timeToLiveSeconds)))
                    .exceptionally(failure -> untold("written", failure));
        }
    }

    @Override
    public void forget(String sessionId) {
        local.forget(sessionId);
        if (sessionId.length() <= LONGEST_SESSION) {
            store.call(redis -> redis.del(PREFIX + sessionId)).exceptionally(failure -> {
                untold("deleted", failure);
                return 0L;
            });
        }
    }

    /** The store tells that Redis is away; a line for each session would add nothing. */
    private static String untold(String what, Throwable failure) {
        LOG.atDebug().addKeyValue("reason", failure.getMessage()).log("an affinity could not be {}", what);
        return "";
    }
}
