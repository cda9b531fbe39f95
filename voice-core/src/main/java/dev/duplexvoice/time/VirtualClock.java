package dev.duplexvoice.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A clock that stands still until it is driven. An engine built with it starts no threads: audio loops, Responders,
 * synthesis and event listeners all run on the thread that calls {@link #advance} or {@link #runUntil}, in an order that
 * depends on nothing but the calls made. So a conversation runs faster than real time, and the same every time.
 *
 * <p>At one instant the order is: tasks scheduled for it, in the order they were scheduled; work that they caused; then the
 * audio loops; then whatever those caused, until nothing is left to do at that instant.
 *
 * <p>Single-threaded: all calls come from one thread, {@link #execute} and {@link #schedule} too. What an audio loop calls itself,
 * such as a {@link dev.duplexvoice.VadObserver}, may call these two but not drive the clock.
 */
public final class VirtualClock implements EngineClock {

    /** Something that wants to run at times of its own, such as an audio loop. */
    public interface Driven {

        /**
         * When it wants to run next, in nanoseconds of this clock; a past time for at once, {@link Long#MAX_VALUE} for never.
         *
         * @throws IllegalStateException if it is running
         */
        long nextDue();

        /** Runs what is due. */
        void run(long now);
    }

    private record Scheduled(long at, long order, Runnable task) implements Comparable<Scheduled> {
        @Override
        public int compareTo(Scheduled other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Scheduled> scheduled = new PriorityQueue<>();
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private final List<Driven> driven = new ArrayList<>();
    private long now;
    private long order;

    /** A clock at time 0. */
    public VirtualClock() {}

    @Override
    public long nanoTime() {
        return now;
    }

    /** Runs the task when the clock reaches now + delay; a negative delay counts as 0. */
    public void schedule(Duration delay, Runnable task) {
        scheduled.add(new Scheduled(Math.addExact(now, Math.max(0, delay.toNanos())), order++, task));
    }

    /** Runs the task at this instant, after those already waiting. */
    public void execute(Runnable task) {
        ready.add(task);
    }

    /** Adds something to drive; the engine does this itself. */
    public void attach(Driven loop) {
        driven.add(loop);
    }

    /** Drives it no more. */
    public void detach(Driven loop) {
        driven.remove(loop);
    }

    /**
     * Moves on by a duration, running all that becomes due on the way.
     *
     * @throws IllegalStateException if an audio loop calls this
     */
    public void advance(Duration duration) {
        runUntil(Math.addExact(now, duration.toNanos()));
    }

    /**
     * Moves on to a time, running all that becomes due on the way, that instant's own work included.
     *
     * @throws IllegalStateException if an audio loop calls this
     */
    public void runUntil(long nanos) {
        if (nanos < now) {
            throw new IllegalArgumentException("nanos=" + nanos + ": the clock is at " + now + " and cannot go back");
        }
        // First, so that nothing is done if one of them is running.
        nextDue();
        while (true) {
            runInstant();
            long next = nextDue();
            if (next > nanos) {
                // A task may have driven the clock further.
                now = Math.max(now, nanos);
                return;
            }
            now = Math.max(now, next);
        }
    }

    private long nextDue() {
        long next = scheduled.isEmpty() ? Long.MAX_VALUE : scheduled.peek().at;
        for (Driven loop : driven) {
            next = Math.min(next, loop.nextDue());
        }
        return next;
    }

    private void runInstant() {
        boolean more = true;
        while (more) {
            more = false;
            while (!scheduled.isEmpty() && scheduled.peek().at <= now) {
                scheduled.remove().task.run();
                more = true;
            }
            for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
                task.run();
                more = true;
            }
            for (Driven loop : List.copyOf(driven)) {
                if (loop.nextDue() <= now) {
                    loop.run(now);
                    more = true;
                }
            }
        }
    }
}
