package dev.duplexvoice.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of threads that run tasks, oldest first. Unlike those of {@code java.util.concurrent}, handing a task over
 * takes no lock and allocates nothing, so that audio loops can do it for each session every few frames.
 *
 * <p>The queue is Dmitry Vyukov's bounded one for many producers and consumers: a cell's number says whose turn it is. What
 * does not fit waits in a linked queue.
 *
 * <pre>
 *   cell of position p is p modulo {@link #CELLS}; its number is
 *     p               free for the producer of position p
 *     p + 1           has the task of position p
 *     p + CELLS       was taken; free for the producer of the next round
 * </pre>
 */
final class WorkerThreads {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerThreads.class);
    /** A session's synthesis waits here at most once. */
    private static final int CELLS = 8_192;

    private static final VarHandle NUMBER = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle IDLE;

    static {
        try {
            IDLE = MethodHandles.lookup().findVarHandle(Worker.class, "idle", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Runnable[] tasks = new Runnable[CELLS];
    private final long[] numbers = new long[CELLS];
    private final AtomicLong produced = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();
    private final Queue<Runnable> rest = new ConcurrentLinkedQueue<>();
    private final Worker[] workers;
    private final CountDownLatch ended;
    private volatile boolean closed;

    private final class Worker extends Thread {
        private volatile boolean idle;

        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        @Override
        public void run() {
            while (true) {
                Runnable task = poll();
                if (task == null) {
                    idle = true;
                    // Who hands a task over looks for idle threads after it; who gets idle looks for tasks after it.
                    VarHandle.fullFence();
                    task = poll();
                    if (task == null) {
                        if (closed) {
                            ended.countDown();
                            return;
                        }
                        LockSupport.park(WorkerThreads.this);
                        idle = false;
                    } else if (!IDLE.compareAndSet(this, true, false)) {
                        // It was to be woken for another task, which must not wait behind this one.
                        wakeOne();
                    }
                }
                if (task != null) {
                    guarded(task);
                }
            }
        }
    }

    /** Starts them; they are daemons. */
    WorkerThreads(int count, String namePrefix) {
        for (int i = 0; i < CELLS; i++) {
            numbers[i] = i;
        }
        ended = new CountDownLatch(count);
        workers = new Worker[count];
        for (int i = 0; i < count; i++) {
            workers[i] = new Worker(namePrefix + (i + 1));
            workers[i].start();
        }
    }

    /** Has a task run. Any thread; dropped once this is closed. */
    void execute(Runnable task) {
        if (closed) {
            LOG.atDebug().log("The engine is closed; a task was dropped");
            return;
        }
        if (!offer(task)) {
            rest.add(task);
        }
        VarHandle.fullFence();
        wakeOne();
    }

    /** Tasks that wait for a thread. */
    int waiting() {
        return (int) Math.max(0, produced.get() - consumed.get()) + rest.size();
    }

    private void wakeOne() {
        for (Worker worker : workers) {
            if (worker.idle && IDLE.compareAndSet(worker, true, false)) {
                LockSupport.unpark(worker);
                return;
            }
        }
    }

    private boolean offer(Runnable task) {
        long position = produced.get();
        while (true) {
            int cell = (int) position & (CELLS - 1);
            long turn = (long) NUMBER.getAcquire(numbers, cell) - position;
            if (turn < 0) {
                return false;
            }
            if (turn == 0 && produced.compareAndSet(position, position + 1)) {
                tasks[cell] = task;
                NUMBER.setRelease(numbers, cell, position + 1);
                return true;
            }
            position = produced.get();
        }
    }

    private @Nullable Runnable poll() {
        long position = consumed.get();
        while (true) {
            int cell = (int) position & (CELLS - 1);
            long turn = (long) NUMBER.getAcquire(numbers, cell) - position - 1;
            if (turn < 0) {
                return rest.poll();
            }
            if (turn == 0 && consumed.compareAndSet(position, position + 1)) {
                Runnable task = tasks[cell];
                tasks[cell] = null;
                NUMBER.setRelease(numbers, cell, position + CELLS);
                return task;
            }
            position = consumed.get();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("A task threw");
        }
    }

    /** Takes no more tasks. The threads end when they have run those they have. */
    void close() {
        closed = true;
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
    }

    /** Waits for the threads to end, and interrupts those that go on after this time; returns at once if one of them asks. */
    void await(long time, TimeUnit unit) throws InterruptedException {
        for (Worker worker : workers) {
            if (worker == Thread.currentThread()) {
                return;
            }
        }
        if (!ended.await(time, unit)) {
            for (Worker worker : workers) {
                worker.interrupt();
            }
        }
    }
}
