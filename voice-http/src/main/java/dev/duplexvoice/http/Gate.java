package dev.duplexvoice.http;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Lets so many requests to a server be under way at a time; who comes later waits, in order, without a thread. Thread-safe. */
final class Gate {
    private final int places;
    private final Executor executor;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int taken;

    Gate(int places, Executor executor) {
        this.places = places;
        this.executor = executor;
    }

    /**
     * Takes a place, or waits for one.
     *
     * @return whether there was a place; else {@code enter} is run once there is
     */
    synchronized boolean enter(Runnable enter) {
        if (taken < places) {
            taken++;
            return true;
        }
        waiting.add(enter);
        return false;
    }

    /** Waits no more; false if it was not waiting (any more), so that it has a place or will be told of one. */
    synchronized boolean giveUp(Runnable enter) {
        return waiting.removeFirstOccurrence(enter);
    }

    /** Gives a place back. */
    void leave() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                taken--;
                return;
            }
        }
        // Not here: each that fails at once would call the next from within itself.
        executor.execute(next);
    }
}
