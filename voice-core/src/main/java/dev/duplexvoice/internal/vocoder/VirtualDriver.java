package dev.duplexvoice.internal.vocoder;

import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.VocoderBackend;

/** Drives a scheduler on a virtual clock, in the way of a thread: while that would wait for a batch, nothing else is done. */
final class VirtualDriver implements SchedulerDriver, VirtualClock.Driven {
    private final BatchScheduler scheduler;
    private final VocoderBackend backend;
    private final VirtualClock clock;
    private boolean awaits;
    private boolean woken;
    private long due = Long.MAX_VALUE;

    VirtualDriver(BatchScheduler scheduler, VocoderBackend backend, VirtualClock clock) {
        this.scheduler = scheduler;
        this.backend = backend;
        this.clock = clock;
    }

    @Override
    public void start() {
        clock.attach(this);
    }

    @Override
    public void wake() {
        woken = true;
    }

    @Override
    public void end() {
        clock.detach(this);
        while (!scheduler.isIdle()) {
            run(clock.nanoTime());
        }
    }

    @Override
    public long nextDue() {
        if (awaits) {
            return backend.doneAt();
        }
        return woken ? Long.MIN_VALUE : due;
    }

    @Override
    public void run(long now) {
        woken = false;
        if (awaits) {
            scheduler.await();
        }
        due = scheduler.doWork();
        awaits = due == BatchScheduler.AWAIT;
    }
}
