package dev.duplexvoice.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that a worker does when it is woken, one run at a time. A wake-up during a run makes another one follow it, so nothing that has
 * changed is missed. Waking neither blocks nor allocates: the audio loop does it for each frame.
 */
final class WakeableTask {
    /** Nothing to do. */
    private static final int IDLE = 0;
    /** A worker will run. */
    private static final int DUE = 1;
    /** A worker runs. */
    private static final int RUNNING = 2;
    /** A worker runs, and something has changed that it may not have seen. */
    private static final int AGAIN = 3;

    private static final Logger LOG = LoggerFactory.getLogger(WakeableTask.class);

    private final Runnable work;
    private final String name;
    private final Runnable handOver;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    /**
     * @param name of what does the work, for the log
     * @param work does what there is to do; what it throws is logged
     * @param handOver makes of the run something that hands it to a worker; called once
     */
    WakeableTask(String name, Runnable work, UnaryOperator<Runnable> handOver) {
        this.name = name;
        this.work = work;
        this.handOver = handOver.apply(this::run);
    }

    /** Something changed that a run may have waited for. Any thread. */
    void wake() {
        while (true) {
            int now = state.get();
            if (now == DUE || now == AGAIN) {
                return;
            }
            if (state.compareAndSet(now, now == IDLE ? DUE : AGAIN)) {
                if (now == IDLE) {
                    handOver.run();
                }
                return;
            }
        }
    }

    private void run() {
        do {
            state.set(RUNNING);
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                LOG.atError().addKeyValue("task", name).setCause(e).log("A task threw");
            }
        } while (!state.compareAndSet(RUNNING, IDLE));
    }
}
