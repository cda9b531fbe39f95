package dev.duplexvoice.internal.vocoder;

import dev.duplexvoice.time.EngineClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives a scheduler on a thread of its own; a daemon. */
final class SchedulerThread extends Thread implements SchedulerDriver {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerThread.class);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final BatchScheduler scheduler;
    private final EngineClock clock;
    private final Runnable atEnd;
    private volatile boolean parked;
    private volatile boolean ended;

    /** @param atEnd run by the thread as its last */
    SchedulerThread(BatchScheduler scheduler, EngineClock clock, Runnable atEnd) {
        super("voice-vocoder-" + NUMBERS.incrementAndGet());
        this.scheduler = scheduler;
        this.clock = clock;
        this.atEnd = atEnd;
        setDaemon(true);
    }

    @Override
    public void wake() {
        if (parked) {
            LockSupport.unpark(this);
        }
    }

    @Override
    public void end() {
        ended = true;
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        try {
            while (!ended || !scheduler.isIdle()) {
                try {
                    pass();
                } catch (RuntimeException | Error e) {
                    // Memory that is short for a moment: others wait for what is under way.
                    LOG.atError().setCause(e).log("A vocoder's scheduler failed, and goes on");
                    parked = false;
                }
                // An interrupt is somebody else's, and would keep the thread from sleeping for ever.
                Thread.interrupted();
            }
        } finally {
            try {
                atEnd.run();
            } catch (RuntimeException | Error e) {
                LOG.atError().setCause(e).log("A vocoder's device could not be closed");
            }
        }
    }

    private void pass() {
        long due = scheduler.doWork();
        if (due == BatchScheduler.AWAIT) {
            scheduler.await();
            return;
        }
        // Who adds a job looks whether the thread sleeps after it; the thread looks for jobs after it has said so.
        parked = true;
        due = scheduler.doWork();
        if (due == BatchScheduler.AWAIT || ended) {
            parked = false;
            return;
        }
        if (due == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, due - clock.nanoTime());
        }
        parked = false;
    }
}
