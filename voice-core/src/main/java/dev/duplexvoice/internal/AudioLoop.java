package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns sessions and runs them, on a thread of its own or driven by a virtual clock. All sessions' windows of a moment are
 * judged in one call of the detector.
 */
public final class AudioLoop implements VirtualClock.Driven, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(AudioLoop.class);
    private static final int BATCH = 64;

    private final EngineClock clock;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final List<SessionCore> sessions = new ArrayList<>();
    private final List<VadBatch> batches = new ArrayList<>();
    private volatile @Nullable Thread thread;
    private volatile boolean stopped;

    /** A loop; nothing runs yet. */
    public AudioLoop(EngineClock clock) {
        this.clock = clock;
    }

    /** Starts a thread for it. */
    public void startThread(String name) {
        Thread started = new Thread(this, name);
        started.setDaemon(true);
        started.setPriority(Thread.MAX_PRIORITY);
        thread = started;
        started.start();
    }

    /** Runs a task on the loop. Any thread. */
    void post(Runnable task) {
        inbox.add(task);
        Thread running = thread;
        if (running != null && running != Thread.currentThread()) {
            LockSupport.unpark(running);
        }
    }

    /** Adds a session; on the loop. */
    void add(SessionCore session, long now) {
        sessions.add(session);
        session.start(now);
    }

    /** A batch with room for one more caller; on the loop. */
    VadBatch batchWithRoom(VoiceActivityDetector detector) {
        for (VadBatch batch : batches) {
            int caller = batch.acquire();
            if (caller >= 0) {
                batch.release(caller);
                return batch;
            }
        }
        VadBatch batch = detector.newBatch(BATCH);
        batches.add(batch);
        return batch;
    }

    @Override
    public long nextDue() {
        if (!inbox.isEmpty()) {
            return Long.MIN_VALUE;
        }
        long next = Long.MAX_VALUE;
        for (SessionCore session : sessions) {
            next = Math.min(next, session.nextDue());
        }
        return next;
    }

    @Override
    public void run(long now) {
        for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
            guarded(task);
        }
        for (SessionCore session : sessions) {
            hear(session, now);
        }
        judgeWindows(now);
        boolean ended = false;
        for (int i = 0; i < sessions.size(); i++) {
            SessionCore session = sessions.get(i);
            if (session.state() != SessionState.TERMINATED) {
                try {
                    session.feedRecognition();
                    session.runTimers(now);
                    session.tick(now);
                } catch (RuntimeException | Error e) {
                    defect(session, e, now);
                }
            }
            ended |= session.state() == SessionState.TERMINATED;
        }
        if (ended) {
            sessions.removeIf(session -> session.state() == SessionState.TERMINATED);
        }
    }

    private void hear(SessionCore session, long now) {
        if (session.state() != SessionState.TERMINATED) {
            try {
                session.hearing().drain();
            } catch (RuntimeException | Error e) {
                defect(session, e, now);
            }
        }
    }

    private void judgeWindows(long now) {
        while (true) {
            boolean any = false;
            for (SessionCore session : sessions) {
                session.submitted = false;
                if (session.state() != SessionState.TERMINATED) {
                    try {
                        session.submitted = session.hearing().submit();
                    } catch (RuntimeException | Error e) {
                        defect(session, e, now);
                    }
                }
                any |= session.submitted;
            }
            if (!any) {
                return;
            }
            for (VadBatch batch : batches) {
                runBatch(batch, now);
            }
            for (SessionCore session : sessions) {
                if (session.submitted && session.state() != SessionState.TERMINATED) {
                    try {
                        session.heard(session.hearing().judge(), now);
                    } catch (RuntimeException | Error e) {
                        defect(session, e, now);
                    }
                }
            }
        }
    }

    /** A detector that throws ends the sessions that it hears for; the loop and the others go on. */
    private void runBatch(VadBatch batch, long now) {
        try {
            batch.run();
        } catch (RuntimeException | Error e) {
            for (SessionCore session : sessions) {
                if (session.submitted && session.hearing().uses(batch)) {
                    defect(session, e, now);
                }
            }
        }
    }

    private static void defect(SessionCore session, Throwable e, long now) {
        LOG.atError().addKeyValue("session_id", session.id).setCause(e).log("A session failed");
        guarded(() -> session.defect(e, now));
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("A task of the audio loop threw");
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            long now = clock.nanoTime();
            long due = nextDue();
            if (due <= now) {
                run(now);
            } else {
                LockSupport.parkNanos(this, Math.min(due - now, 1_000_000_000L));
            }
        }
    }

    /** Ends all sessions and, if it has one, the thread. Waits for it a moment. */
    public void close() {
        post(() -> {
            stopped = true;
            for (SessionCore session : sessions) {
                guarded(() -> session.close(CloseReason.ENGINE_CLOSED, clock.nanoTime()));
            }
            sessions.clear();
            batches.forEach(batch -> guarded(batch::close));
            batches.clear();
        });
        Thread running = thread;
        if (running == null) {
            run(clock.nanoTime());
        } else if (running != Thread.currentThread()) {
            try {
                running.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
