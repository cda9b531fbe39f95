package dev.duplexvoice.internal;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionListener;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.TraceContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a session's events to its listener, and what is logged of it to the log, each in order, on worker threads. Events never
 * drop. A listener that hangs does not keep the log from saying so, and a log that hangs holds up no audio.
 */
final class EventQueue {
    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

    private final @Nullable SessionListener listener;
    private final SessionTelemetry telemetry;
    private final TraceContext trace;
    private final SerialTasks tasks;
    private final SerialTasks logging;

    EventQueue(@Nullable SessionListener listener, SessionTelemetry telemetry, Workers workers) {
        this.listener = listener;
        this.telemetry = telemetry;
        this.trace = telemetry.session.trace();
        this.tasks = new SerialTasks(workers::host);
        this.logging = new SerialTasks(workers::host);
    }

    void emit(SessionEvent event) {
        if (listener != null) {
            tasks.execute(() -> Traced.run(trace, event.turnId(), () -> deliver(event)));
        }
    }

    /** Runs after the events emitted so far were delivered. */
    void afterwards(Runnable action) {
        tasks.execute(action);
    }

    /**
     * Writes to the log, after what was to be written so far.
     *
     * @param turnId the turn that it is about; null if it is none
     */
    void log(@Nullable String turnId, Runnable action) {
        logging.execute(() -> Traced.run(trace, turnId, action));
    }

    private void deliver(SessionEvent event) {
        if (listener == null) {
            return;
        }
        try {
            listener.on(event);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            failed(event, e);
        }
    }

    private void failed(SessionEvent event, Throwable cause) {
        String message =
                "the listener threw " + cause + " on " + event.getClass().getSimpleName();
        LOG.atWarn()
                .addKeyValue("session_id", event.sessionId())
                .addKeyValue("turn_id", event.turnId())
                .setCause(cause)
                .log("A session listener threw");
        telemetry.failed(VoiceException.Code.LISTENER, cause, event.turnId());
        if (event instanceof SessionEvent.Closed) {
            // Nothing follows it.
            return;
        }
        try {
            if (listener != null) {
                listener.on(new SessionEvent.Failed(
                        event.at(), event.sessionId(), event.turnId(), VoiceException.Code.LISTENER, message));
            }
        } catch (RuntimeException | LinkageError | AssertionError again) {
            LOG.atDebug()
                    .addKeyValue("session_id", event.sessionId())
                    .addKeyValue("turn_id", event.turnId())
                    .setCause(again)
                    .log("The listener threw on being told so");
        }
    }
}
