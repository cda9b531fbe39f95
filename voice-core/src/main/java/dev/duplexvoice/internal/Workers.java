package dev.duplexvoice.internal;

import dev.duplexvoice.time.VirtualClock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where everything runs that is not the audio loop: synthesis on a few threads, host code on as many as it blocks. */
public interface Workers extends AutoCloseable {

    /** Runs work that computes, perhaps for long: synthesis. Audio loops may call it for every frame. */
    void compute(Runnable task);

    /** Tasks of {@link #compute} that wait for a thread; 0 if that is not known. */
    default int computeQueue() {
        return 0;
    }

    /**
     * Runs short work that brings audio on: what is there must flow however long others compute. Audio loops may call it for every
     * frame.
     */
    default void flow(Runnable task) {
        compute(task);
    }

    /** Runs the host's code, which may block: Responders, listeners, recognizers. */
    void host(Runnable task);

    /** Something that has this task run as {@link #host} does, and allocates nothing for that; for audio loops. */
    default Runnable handOver(Runnable task) {
        return () -> host(task);
    }

    /** A task that {@link #compute} and {@link #flow} are given again and again, made for whoever these workers are of; asked for once. */
    default Runnable own(Runnable task) {
        return task;
    }

    /**
     * Whether an interrupt of the calling thread is meant for more than the call that it came in: the thread is the host's own, or
     * it is to end.
     */
    default boolean keepsInterrupts() {
        return true;
    }

    /** Waits a moment for running tasks, then interrupts them. */
    @Override
    void close();

    /**
     * Workers with threads of their own.
     *
     * @param computeThreads 0 where nothing is computed
     */
    static Workers threads(int computeThreads) {
        return new ThreadWorkers(computeThreads);
    }

    /** Everything by this executor, which outlives them. */
    static Workers of(Executor executor) {
        return new Workers() {
            @Override
            public void compute(Runnable task) {
                executor.execute(task);
            }

            @Override
            public void host(Runnable task) {
                executor.execute(task);
            }

            @Override
            public void close() {}
        };
    }

    /** Everything on the thread that drives the clock, in the order it was asked for. */
    static Workers virtual(VirtualClock clock) {
        return of(clock::execute);
    }

    /** Daemon threads: an engine that nobody closed does not keep the JVM alive. */
    final class ThreadWorkers implements Workers {
        private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
        private static final int PATIENCE_SECONDS = 2;

        private final WorkerThreads compute;
        private final WorkerThreads flow;
        private final WorkerThreads dispatch = new WorkerThreads(1, "voice-dispatch-");
        private final HostPool host = new HostPool();
        /** What runs is interrupted, that it may end. */
        private volatile boolean interrupting;

        ThreadWorkers(int computeThreads) {
            compute = new WorkerThreads(computeThreads, "voice-synthesis-");
            flow = new WorkerThreads(computeThreads, "voice-flow-");
        }

        private static final class HostThread extends Thread {
            private final HostThreads pool;
            /** What its tasks asked for when the pool took no more. */
            private final Queue<Runnable> followUps = new ArrayDeque<>();

            HostThread(HostThreads pool, Runnable task, String name) {
                super(task, name);
                this.pool = pool;
                setDaemon(true);
            }
        }

        private static final class HostThreads implements ThreadFactory {
            private final AtomicInteger count = new AtomicInteger();

            @Override
            public Thread newThread(Runnable task) {
                return new HostThread(this, task, "voice-host-" + count.incrementAndGet());
            }
        }

        /** As many threads as tasks block, kept for a minute. */
        private static final class HostPool extends ThreadPoolExecutor {
            HostPool() {
                super(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), new HostThreads());
            }

            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
                if (Thread.currentThread() instanceof HostThread thread) {
                    for (Runnable next = thread.followUps.poll(); next != null; next = thread.followUps.poll()) {
                        followUp(next);
                    }
                }
            }

            private static void followUp(Runnable task) {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOG.atError().setCause(e).log("A task threw");
                }
            }
        }

        @Override
        public void compute(Runnable task) {
            compute.execute(task);
        }

        @Override
        public int computeQueue() {
            return compute.waiting();
        }

        @Override
        public void flow(Runnable task) {
            flow.execute(task);
        }

        @Override
        public void host(Runnable task) {
            if (Thread.currentThread() instanceof AudioLoop.LoopThread) {
                // The pool may lock, and start a thread, for which audio cannot wait.
                dispatch.execute(() -> executeOnHost(task));
            } else {
                executeOnHost(task);
            }
        }

        @Override
        public Runnable handOver(Runnable task) {
            Runnable dispatched = () -> executeOnHost(task);
            return () -> {
                if (Thread.currentThread() instanceof AudioLoop.LoopThread) {
                    dispatch.execute(dispatched);
                } else {
                    executeOnHost(task);
                }
            };
        }

        @Override
        public boolean keepsInterrupts() {
            return interrupting || !isHostThread();
        }

        private void executeOnHost(Runnable task) {
            try {
                host.execute(task);
            } catch (RejectedExecutionException e) {
                if (Thread.currentThread() instanceof HostThread thread && isHostThread()) {
                    // What was there before the end is finished, with all that follows from it: a session's end is
                    // told.
                    thread.followUps.add(task);
                    return;
                }
                LOG.atDebug().setCause(e).log("The engine is closed; a task was dropped");
            }
        }

        @Override
        public void close() {
            try {
                dispatch.close();
                dispatch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                flow.close();
                compute.close();
                host.shutdown();
                if (!isHostThread() && !host.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    interruptHost();
                }
                flow.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                compute.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                flow.close();
                compute.close();
                interruptHost();
                Thread.currentThread().interrupt();
            }
        }

        private void interruptHost() {
            // First, so that nobody takes the interrupt for one of its own.
            interrupting = true;
            host.shutdownNow();
        }

        /** A listener that closes its engine does not wait for itself. */
        private boolean isHostThread() {
            return Thread.currentThread() instanceof HostThread thread && host.getThreadFactory() == thread.pool;
        }
    }
}
