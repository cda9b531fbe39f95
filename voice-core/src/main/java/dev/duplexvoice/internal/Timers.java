package dev.duplexvoice.internal;

import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs work later, for what has no audio loop whose timers it could use. Thread-safe where the clock is. */
public interface Timers extends AutoCloseable {

    /**
     * Has a worker run the task after this time.
     *
     * @return withdraws the task, if it was not begun
     */
    Runnable after(Duration delay, Runnable task);

    /** Runs nothing any more that was not begun. Idempotent. */
    @Override
    void close();

    /**
     * On a virtual clock, when it is driven; else a daemon thread measures the time, by the system's clock, and a worker runs the
     * task.
     */
    static Timers of(EngineClock clock, Workers workers) {
        return clock instanceof VirtualClock driver ? new VirtualTimers(driver) : new ThreadTimers(workers);
    }

    /** The clock has no way to withdraw a task, so it is skipped. */
    final class VirtualTimers implements Timers {
        private final VirtualClock clock;
        private boolean closed;

        VirtualTimers(VirtualClock clock) {
            this.clock = clock;
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            AtomicBoolean withdrawn = new AtomicBoolean();
            clock.schedule(delay, () -> {
                if (!closed && !withdrawn.get()) {
                    task.run();
                }
            });
            return () -> withdrawn.set(true);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** One thread that only hands tasks over. */
    final class ThreadTimers implements Timers {
        private static final Logger LOG = LoggerFactory.getLogger(Timers.class);

        private final Workers workers;
        private final ScheduledThreadPoolExecutor thread;

        ThreadTimers(Workers workers) {
            this.workers = workers;
            thread = new ScheduledThreadPoolExecutor(1, task -> {
                Thread made = new Thread(task, "voice-timers");
                made.setDaemon(true);
                return made;
            });
            thread.setRemoveOnCancelPolicy(true);
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            try {
                ScheduledFuture<?> scheduled =
                        thread.schedule(() -> workers.host(task), delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> scheduled.cancel(false);
            } catch (RejectedExecutionException e) {
                LOG.atDebug().setCause(e).log("The timers are closed; a task was dropped");
                return () -> {};
            }
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
