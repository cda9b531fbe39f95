package dev.duplexvoice.grpc.registry;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all entries {@code worker:*}: SCAN for the keys, then everything in one go. On the store's thread. */
final class RedisEntries {
    static final String PREFIX = "worker:";
    private static final Logger LOG = LoggerFactory.getLogger(RedisEntries.class);
    private static final ScanArgs ARGS = ScanArgs.Builder.matches(PREFIX + "*").limit(1_000);
    private static final int MOST_WORKERS = 2_000;

    /**
     * What stands there.
     *
     * @param json one byte longer than {@link WorkerEntry#LONGEST} if it is too long
     * @param timeToLive milliseconds; negative for ever
     */
    record Entry(String json, long timeToLive) {}

    private final RedisStore store;
    private boolean toldOfTooMany;

    RedisEntries(RedisStore store) {
        this.store = store;
    }

    /** Completes with the entries by the names in their keys, on the store's thread. */
    CompletableFuture<Map<String, Entry>> read() {
        CompletableFuture<Map<String, Entry>> result = new CompletableFuture<>();
        scan(ScanCursor.INITIAL, new LinkedHashSet<>(), result);
        return result;
    }

    private void scan(ScanCursor cursor, Set<String> keys, CompletableFuture<Map<String, Entry>> result) {
        store.call(redis -> redis.scan(cursor, ARGS)).whenComplete((page, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (collect(page, keys) && !page.isFinished()) {
                scan(page, keys, result);
            } else {
                fetch(List.copyOf(keys), result);
            }
        });
    }

    private boolean collect(KeyScanCursor<String> page, Set<String> keys) {
        for (String key : page.getKeys()) {
            if (keys.size() == MOST_WORKERS) {
                if (!toldOfTooMany) {
                    toldOfTooMany = true;
                    LOG.atWarn()
                            .addKeyValue("redis", store)
                            .addKeyValue("limit", MOST_WORKERS)
                            .log("Redis holds more workers than are read; the others are left out");
                }
                return false;
            }
            keys.add(key);
        }
        return true;
    }

    private void fetch(List<String> keys, CompletableFuture<Map<String, Entry>> result) {
        store.call(redis -> entries(redis, keys)).whenComplete((found, failure) -> {
            if (failure == null) {
                result.complete(found);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private static CompletionStage<Map<String, Entry>> entries(
            RedisAsyncCommands<String, String> redis, List<String> keys) {
        List<CompletableFuture<Entry>> answers = keys.stream()
                .map(key -> entry(redis, key).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    Map<String, Entry> found = new HashMap<>();
                    for (int i = 0; i < keys.size(); i++) {
                        Entry entry = answers.get(i).join();
                        if (!entry.json().isEmpty()) {
                            found.put(keys.get(i).substring(PREFIX.length()), entry);
                        }
                    }
                    return found;
                });
    }

    private static CompletionStage<Entry> entry(RedisAsyncCommands<String, String> redis, String key) {
        // Not MGET: of an entry of any size this reads no more than could be used. GETRANGE's end is inclusive.
        return redis.getrange(key, 0, WorkerEntry.LONGEST)
                .exceptionally(RedisEntries::wrongType)
                .thenCombine(redis.pttl(key), Entry::new);
    }

    /** A key that is no text is an entry that cannot be used; anything else is Redis' trouble. */
    private static String wrongType(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String message = String.valueOf(cause.getMessage());
        if (message.startsWith("WRONGTYPE")) {
            return "\"not a text\"";
        }
        throw failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
}
