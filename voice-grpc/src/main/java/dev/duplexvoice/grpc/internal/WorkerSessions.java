package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's sessions by id: who is admitted, who runs, who is idle for too long. What one session does reaches no other. Thread-safe.
 */
public final class WorkerSessions {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerSessions.class);
    private static final int LONGEST_ID = 256;

    private final Map<String, WorkerSession> sessions = new LinkedHashMap<>();
    /** Calls that have not said yet whose they are, and when they came. */
    private final Map<SynthesisCall, Long> nameless = new ConcurrentHashMap<>();

    private final RealTimeFactor realTimeFactor = new RealTimeFactor();
    private final VoiceTelemetry telemetry;
    private final Resampling resamplers;
    private final Executor compute;
    private final ScheduledExecutorService scheduler;
    private final LongSupplier clock;
    private final int maxText;
    private final long flushAfterNanos;
    private final AtomicBoolean sweepFailed = new AtomicBoolean();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile WorkerLimits limits;
    private int syntheses;
    private boolean draining;

    /**
     * None yet.
     *
     * @param maxText characters of one Synthesize
     * @param flushAfterNanos after which text that waits for more is spoken
     * @param telemetry never throws or blocks
     */
    public WorkerSessions(
            Resampling resampling,
            Executor compute,
            ScheduledExecutorService scheduler,
            LongSupplier clock,
            WorkerLimits limits,
            int maxText,
            long flushAfterNanos,
            VoiceTelemetry telemetry) {
        this.telemetry = telemetry;
        this.resamplers = resampling;
        this.compute = compute;
        this.scheduler = scheduler;
        this.clock = clock;
        this.limits = limits;
        this.maxText = maxText;
        this.flushAfterNanos = flushAfterNanos;
    }

    /** Makes resamplers. */
    @FunctionalInterface
    public interface Resampling {
        /** One for a stream; null if the rates are equal. */
        dev.duplexvoice.audio.@Nullable Resampler open(int inputRate, int outputRate);
    }

    /** Of requests to come. */
    public void limits(WorkerLimits value) {
        limits = value;
    }

    /** As they are now. */
    public WorkerLimits limits() {
        return limits;
    }

    /** Sessions, those that are being started included. */
    public synchronized int active() {
        return sessions.size();
    }

    /** Syntheses that run. */
    public synchronized int syntheses() {
        return syntheses;
    }

    /** Whether new sessions and syntheses are refused. */
    public synchronized boolean isDraining() {
        return draining;
    }

    /** Seconds of computing for a second of audio, over the last minute. */
    public double rtf() {
        return realTimeFactor.value(clock.getAsLong());
    }

    static String requireId(String id) {
        if (id.isEmpty()) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("session_id is missing: give the one of StartSession")
                    .asRuntimeException();
        }
        if (id.length() > LONGEST_ID || id.chars().anyMatch(Character::isISOControl)) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("session_id=" + Refusal.shown(id) + ": must be 1 to " + LONGEST_ID
                            + " characters, none of them a control character")
                    .asRuntimeException();
        }
        return id;
    }

    static StatusRuntimeException unknown(String id) {
        return Status.NOT_FOUND
                .withDescription("session_id=" + Refusal.shown(id)
                        + ": there is no such session; it was never started, has ended, or was idle for too long")
                .asRuntimeException();
    }

    /** Takes a place. */
    WorkerSession start(String id, SessionSettings settings) {
        synchronized (this) {
            if (draining) {
                throw drains();
            }
            if (sessions.containsKey(id)) {
                throw Status.ALREADY_EXISTS
                        .withDescription(
                                "session_id=" + Refusal.shown(id) + " is in use; choose another, or EndSession")
                        .asRuntimeException();
            }
            int most = limits.maxSessions();
            if (sessions.size() >= most) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription(
                                "max_concurrent_sessions=" + most + ": all are in use; try another worker, or later")
                        .asRuntimeException();
            }
            WorkerSession session = new WorkerSession(id, settings, resamplers, clock.getAsLong());
            sessions.put(id, session);
            return session;
        }
    }

    private static StatusRuntimeException drains() {
        return DrainingInterceptor.STATUS.asRuntimeException();
    }

    WorkerSession find(String id) {
        requireId(id);
        synchronized (this) {
            WorkerSession session = sessions.get(id);
            if (session == null) {
                throw unknown(id);
            }
            return session;
        }
    }

    /** A call that has not said yet whose it is. */
    void came(SynthesisCall call) {
        nameless.put(call, clock.getAsLong());
        if (isDraining()) {
            call.fail(DrainingInterceptor.STATUS, "");
        }
    }

    /** It has, or is over. */
    void named(SynthesisCall call) {
        nameless.remove(call);
    }

    WorkerSession.Making begin(WorkerSession session, SynthesisCall call, Runnable readable) {
        synchronized (this) {
            if (draining) {
                throw drains();
            }
            syntheses++;
        }
        try {
            return session.begin(call, readable);
        } catch (RuntimeException | Error e) {
            ended();
            throw e;
        }
    }

    /** A synthesis is over. */
    void ended() {
        boolean last;
        synchronized (this) {
            last = --syntheses == 0 && draining;
        }
        if (last) {
            drained.complete(null);
        }
    }

    void made(WorkerSession session, WorkerSession.Making making) {
        session.made(making);
    }

    void computed(long computeNanos, long audioNanos) {
        realTimeFactor.add(clock.getAsLong(), computeNanos, audioNanos);
    }

    /** A session speaks with this voice. */
    void tellStart(WorkerSession session, SpeechSynthesizer voice) {
        telemetry.on(
                new ServiceEvent.WorkerSessionStarted(clock.getAsLong(), session.id, voice.voice(), voice.family()));
    }

    private void tellEnd(WorkerSession session) {
        SpeechSynthesizer voice = session.takeEnded();
        if (voice != null) {
            telemetry.on(
                    new ServiceEvent.WorkerSessionEnded(clock.getAsLong(), session.id, voice.voice(), voice.family()));
        }
    }

    /** Never throws or blocks. */
    VoiceTelemetry telemetry() {
        return telemetry;
    }

    /** Ends a session; its synthesis is stopped. */
    void end(WorkerSession session) {
        remove(session);
        SynthesisCall running = session.end();
        tellEnd(session);
        if (running != null) {
            running.stop();
        }
    }

    private void remove(WorkerSession session) {
        synchronized (this) {
            sessions.remove(session.id, session);
        }
    }

    private void fail(WorkerSession session, Status status) {
        remove(session);
        SynthesisCall running = session.end();
        tellEnd(session);
        if (running != null) {
            running.fail(status, session.id);
        }
    }

    /** Ends sessions that nobody has touched for too long, and calls that never said whose they are. */
    public void sweep() {
        try {
            sweepOnce();
        } catch (RuntimeException e) {
            // What throws would not be run again.
            if (sweepFailed.compareAndSet(false, true)) {
                LOG.atError().setCause(e).log("a defect: idle sessions could not be looked for; it goes on");
            }
        }
    }

    private void sweepOnce() {
        long limit = limits.idleTimeout().toNanos();
        long before = clock.getAsLong() - limit;
        nameless.forEach((call, since) -> {
            if (since - before < 0) {
                call.fail(
                        Status.ABORTED.withDescription(
                                "no text for " + limits.idleTimeout().toSeconds() + " s"),
                        "");
            }
        });
        List<WorkerSession> idle = new ArrayList<>();
        synchronized (this) {
            for (WorkerSession session : sessions.values()) {
                if (session.isIdleSince(before)) {
                    idle.add(session);
                }
            }
        }
        for (WorkerSession session : idle) {
            LOG.atInfo()
                    .addKeyValue("session_id", session.id)
                    .addKeyValue("idle_seconds", limits.idleTimeout().toSeconds())
                    .log("A session that nobody used has ended");
            fail(
                    session,
                    Status.ABORTED.withDescription("the session was not used for "
                            + limits.idleTimeout().toSeconds() + " s and has ended"));
        }
    }

    /**
     * No new sessions or syntheses from now on, also of calls that have not said yet whose they are: their text would come too late.
     *
     * @return completes when no synthesis runs any more
     */
    public CompletableFuture<Void> drain() {
        boolean none;
        synchronized (this) {
            draining = true;
            none = syntheses == 0;
        }
        nameless.keySet().forEach(call -> call.fail(DrainingInterceptor.STATUS, ""));
        if (none) {
            drained.complete(null);
        }
        return drained;
    }

    /** Ends all; what still runs is told that the worker goes. */
    public void endAll() {
        List<WorkerSession> left;
        synchronized (this) {
            draining = true;
            left = new ArrayList<>(sessions.values());
        }
        for (WorkerSession session : left) {
            fail(session, Status.UNAVAILABLE.withDescription("the worker has been taken out of service"));
        }
    }

    Executor compute() {
        return compute;
    }

    ScheduledExecutorService scheduler() {
        return scheduler;
    }

    long now() {
        return clock.getAsLong();
    }

    int maxText() {
        return maxText;
    }

    long flushAfterNanos() {
        return flushAfterNanos;
    }
}
