package dev.duplexvoice.grpc.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done when it is woken, one run at a time, on threads borrowed from an executor. A wake-up during a run makes another
 * one follow, so nothing that has changed is missed. A run that has more to do goes to the end of the executor's queue, so that many
 * tasks share few threads fairly.
 */
final class WakeableTask {
    private static final int IDLE = 0;
    private static final int DUE = 1;
    private static final int RUNNING = 2;
    private static final int AGAIN = 3;

    private static final Logger LOG = LoggerFactory.getLogger(WakeableTask.class);

    private final Executor executor;
    private final BooleanSupplier work;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    /**
     * @param executor takes whatever it is given: a run that it refused could never be made up for
     * @param work returns whether there is more to do at once
     */
    WakeableTask(Executor executor, BooleanSupplier work) {
        this.executor = executor;
        this.work = work;
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
                    executor.execute(this::run);
                }
                return;
            }
        }
    }

    private void run() {
        state.set(RUNNING);
        boolean more = false;
        try {
            more = work.getAsBoolean();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("A task threw");
        }
        if (more || !state.compareAndSet(RUNNING, IDLE)) {
            state.set(DUE);
            executor.execute(this::run);
        }
    }
}
