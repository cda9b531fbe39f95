package dev.duplexvoice.grpc.registry;

import dev.duplexvoice.time.EngineClock;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Affinities of this process alone; of at most 100,000 sessions. */
public final class LocalAffinities implements Affinities {
    private static final int MOST = 100_000;

    private record Place(String worker, long until) {}

    private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();
    private final EngineClock clock;
    private final long timeToLive;
    private final int most;

    /** With the usual time to live. */
    public LocalAffinities() {
        this(EngineClock.system(), TIME_TO_LIVE);
    }

    /** With a time to live on a clock. */
    public LocalAffinities(EngineClock clock, Duration timeToLive) {
        this(clock, timeToLive, MOST);
    }

    LocalAffinities(EngineClock clock, Duration timeToLive, int most) {
        this.clock = clock;
        this.timeToLive = timeToLive.toNanos();
        this.most = most;
    }

    @Override
    public @Nullable String known(String sessionId) {
        Place place = places.get(sessionId);
        return place == null || clock.nanoTime() - place.until >= 0 ? null : place.worker;
    }

    @Override
    public CompletionStage<@Nullable String> find(String sessionId) {
        return CompletableFuture.completedStage(known(sessionId));
    }

    @Override
    public void remember(String sessionId, String worker) {
        long now = clock.nanoTime();
        places.put(sessionId, new Place(worker, now + timeToLive));
        keepRoom(sessionId, now);
    }

    /** What somebody else has told of the session, unless this process knows better; returns what is known then. */
    String learn(String sessionId, String worker) {
        long now = clock.nanoTime();
        Place told = new Place(worker, now + timeToLive);
        Place place = places.merge(sessionId, told, (known, other) -> now - known.until >= 0 ? other : known);
        keepRoom(sessionId, now);
        return place == null ? worker : place.worker;
    }

    private void keepRoom(String sessionId, long now) {
        if (places.size() > most) {
            makeRoom(sessionId, now);
        }
    }

    private synchronized void makeRoom(String newest, long now) {
        if (places.size() <= most) {
            return;
        }
        places.values().removeIf(place -> now - place.until >= 0);
        // A tenth at a time, so that this is rare.
        Iterator<String> sessions = places.keySet().iterator();
        while (places.size() > most - most / 10 && sessions.hasNext()) {
            if (!sessions.next().equals(newest)) {
                sessions.remove();
            }
        }
    }

    int size() {
        return places.size();
    }

    @Override
    public void forget(String sessionId) {
        places.remove(sessionId);
    }
}
