package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.telemetry.TraceContext;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** One call of the host's Responder, on a worker thread. Cancelling the reply interrupts the thread as long as the call lasts. */
final class ResponderCall implements Runnable {
    private final Responder responder;
    private final Turn turn;
    private final ReplyText reply;
    private final BiConsumer<ReplyText, Throwable> onFailure;
    private @Nullable Thread thread;

    private ResponderCall(Responder responder, Turn turn, ReplyText reply, BiConsumer<ReplyText, Throwable> onFailure) {
        this.responder = responder;
        this.turn = turn;
        this.reply = reply;
        this.onFailure = onFailure;
    }

    /** Calls; the reply fails if the Responder throws. */
    static void start(
            Responder responder,
            Turn turn,
            ReplyText reply,
            Workers workers,
            BiConsumer<ReplyText, Throwable> onFailure) {
        ResponderCall call = new ResponderCall(responder, turn, reply, onFailure);
        reply.onCancel(call::interrupt);
        workers.host(call);
    }

    @Override
    public void run() {
        synchronized (this) {
            if (reply.isCancelled()) {
                return;
            }
            thread = Thread.currentThread();
        }
        String before = MDC.get(LogScope.TURN);
        MDC.put(LogScope.TURN, turn.turnId());
        TraceContext.Scope scope = reply.called().enter();
        try {
            responder.respond(turn, reply);
            if (!reply.isDetached()) {
                reply.complete();
            }
        } catch (Exception | Error e) {
            onFailure.accept(reply, new VoiceException(VoiceException.Code.RESPONDER, "the Responder threw " + e, e));
        } finally {
            scope.close();
            MDC.remove(LogScope.TURN);
            if (before != null) {
                MDC.put(LogScope.TURN, before);
            }
            synchronized (this) {
                thread = null;
                // An interrupt that came too late is not to hit the thread's next task.
                if (reply.isCancelled()) {
                    Thread.interrupted();
                }
            }
        }
    }

    /** On another worker. */
    private synchronized void interrupt() {
        if (thread != null && thread != Thread.currentThread()) {
            thread.interrupt();
        }
    }
}
