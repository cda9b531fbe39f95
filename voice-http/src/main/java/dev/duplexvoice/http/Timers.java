package dev.duplexvoice.http;

import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The time, and calls at a later one. A parameter, so that tests need not wait. Thread-safe. */
interface Timers {

    /** A call to come. */
    interface Timer {
        /** It need not come any more; it may be under way already. */
        void cancel();
    }

    /** Nanoseconds since an arbitrary origin. */
    long nanoTime();

    /** Makes this call once, after so many nanoseconds; it must not block. */
    Timer schedule(long nanos, Runnable call);

    /** The system's monotonic clock. */
    static Timers system() {
        return SystemTimers.INSTANCE;
    }

    /**
     * Threads that all voices of the process share: few, whatever the number of streams, because nothing that runs on them waits for
     * a server. They end when they have had nothing to do for a while.
     */
    ThreadPoolExecutor THREADS = SystemTimers.threads();

    /** The process's timer. */
    enum SystemTimers implements Timers {
        INSTANCE;

        private static final int THREAD_COUNT = 4;
        private static final long IDLE_SECONDS = 10;

        private final ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, named("voice-http-timer"));

        SystemTimers() {
            executor.setRemoveOnCancelPolicy(true);
            executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
            executor.allowCoreThreadTimeOut(true);
        }

        private static ThreadPoolExecutor threads() {
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    THREAD_COUNT,
                    THREAD_COUNT,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    named("voice-http"));
            threads.allowCoreThreadTimeOut(true);
            return threads;
        }

        private static ThreadFactory named(String name) {
            AtomicInteger count = new AtomicInteger();
            return task -> {
                Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            };
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Timer schedule(long nanos, Runnable call) {
            Future<?> future = executor.schedule(call, nanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }
    }
}
