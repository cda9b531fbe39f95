package dev.duplexvoice.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Runs tasks at once on the thread that asks, one after the other: what a task asks for runs when it is over, and all of it before
 * the first {@link #execute} returns. For an engine on a virtual clock, whose one thread cannot wait for others.
 */
final class CallingThread implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
                next.run();
            }
        } finally {
            running = false;
        }
    }
}
