package dev.duplexvoice.server.internal.security;

import java.util.HashMap;
import java.util.Map;

/** How many of something each key has now, up to a limit; a key that has none is not kept. Thread-safe. */
public final class KeyedCounts {
    private final int most;
    private final Map<String, Integer> counts = new HashMap<>();

    /** @param most of each key */
    public KeyedCounts(int most) {
        this.most = most;
    }

    /** One more; false, and none is added, if that is too many. */
    public synchronized boolean add(String key) {
        int now = counts.getOrDefault(key, 0);
        if (now >= most) {
            return false;
        }
        counts.put(key, now + 1);
        return true;
    }

    /** Whether there is room for one more. */
    public synchronized boolean hasRoom(String key) {
        return counts.getOrDefault(key, 0) < most;
    }

    /** One less. */
    public synchronized void remove(String key) {
        counts.computeIfPresent(key, (any, now) -> now == 1 ? null : now - 1);
    }

    /** Keys that have any. */
    public synchronized int size() {
        return counts.size();
    }
}
