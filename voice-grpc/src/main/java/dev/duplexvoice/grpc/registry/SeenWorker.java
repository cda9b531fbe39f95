package dev.duplexvoice.grpc.registry;

import java.time.Duration;

/**
 * A worker in Redis, and when its heartbeat was noticed. A heartbeat is a timestamp other than before, or a time to live that has grown;
 * the worker's clock and this one are never compared.
 *
 * @param entry what it wrote
 * @param heartbeat when a heartbeat was last noticed, nanoseconds of the registry's clock
 * @param expiry when the entry would expire unless it is written again, on the same clock; Long.MAX_VALUE for never
 */
record SeenWorker(WorkerEntry entry, long heartbeat, long expiry) {
    /** The way to Redis and back may take longer or shorter. */
    private static final long JITTER_NANOS = 100_000_000;

    static SeenWorker first(WorkerEntry entry, long now, long expiry) {
        return new SeenWorker(entry, now, expiry);
    }

    /** It was seen again. */
    SeenWorker again(WorkerEntry now, long at, long newExpiry) {
        boolean beat = now.lastHeartbeat() != entry.lastHeartbeat()
                || newExpiry != Long.MAX_VALUE && (expiry == Long.MAX_VALUE || newExpiry - expiry > JITTER_NANOS);
        return beat ? new SeenWorker(now, at, newExpiry) : new SeenWorker(now, heartbeat, expiry);
    }

    /** For a time nobody could look, so nobody could notice heartbeats. */
    SeenWorker blindFor(long nanos) {
        return new SeenWorker(entry, heartbeat + nanos, expiry);
    }

    WorkerInfo info(long now) {
        return entry.worker().withHeartbeatAge(Duration.ofNanos(Math.max(0, now - heartbeat)));
    }
}
