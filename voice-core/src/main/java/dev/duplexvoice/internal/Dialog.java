package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.dialog.Utterance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** The history of a session, and the Responder's calls. Written by the audio loop, read by any thread. */
final class Dialog {
    private final List<Utterance> history = new ArrayList<>();

    /** Adds what was said or heard; nothing if that is nothing. */
    synchronized void add(Utterance.Speaker speaker, String text, boolean interrupted) {
        if (!text.isEmpty()) {
            history.add(new Utterance(speaker, text, interrupted));
        }
    }

    synchronized List<Utterance> history() {
        return List.copyOf(history);
    }

    /** Asks the Responder on a worker; the reply fails if it throws. */
    void respond(
            Responder responder,
            String sessionId,
            ReplyText reply,
            String text,
            Duration speech,
            Executor worker,
            BiConsumer<ReplyText, Throwable> onFailure) {
        Turn turn = new Turn(sessionId, reply.turnId, text, speech, history());
        add(Utterance.Speaker.CALLER, text, false);
        worker.execute(() -> {
            if (reply.isCancelled()) {
                return;
            }
            try {
                responder.respond(turn, reply);
                if (!reply.isDetached()) {
                    reply.complete();
                }
            } catch (Exception | Error e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                onFailure.accept(
                        reply, new VoiceException(VoiceException.Code.RESPONDER, "the Responder threw " + e, e));
            }
        });
    }
}
