package dev.duplexvoice.grpc.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A worker's threads: those that synthesise, those that gRPC calls back on, so that a PAUSE does not wait behind synthesis, and one
 * each for timers and for RELOAD. Daemons.
 */
public final class WorkerThreads implements AutoCloseable {
    private static final int CALL_THREADS = 4;
    private static final long LAST_MILLIS = 100;

    private final ThreadPoolExecutor compute;
    private final ExecutorService calls;
    private final ExecutorService reloads;
    private final ScheduledExecutorService scheduler;

    /** @param computeThreads at least 1 */
    public WorkerThreads(int computeThreads) {
        compute = new ThreadPoolExecutor(
                computeThreads, computeThreads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("synthesis"));
        calls = Executors.newFixedThreadPool(CALL_THREADS, named("call"));
        reloads = Executors.newSingleThreadExecutor(named("reload"));
        scheduler = Executors.newSingleThreadScheduledExecutor(named("timer"));
    }

    private static ThreadFactory named(String what) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "voice-worker-" + what + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Syntheses that wait for a thread. */
    public int queueDepth() {
        return compute.getQueue().size();
    }

    /** For synthesis. */
    public Executor compute() {
        return compute;
    }

    /** For what gRPC calls. */
    public Executor calls() {
        return calls;
    }

    /** For RELOAD. */
    public Executor reloads() {
        return reloads;
    }

    /** For timers. */
    public ScheduledExecutorService scheduler() {
        return scheduler;
    }

    /**
     * Takes no more calls, reloads and timers; what runs goes on to its end. A synthesis that is still at work then gives its voice back
     * on a compute thread, however late that is; these threads go when there is nothing for them.
     */
    @Override
    public void close() {
        compute.setKeepAliveTime(LAST_MILLIS, TimeUnit.MILLISECONDS);
        compute.allowCoreThreadTimeOut(true);
        calls.shutdown();
        reloads.shutdown();
        scheduler.shutdownNow();
    }
}
