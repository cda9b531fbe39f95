package dev.duplexvoice.server.internal.security;

import dev.duplexvoice.server.security.RateLimit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One rate limit for each of many keys, as the Generic Cell Rate Algorithm of ITU-T I.371: a key is one number, the time at which it has
 * all of its allowance again. Keys beyond the most are forgotten, the ones not seen for longest first, which gives those their whole
 * allowance back: who has that many addresses is held by the limit of connections. Thread-safe.
 */
public final class KeyedRates {
    /** About 1.5 MB of addresses. */
    public static final int MOST_KEYS = 10_000;

    private static final long MINUTE = 60_000_000_000L;

    private final long interval;
    private final long tolerance;
    private final LongSupplier nanoTime;
    private final Map<String, Long> wholeAgainAt = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_KEYS;
        }
    };

    /** @param nanoTime of any origin */
    public KeyedRates(RateLimit limit, LongSupplier nanoTime) {
        interval = Math.max(1, MINUTE / limit.perMinute());
        tolerance = interval * (limit.burst() - 1L);
        this.nanoTime = nanoTime;
    }

    /**
     * Takes one.
     *
     * @return 0 if there was one; else the nanoseconds until there is, and nothing is taken
     */
    public synchronized long take(String key) {
        long now = nanoTime.getAsLong();
        Long known = wholeAgainAt.get(key);
        long ahead = known == null ? 0 : Math.max(0, known - now);
        if (ahead > tolerance) {
            return ahead - tolerance;
        }
        wholeAgainAt.put(key, now + ahead + interval);
        return 0;
    }

    /** Keys that are remembered. */
    public synchronized int size() {
        return wholeAgainAt.size();
    }
}
