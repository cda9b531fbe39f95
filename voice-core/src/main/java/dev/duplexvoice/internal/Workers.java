package dev.duplexvoice.internal;

import dev.duplexvoice.time.VirtualClock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where everything runs that is not the audio loop: synthesis on a few threads, host code on as many as it blocks. */
public interface Workers extends AutoCloseable {

    /** Runs work that computes and does not block: synthesis, resampling. */
    void compute(Runnable task);

    /** Runs the host's code, which may block: Responders, listeners, recognizers. */
    void host(Runnable task);

    /** Waits a moment for running tasks, then interrupts them. */
    @Override
    void close();

    /** Workers with threads of their own. */
    static Workers threads(int computeThreads) {
        return new ThreadWorkers(computeThreads);
    }

    /** Everything on the thread that drives the clock, in the order it was asked for. */
    static Workers virtual(VirtualClock clock) {
        return new Workers() {
            @Override
            public void compute(Runnable task) {
                clock.execute(task);
            }

            @Override
            public void host(Runnable task) {
                clock.execute(task);
            }

            @Override
            public void close() {}
        };
    }

    /** Daemon threads: an engine that nobody closed does not keep the JVM alive. */
    final class ThreadWorkers implements Workers {
        private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

        private final ExecutorService compute;
        private final ExecutorService host;

        ThreadWorkers(int computeThreads) {
            compute = Executors.newFixedThreadPool(computeThreads, named("voice-synthesis-"));
            host = Executors.newCachedThreadPool(named("voice-host-"));
        }

        private static ThreadFactory named(String prefix) {
            AtomicInteger count = new AtomicInteger();
            return task -> {
                Thread thread = new Thread(task, prefix + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            };
        }

        @Override
        public void compute(Runnable task) {
            execute(compute, task);
        }

        @Override
        public void host(Runnable task) {
            execute(host, task);
        }

        private static void execute(ExecutorService executor, Runnable task) {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                LOG.atDebug().setCause(e).log("The engine is closed; a task was dropped");
            }
        }

        @Override
        public void close() {
            compute.shutdown();
            host.shutdown();
            try {
                if (!host.awaitTermination(2, TimeUnit.SECONDS)) {
                    host.shutdownNow();
                }
                if (!compute.awaitTermination(2, TimeUnit.SECONDS)) {
                    compute.shutdownNow();
                }
            } catch (InterruptedException e) {
                host.shutdownNow();
                compute.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
    }
}
