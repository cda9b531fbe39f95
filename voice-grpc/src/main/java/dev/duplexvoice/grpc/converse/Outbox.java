package dev.duplexvoice.grpc.converse;

import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent to one client, in order, as fast as it reads. Messages other than audio wait here, to a limit; audio waits in the
 * session. Nobody is blocked, and one thread at a time talks to the transport. Thread-safe.
 */
final class Outbox {
    static final int MOST_MESSAGES = 1_000;
    static final int MOST_MIBS = 4;
    private static final int MOST_BYTES = MOST_MIBS << 20;

    private final ServerCallStreamObserver<ConverseResponse> out;
    private final ArrayDeque<ConverseResponse> waiting = new ArrayDeque<>();
    private long bytes;
    /** Until the session is known nothing is sent. */
    private boolean begun;

    private boolean sending;
    /** Somebody was told that this is not ready. */
    private boolean awaited;

    private Runnable onReady = () -> {};
    private @Nullable Status end;
    private boolean ended;

    Outbox(ServerCallStreamObserver<ConverseResponse> out) {
        this.out = out;
    }

    /** What is run when {@link #isReady} has become true after it was false. */
    synchronized void onReady(Runnable action) {
        onReady = action;
    }

    /** Sends the first message, then what was put before. */
    void begin(ConverseResponse first) {
        synchronized (this) {
            if (ended) {
                return;
            }
            waiting.addFirst(first);
            bytes += first.getSerializedSize();
            begun = true;
        }
        send();
    }

    /** Whether all was sent and the client takes more. */
    synchronized boolean isReady() {
        if (waiting.isEmpty() && begun && out.isReady()) {
            return true;
        }
        awaited = true;
        return false;
    }

    /** Sends a message when it is its turn; false if too much waits. After the end it is dropped. */
    boolean put(ConverseResponse message) {
        synchronized (this) {
            if (end != null) {
                return true;
            }
            // One that is larger than the limit is not the fault of the client.
            if (!waiting.isEmpty()
                    && (waiting.size() >= MOST_MESSAGES || bytes + message.getSerializedSize() > MOST_BYTES)) {
                return false;
            }
            waiting.add(message);
            bytes += message.getSerializedSize();
        }
        send();
        return true;
    }

    /** Ends the call, after what waits. */
    void end(Status status) {
        end(status, false);
    }

    /** Ends the call, without what waits. */
    void abort(Status status) {
        end(status, true);
    }

    private void end(Status status, boolean now) {
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = status;
            // A session may end before its opener knows it, and the first message still comes first. A call that fails
            // may have none.
            begun |= !status.isOk();
            if (now) {
                waiting.clear();
            }
        }
        send();
    }

    /** The client is gone: nothing is sent any more. */
    synchronized void discard() {
        end = Status.CANCELLED;
        ended = true;
        waiting.clear();
    }

    /** Sends what can be sent. At the end that is everything: it is not much, and the transport keeps it for the client. */
    void send() {
        for (ConverseResponse next = next(); next != null; next = next()) {
            out.onNext(next);
            synchronized (this) {
                sending = false;
            }
        }
        finish();
    }

    private synchronized @Nullable ConverseResponse next() {
        if (sending || ended || !begun || (end == null && !out.isReady())) {
            return null;
        }
        ConverseResponse next = waiting.poll();
        if (next != null) {
            bytes -= next.getSerializedSize();
            sending = true;
        }
        return next;
    }

    private void finish() {
        Runnable ready = null;
        Status status = null;
        synchronized (this) {
            if (sending || ended || !begun || !waiting.isEmpty()) {
                return;
            }
            if (end != null) {
                ended = true;
                status = end;
            } else if (awaited && out.isReady()) {
                awaited = false;
                ready = onReady;
            }
        }
        if (ready != null) {
            ready.run();
        } else if (status != null && status.isOk()) {
            out.onCompleted();
        } else if (status != null) {
            out.onError(status.asRuntimeException());
        }
    }
}
