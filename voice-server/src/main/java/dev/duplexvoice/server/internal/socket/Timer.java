package dev.duplexvoice.server.internal.socket;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs short tasks later, on one thread; they must not block. Thread-safe. */
final class Timer {
    private static final Logger LOG = LoggerFactory.getLogger(Timer.class);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "voice-socket-timer");
        made.setDaemon(true);
        return made;
    });

    Timer() {
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRejectedExecutionHandler((task, pool) -> {});
    }

    /** Returns what takes it back. */
    Runnable after(Duration delay, Runnable task) {
        ScheduledFuture<?> due = thread.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    /** Again and again. Returns what takes it back. */
    Runnable every(Duration period, Runnable task) {
        ScheduledFuture<?> due =
                thread.scheduleWithFixedDelay(guarded(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    /** Tasks that wait. */
    int planned() {
        return thread.getQueue().size();
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("A timer of a socket threw");
            }
        };
    }

    void close() {
        thread.shutdown();
    }
}
