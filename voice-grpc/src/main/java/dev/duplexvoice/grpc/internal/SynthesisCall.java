package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One Synthesize: text comes in on gRPC's threads, frames are made on the worker's and leave as fast as the client takes them. No
 * thread waits for either. Nothing is sent after {@link #pause} has returned, until {@link #resume}.
 */
final class SynthesisCall implements StreamObserver<TextChunk> {
    private static final String METHOD = "Synthesize";
    /** Frames of one turn on a thread, so that all syntheses have theirs. */
    private static final int FRAMES_A_TURN = 5;
    /** How much the transport may hold for a client that does not read. */
    private static final int HELD_BYTES = 16_384;

    private final WorkerSessions sessions;
    private final ServerCallStreamObserver<AudioFrame> out;
    private final WakeableTask task;

    private final Object lock = new Object();
    private @Nullable WorkerSession session;
    private WorkerSession.@Nullable Making making;
    private AudioFrame.@Nullable Builder held;
    private boolean over;
    private boolean paused;
    private boolean textEnded;
    private boolean stopped;
    private boolean flushPlanned;
    private long textCameAt;
    private int textLength;
    private long sequence;
    /** What telemetry is told of it; of the thread that makes frames, but for its end. */
    private @Nullable SynthesisRecord record;

    SynthesisCall(WorkerSessions sessions, ServerCallStreamObserver<AudioFrame> out) {
        this.sessions = sessions;
        this.out = out;
        this.task = new WakeableTask(sessions.compute(), this::work);
        out.setOnReadyThreshold(HELD_BYTES);
        out.setOnReadyHandler(task::wake);
        out.setOnCancelHandler(this::abandon);
        sessions.came(this);
    }

    @Override
    public void onNext(TextChunk chunk) {
        try {
            accept(chunk);
        } catch (StatusRuntimeException e) {
            fail(e.getStatus(), chunk.getSessionId());
        } catch (RuntimeException e) {
            fail(Refusal.status(e), chunk.getSessionId());
        }
    }

    private void accept(TextChunk chunk) {
        synchronized (lock) {
            if (over) {
                // What was sent before the client could know.
                return;
            }
            String id = WorkerSessions.requireId(chunk.getSessionId());
            if (chunk.getSequenceNumber() < 0) {
                throw invalid("sequence_number=" + chunk.getSequenceNumber() + ": must not be negative");
            }
            WorkerSession current = session;
            if (current == null) {
                current = sessions.find(id);
                making = sessions.begin(current, this, task::wake);
                session = current;
                record = SynthesisRecord.begin(current, sessions.telemetry(), sessions.now());
                sessions.named(this);
            } else if (!current.id.equals(id)) {
                throw invalid("session_id=" + Refusal.shown(id) + ": this Synthesize is of session "
                        + Refusal.shown(current.id) + "; open one for each session");
            } else if (textEnded) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("text after is_final: begin another Synthesize for it")
                        .asRuntimeException();
            }
            current.touch(sessions.now());
            take(chunk, making);
        }
        task.wake();
    }

    private void take(TextChunk chunk, WorkerSession.@Nullable Making into) {
        textLength += chunk.getText().length();
        if (textLength > sessions.maxText()) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("text.length=" + textLength + ": at most " + sessions.maxText()
                            + " characters in one Synthesize; split the text")
                    .asRuntimeException();
        }
        if (into == null) {
            return;
        }
        into.maker().append(chunk.getText());
        if (chunk.getIsFinal()) {
            textEnded = true;
            into.maker().finish();
        } else {
            textCameAt = sessions.now();
            planFlush(sessions.flushAfterNanos());
        }
    }

    private static StatusRuntimeException invalid(String what) {
        return Status.INVALID_ARGUMENT.withDescription(what).asRuntimeException();
    }

    /** Text that waits in vain for more is spoken as it is. */
    private void planFlush(long nanos) {
        if (!flushPlanned) {
            flushPlanned = true;
            sessions.scheduler().schedule(this::flushIfDue, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void flushIfDue() {
        synchronized (lock) {
            flushPlanned = false;
            WorkerSession.Making into = making;
            if (over || textEnded || into == null) {
                return;
            }
            long rest = sessions.flushAfterNanos() - (sessions.now() - textCameAt);
            if (rest > 0) {
                planFlush(rest);
                return;
            }
            into.maker().flush();
        }
        task.wake();
    }

    @Override
    public void onError(Throwable failure) {
        abandon();
    }

    /** The client has closed its side: there is no more text, with {@code is_final} or without. */
    @Override
    public void onCompleted() {
        boolean empty;
        synchronized (lock) {
            empty = session == null && !over;
            if (!over && !textEnded && making != null) {
                textEnded = true;
                making.maker().finish();
            }
        }
        if (empty) {
            fail(
                    Status.INVALID_ARGUMENT.withDescription(
                            "no text: send at least one TextChunk with a session_id before closing"),
                    "");
        }
        task.wake();
    }

    /**
     * No frame is sent from now on; what was made and not sent is kept.
     *
     * @return the sequence number of the last frame; -1 if the synthesis is over
     */
    long pause() {
        synchronized (lock) {
            if (over) {
                return -1;
            }
            paused = true;
            return sequence;
        }
    }

    /** Goes on at the next sample; false if the synthesis is over. */
    boolean resume() {
        synchronized (lock) {
            if (over) {
                return false;
            }
            paused = false;
        }
        task.wake();
        return true;
    }

    /** Ends the synthesis with an end marker; the session can synthesise again when this returns. False if it was over. */
    boolean stop() {
        synchronized (lock) {
            if (over) {
                return false;
            }
            held = frame().setIsFinal(true);
            stopped = true;
            sendHeld();
            cancelMaker();
        }
        task.wake();
        return true;
    }

    /** Ends the synthesis with an error. */
    void fail(Status status, String sessionId) {
        synchronized (lock) {
            if (over) {
                return;
            }
            if (record != null) {
                Throwable cause = status.getCause();
                record.failed(cause == null ? status.asRuntimeException() : cause);
            }
            TraceContext.Scope scope = enter();
            try {
                end(Outcome.FAILED);
                out.onError(Refusal.of(status, METHOD, sessionId));
            } finally {
                scope.close();
            }
        }
        task.wake();
    }

    /** The client is gone, or its deadline is over. */
    private void abandon() {
        synchronized (lock) {
            if (over) {
                return;
            }
            end(Outcome.CANCELLED);
        }
        task.wake();
    }

    private void end(Outcome outcome) {
        over = true;
        held = null;
        cancelMaker();
        WorkerSession of = session;
        if (of != null) {
            of.over(this);
            tell(outcome);
            sessions.ended();
        } else {
            sessions.named(this);
        }
    }

    private void tell(Outcome outcome) {
        if (record != null) {
            record.tell(sessions.telemetry(), textLength, outcome, sessions.now());
        }
    }

    private void cancelMaker() {
        WorkerSession.Making of = making;
        if (of != null) {
            Release.of("synthesis", session == null ? "" : session.id, of.maker()::cancel);
        }
    }

    /** Lines of the log and calls of the voice belong to the synthesis. With the lock held. */
    private TraceContext.Scope enter() {
        return record == null ? TraceContext.NONE.enter() : record.enter();
    }

    /** One turn on a thread; whether there is more to do. */
    private boolean work() {
        TraceContext.Scope scope;
        synchronized (lock) {
            scope = enter();
        }
        try {
            return makeFrames();
        } finally {
            scope.close();
        }
    }

    private boolean makeFrames() {
        for (int i = 0; i < FRAMES_A_TURN; i++) {
            WorkerSession.Making from;
            WorkerSession done = null;
            synchronized (lock) {
                from = making;
                if (from == null) {
                    return false;
                }
                if (!over && (paused || !out.isReady())) {
                    return false;
                }
                sendHeld();
                if (over) {
                    making = null;
                    done = session;
                }
            }
            if (done != null) {
                sessions.made(done, from);
                return false;
            }
            if (!advance(from.maker())) {
                return false;
            }
        }
        return true;
    }

    /** Makes one frame; false if there is none until something wakes this. */
    private boolean advance(FrameMaker maker) {
        FrameMaker.Step step;
        try {
            step = maker.advance();
        } catch (RuntimeException | Error e) {
            // Whatever a voice throws, it was not the client's doing.
            String message = String.valueOf(e.getMessage());
            fail(Status.INTERNAL.withDescription("the voice failed: " + message).withCause(e), sessionId());
            return true;
        }
        long computed = maker.takeComputeNanos();
        long audio = maker.takeAudioNanos();
        sessions.computed(computed, audio);
        SynthesisRecord of = record;
        if (of != null) {
            of.made(computed, audio, sessions.now());
        }
        if (step == FrameMaker.Step.WAIT) {
            return false;
        }
        synchronized (lock) {
            if (over) {
                return true;
            }
            held = frame().addAllWords(maker.takeWords());
            if (step == FrameMaker.Step.END) {
                held.setIsFinal(true);
            } else {
                held.setAudioData(maker.frame());
            }
            if (!paused && out.isReady()) {
                sendHeld();
            }
        }
        return true;
    }

    private String sessionId() {
        synchronized (lock) {
            return session == null ? "" : session.id;
        }
    }

    private AudioFrame.Builder frame() {
        AudioFrame.Builder frame = AudioFrame.newBuilder().setFrameDurationMs(FrameMaker.FRAME_MILLIS);
        WorkerSession of = session;
        if (of != null) {
            frame.setSessionId(of.id).setSampleRate(of.settings().sampleRate());
        }
        return frame;
    }

    /** Of a last frame the session is free before its client can see it. */
    private void sendHeld() {
        AudioFrame.Builder frame = held;
        WorkerSession of = session;
        if (frame == null || of == null) {
            return;
        }
        held = null;
        of.touch(sessions.now());
        boolean last = frame.getIsFinal();
        if (last) {
            over = true;
            of.over(this);
        }
        if (record != null && !frame.getAudioData().isEmpty()) {
            record.sent(sessions.now());
        }
        out.onNext(frame.setSequenceNumber(++sequence).build());
        if (last) {
            out.onCompleted();
            tell(stopped ? Outcome.CANCELLED : Outcome.DONE);
            sessions.ended();
        }
    }
}
