package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.time.EngineClock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Decides which sessions an engine takes, and on which loop: the one that has the fewest, of those that are not overloaded. Places
 * are taken under a lock, so that no two openers are given the same one, and given back without, because loops do it.
 */
public final class Admission {
    private static final int LONGEST_WAIT_MILLIS = 2_000;

    private final EngineClock clock;
    private final Workers workers;
    private final List<AudioLoop> loops;
    private final AtomicInteger[] placed;
    private final int maxSessions;
    private final double maxLoad;
    private final AtomicInteger live = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean closed;
    private volatile boolean draining;

    /** A place on a loop that a session has, until it is given back. */
    public final class Place {
        private final int loop;

        Place(int loop) {
            this.loop = loop;
        }

        AudioLoop loop() {
            return loops.get(loop);
        }

        /** Gives the place back. Once; any thread. */
        public void release() {
            placed[loop].decrementAndGet();
            if (live.decrementAndGet() == 0 && draining) {
                workers.host(Admission.this::completeDrain);
            }
        }
    }

    /**
     * Admits to these loops.
     *
     * @param maxSessions most sessions at a time
     * @param maxLoad share of a second in which a loop may work and still be given sessions; 1 for any
     */
    public Admission(EngineClock clock, Workers workers, List<AudioLoop> loops, int maxSessions, double maxLoad) {
        this.clock = clock;
        this.workers = workers;
        this.loops = List.copyOf(loops);
        this.maxSessions = maxSessions;
        this.maxLoad = maxLoad;
        this.placed = new AtomicInteger[loops.size()];
        for (int i = 0; i < placed.length; i++) {
            placed[i] = new AtomicInteger();
        }
    }

    /**
     * Takes a place.
     *
     * @throws VoiceException if there is none, with the limit in its message
     * @throws IllegalStateException if the engine is closed
     */
    public synchronized Place take() {
        requireOpen();
        if (draining) {
            throw drainsException();
        }
        int count = live.get();
        if (count >= maxSessions) {
            throw refused("maxSessions=" + maxSessions + ", sessions=" + count
                    + ": the engine is full; close sessions, or build it with more maxSessions");
        }
        int loop = leastLoaded();
        placed[loop].incrementAndGet();
        live.incrementAndGet();
        return new Place(loop);
    }

    private int leastLoaded() {
        long now = clock.nanoTime();
        int chosen = -1;
        double lowest = Double.MAX_VALUE;
        for (int i = 0; i < placed.length; i++) {
            double load = loops.get(i).meter().load(now);
            lowest = Math.min(lowest, load);
            if (load <= maxLoad && (chosen < 0 || placed[i].get() < placed[chosen].get())) {
                chosen = i;
            }
        }
        if (chosen < 0) {
            throw refused(String.format(
                    Locale.ROOT,
                    "maxLoad=%.2f, load=%.2f: the audio loops worked that share of the last second; try again later, or"
                            + " build the engine with more loops if there are processors",
                    maxLoad,
                    lowest));
        }
        return chosen;
    }

    private static VoiceException refused(String message) {
        return new VoiceException(VoiceException.Code.OVERLOADED, message);
    }

    static VoiceException drainsException() {
        return new VoiceException(
                VoiceException.Code.DRAINING, "the engine drains, no session is opened any more: use another engine");
    }

    /**
     * Does nothing while the engine is open.
     *
     * @throws IllegalStateException if it is closed
     */
    public synchronized void requireOpen() {
        if (closed) {
            throw closedException();
        }
    }

    static IllegalStateException closedException() {
        return new IllegalStateException("the engine is closed: build a new one");
    }

    /** From now on nothing is admitted. Returns false if that was so already. */
    public synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /**
     * From now on no session is admitted, and those that are there at the deadline are ended.
     *
     * @param deadline in nanoseconds of the engine's clock; of several the earliest counts
     * @return completes when there are no sessions
     */
    public CompletionStage<Void> drain(long deadline) {
        synchronized (this) {
            requireOpen();
            draining = true;
        }
        for (AudioLoop loop : loops) {
            loop.endAllAt(deadline);
        }
        if (live.get() == 0) {
            completeDrain();
        }
        return drained.minimalCompletionStage();
    }

    /** Completes the stage of a drain: there are no sessions, or the engine is closed. */
    public void completeDrain() {
        drained.complete(null);
    }

    /** Waits a moment for openers who had a place when the engine was closed, so that what they give back can still be freed. */
    public void awaitOpeners() {
        for (int i = 0; i < LONGEST_WAIT_MILLIS && live.get() > 0; i++) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Sessions that live or are being opened. */
    public int sessions() {
        return live.get();
    }

    /** Sessions of a loop. */
    public int sessions(int loop) {
        return placed[loop].get();
    }
}
