package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.LoopStats;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns sessions and runs them, on a thread of its own or driven by a virtual clock. Its sessions are spread over the phases of a
 * frame. A pass runs only those that something is due for: the sessions of one phase, those with a timer that is due, and those
 * that another thread has told something. The windows of all of them are judged in one call of the detector for each batch.
 *
 * <p>A pass neither blocks nor locks, and allocates nothing unless a session's state changes.
 */
public final class AudioLoop implements VirtualClock.Driven {
    private static final Logger LOG = LoggerFactory.getLogger(AudioLoop.class);
    /** So that a flood of them holds no tick back for long. */
    private static final int TASKS_OF_A_PASS = 256;

    /** Of one session, so that one that has much to hear does not hold up the others; the rest waits for its next tick. */
    static final int WINDOWS_OF_A_PASS = 8;

    private static final long LONGEST_SLEEP = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final EngineClock clock;
    private final boolean prompt;
    private final Queue<LoopTask> inbox = new ConcurrentLinkedQueue<>();
    private final PhaseGrid grid = new PhaseGrid();
    private final TimerWheel wheel;
    private final LoopMeter meter;
    private final DetectorBatches batches = new DetectorBatches();
    private final List<DetectorBatch> pendingBatches = new ArrayList<>();
    /** The sessions of the pass that is going on. */
    private Seat[] pass = new Seat[64];

    private int passCount;
    private boolean inPass;
    private long endAllAt = NEVER;
    private boolean drained;
    private volatile @Nullable Thread thread;
    private volatile boolean asleep;
    private volatile boolean stopped;

    /**
     * A loop; nothing runs yet.
     *
     * @param prompt whether sessions are moved to another phase so that a reply begins sooner
     */
    public AudioLoop(EngineClock clock, boolean prompt) {
        this.clock = clock;
        this.prompt = prompt;
        long now = clock.nanoTime();
        this.wheel = new TimerWheel(now);
        this.meter = new LoopMeter(now);
    }

    /** Starts a thread for it. */
    public void startThread(String name) {
        Thread started = new LoopThread(this::runUntilStopped, name);
        thread = started;
        started.start();
    }

    /** The thread of a loop, which must not be held up. */
    static final class LoopThread extends Thread {
        LoopThread(Runnable loop, String name) {
            super(loop, name);
            setDaemon(true);
            setPriority(MAX_PRIORITY);
        }
    }

    /** Whether the caller is called by this loop, and so must not wait for it. */
    public boolean isCaller() {
        Thread running = thread;
        return running == null ? inPass : running == Thread.currentThread();
    }

    LoopMeter meter() {
        return meter;
    }

    /** What it measures of itself. Any thread. */
    public LoopStats stats(int sessions) {
        return new LoopStats(sessions, meter.load(clock.nanoTime()), meter.lateness());
    }

    // ------------------------------------------------------------------------------------------ from other threads

