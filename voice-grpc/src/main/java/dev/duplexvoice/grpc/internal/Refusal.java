package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.VoiceException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server answers to requests that it cannot serve: the status, and a line in the log. */
public final class Refusal {
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
    private static final int SHOWN = 64;

    private Refusal() {}

    /** The status as an exception, logged. */
    public static StatusRuntimeException of(Status status, String method, String sessionId) {
        var line = status.getCode() == Status.Code.INTERNAL && status.getCause() != null ? LOG.atError() : LOG.atWarn();
        if (status.getCause() != null && status.getCode() == Status.Code.INTERNAL) {
            line = line.setCause(status.getCause());
        }
        line.addKeyValue("method", method)
                .addKeyValue("session_id", shown(sessionId))
                .addKeyValue("status", status.getCode())
                .addKeyValue("reason", status.getDescription())
                .log("A request was refused");
        return status.asRuntimeException();
    }

    /** The status that says what a failure means to a client. */
    public static Status status(Throwable failure) {
        Throwable cause =
                failure instanceof java.util.concurrent.CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : failure;
        Status status = Status.INTERNAL;
        if (cause instanceof VoiceException voice) {
            status = switch (voice.code()) {
                case INVALID_ARGUMENT, UNSUPPORTED -> Status.INVALID_ARGUMENT;
                case NOT_FOUND -> Status.NOT_FOUND;
                case OVERLOADED -> Status.RESOURCE_EXHAUSTED;
                case UNAVAILABLE, DRAINING -> Status.UNAVAILABLE;
                default -> Status.INTERNAL;
            };
        } else if (cause instanceof IllegalArgumentException) {
            status = Status.INVALID_ARGUMENT;
        } else if (cause instanceof java.util.concurrent.CancellationException) {
            status = Status.CANCELLED;
        }
        String message = cause.getMessage();
        return status.withDescription(message == null ? cause.toString() : message)
                .withCause(cause);
    }

    /** A value from outside as it can be put into a message: short, in one line. */
    public static String shown(String value) {
        String start = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