    /** Runs a task on the loop. Any thread. */
    void post(LoopTask task) {
        inbox.add(task);
        if (stopped) {
            abandonTasks();
        } else if (asleep) {
            // Whoever comes meanwhile need not wake it again.
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** Runs an action for a session on the loop; dropped if the session has ended. Any thread. */
    void post(SessionCore session, LongConsumer action) {
        post(() -> act(session, action));
    }

    private void abandonTasks() {
        for (LoopTask task = inbox.poll(); task != null; task = inbox.poll()) {
            task.abandoned();
        }
    }

    // ------------------------------------------------------------------------------------------ on the loop

    private void act(SessionCore session, LongConsumer action) {
        if (session.state() == SessionState.TERMINATED) {
            return;
        }
        long now = clock.nanoTime();
        try {
            action.accept(now);
        } catch (RuntimeException | Error e) {
            defect(session, e, now);
        }
        join(session.seat);
    }

    /**
     * Takes a session in and starts it.
     *
     * @param detector null if the host tells when the caller speaks
     * @param left run when the session has ended and left the loop; not if this throws
     */
    void add(SessionCore session, @Nullable VoiceActivityDetector detector, Runnable left) {
        if (drained) {
            throw Admission.drainsException();
        }
        Seat seat = session.seat;
        long now = clock.nanoTime();
        long index = grid.choose(now);
        if (detector != null) {
            int caller = batches.take(seat, detector);
            DetectorBatch batch = seat.batch;
            if (batch != null) {
                session.hearing().join(batch.vad, caller);
            }
        }
        seat.whenLeft(left);
        grid.add(seat, index);
        session.deadlines().join(wheel, seat);
        session.start(now, grid.dueAt(index));
    }

    /** Where its sessions are. */
    SessionCore.Place place() {
        return prompt ? this::sooner : SessionCore.Place.FIXED;
    }

    private long sooner(SessionCore session, long now, long tick) {
        return session.seat.phase == null ? tick : grid.moveUp(session.seat, now, tick);
    }

    private void join(Seat seat) {
        if (!seat.inPass && seat.phase != null) {
            if (passCount == pass.length) {
                pass = Arrays.copyOf(pass, 2 * passCount);
            }
            seat.inPass = true;
            pass[passCount++] = seat;
        }
    }

    @Override
    public long nextDue() {
        if (inPass) {
            throw new IllegalStateException(
                    "what an audio loop calls cannot drive the clock: do it when the call that drives it now has returned");
        }
        if (!inbox.isEmpty()) {
            return Long.MIN_VALUE;
        }
        return Math.min(endAllAt, Math.min(grid.next(), wheel.next()));
    }

    @Override
    public void run(long due) {
        if (inPass) {
            // The pass that this was called from goes on first.
            return;
        }
        inPass = true;
        meter.begin(due);
        try {
            runTasks();
            // Read again: tasks tell the time at which they run, and what follows must not be told as earlier.
            long now = Math.max(due, clock.nanoTime());
            if (endAllAt <= now) {
                endAllAt = NEVER;
                drained = true;
                endAll(CloseReason.DRAINED, now);
            }
            collect(now);
            hear(now);
            move(now);
        } finally {
            leave();
            meter.end(clock.nanoTime());
            inPass = false;
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_OF_A_PASS; i++) {
            LoopTask task = inbox.poll();
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.atError().setCause(e).log("A task of the audio loop threw");
            }
        }
    }

    /** Puts those on the list that have a timer due, and those of the phase that is due. */
    private void collect(long now) {
        for (TimerWheel.Entry entry = wheel.poll(now); entry != null; entry = wheel.poll(now)) {
            Deadlines deadlines = (Deadlines) entry;
            Seat seat = deadlines.seat();
            if (seat != null && deadlines.next() <= now) {
                join(seat);
            } else {
                deadlines.schedule();
            }
        }
        // One phase at a time: when the loop is behind, the sessions of the first need not wait for those of the
        // others.
        Phase phase = grid.poll(now);
        if (phase != null) {
            for (int i = 0; i < phase.count(); i++) {
                join(phase.seat(i));
            }
        }
    }

    private void hear(long now) {
        for (int round = 0; round < WINDOWS_OF_A_PASS && submitWindows(round, now); round++) {
            for (int i = 0; i < pendingBatches.size(); i++) {
                runBatch(pendingBatches.get(i), now);
            }
            pendingBatches.clear();
            for (int i = 0; i < passCount; i++) {
                if (pass[i].submitted && pass[i].session.state() != SessionState.TERMINATED) {
                    judge(pass[i].session, round, now);
                }
            }
        }
    }

    private static void judge(SessionCore session, int round, long now) {
        try {
            session.judge(round, now);
        } catch (RuntimeException | Error e) {
            defect(session, e, now);
        }
    }

    /** Gives the detector the next window of each session that has one; false if none has. */
    private boolean submitWindows(int round, long now) {
        boolean any = false;
        for (int i = 0; i < passCount; i++) {
            Seat seat = pass[i];
            boolean goesOn = round == 0 || seat.submitted;
            seat.submitted = false;
            if (goesOn && seat.session.state() != SessionState.TERMINATED) {
                if (round == 0) {
                    seat.session.tape.pass(now);
                }
                try {
                    seat.submitted = submitWindow(seat, now);
                } catch (RuntimeException | Error e) {
                    defect(seat.session, e, now);
                }
                any |= seat.submitted;
            }
        }
        return any;
    }

    private boolean submitWindow(Seat seat, long now) {
        Hearing hearing = seat.session.hearing();
        seat.session.takeAudio(now);
        DetectorBatch batch = seat.batch;
        if (batch == null || !hearing.submit()) {
            return false;
        }
        if (!batch.pending) {
            batch.pending = true;
            pendingBatches.add(batch);
        }
        return true;
    }

    /** A detector that throws ends the sessions that it hears for; the loop and the others go on. */
    private void runBatch(DetectorBatch batch, long now) {
        batch.pending = false;
        try {
            batch.vad.run();
        } catch (RuntimeException | Error e) {
            for (int i = 0; i < passCount; i++) {
                if (pass[i].submitted && pass[i].batch == batch) {
                    defect(pass[i].session, e, now);
                }
            }
        }
    }

    /** Runs timers and puts frames out. */
    private void move(long now) {
        for (int i = 0; i < passCount; i++) {
            SessionCore session = pass[i].session;
            if (session.state() != SessionState.TERMINATED) {
                try {
                    long late = session.move(now);
                    if (late >= 0) {
                        meter.late(late);
                    }
                } catch (RuntimeException | Error e) {
                    defect(session, e, now);
                }
            }
        }
    }

    /** Ends the pass: those that have ended leave the loop. */
    private void leave() {
        for (int i = 0; i < passCount; i++) {
            Seat seat = pass[i];
            seat.inPass = false;
            if (seat.session.state() == SessionState.TERMINATED) {
                remove(seat);
            } else {
                seat.session.deadlines().schedule();
            }
        }
        passCount = 0;
    }

    private void remove(Seat seat) {
        if (seat.phase != null) {
            seat.session.deadlines().leave();
            guarded(seat.session::left);
            grid.remove(seat);
            DetectorBatches.give(seat);
            guarded(seat::leave);
        }
    }

    private static void defect(SessionCore session, Throwable e, long now) {
        guarded(() -> session.report.defect(e));
        guarded(() -> session.defect(e, now));
    }

    static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("A task of the audio loop threw");
        }
    }

    private void runUntilStopped() {
        while (!stopped) {
            long now = clock.nanoTime();
            long due = nextDue();
            if (due > now) {
                sleep(due - now);
                continue;
            }
            try {
                run(now);
            } catch (RuntimeException | Error e) {
                LOG.atError().setCause(e).log("A pass of the audio loop threw");
            }
        }
    }

    private void sleep(long nanos) {
        asleep = true;
        // A task that came before the flag was seen has woken nobody.
        if (inbox.isEmpty()) {
            LockSupport.parkNanos(this, Math.min(nanos, LONGEST_SLEEP));
        }
        asleep = false;
    }

    // ------------------------------------------------------------------------------------------ the end

    /** Ends the sessions that are still there at this time. Any thread. */
    void endAllAt(long deadline) {
        post(() -> endAllAt = Math.min(endAllAt, deadline));
        runIfDriven();
    }

    private void endAll(CloseReason reason, long now) {
        for (Seat seat = grid.any(); seat != null; seat = grid.any()) {
            SessionCore session = seat.session;
            guarded(() -> session.inputs.close(reason, now));
            seat.inPass = false;
            remove(seat);
        }
        passCount = 0;
    }

    /** Does what was posted now if the loop has no thread. */
    void runIfDriven() {
        if (thread == null) {
            run(clock.nanoTime());
        }
    }

    /** Ends all sessions and, if it has one, the thread. Waits for it a moment. */
    public void close() {
        post(() -> {
            endAll(CloseReason.ENGINE_CLOSED, clock.nanoTime());
            batches.close();
            stopped = true;
            abandonTasks();
        });
        runIfDriven();
        Thread running = thread;
        if (running != null && running != Thread.currentThread()) {
            try {
                running.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
