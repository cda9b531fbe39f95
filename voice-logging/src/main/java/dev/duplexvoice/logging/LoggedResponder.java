package dev.duplexvoice.logging;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.dialog.Utterance;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Times a Responder's answers, measures what it is given, and shows both in debug mode. */
final class LoggedResponder implements Responder {
    private static final String OPERATION = "llm";
    /** Of a tokeniser of a language model, in English; see docs/logging.md. */
    private static final int CHARACTERS_PER_TOKEN = 4;

    private final Responder responder;
    private final DebugLog debug;
    private final SlowOperations slow;

    LoggedResponder(Responder responder, DebugLog debug, SlowOperations slow) {
        this.responder = responder;
        this.debug = debug;
        this.slow = slow;
    }

    @Override
    public void respond(Turn turn, Reply reply) throws Exception {
        LogContext context = LogContext.with("session_id", turn.sessionId()).and("turn_id", turn.turnId());
        Timed timed = new Timed(turn, reply);
        try {
            slow.context(turn.sessionId(), turn.turnId(), tokens(turn));
            debug.spokenRequest(OPERATION, turn.text());
            responder.respond(turn, timed);
        } finally {
            timed.returned();
            context.close();
        }
    }

    @Override
    public String model() {
        return responder.model();
    }

    private static int tokens(Turn turn) {
        long characters = turn.text().length();
        for (Utterance utterance : turn.history()) {
            characters += utterance.text().length();
        }
        return (int) Math.min(Integer.MAX_VALUE, characters / CHARACTERS_PER_TOKEN);
    }

    /** The reply, with an eye on when it is complete. */
    private final class Timed implements Reply {
        private final Turn turn;
        private final Reply reply;
        private final long begun = System.nanoTime();
        private final StringBuffer text = new StringBuffer();
        private final AtomicBoolean told = new AtomicBoolean();
        private volatile boolean detached;

        Timed(Turn turn, Reply reply) {
            this.turn = turn;
            this.reply = reply;
        }

        void returned() {
            if (!detached) {
                tell();
            }
        }

        private void tell() {
            if (told.compareAndSet(false, true)) {
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                slow.languageModel(turn.sessionId(), turn.turnId(), took);
                debug.spokenResponse(OPERATION, text, took);
            }
        }

        @Override
        public void write(CharSequence more) {
            if (debug.isOn()) {
                text.append(more);
            }
            reply.write(more);
        }

        @Override
        public void complete() {
            tell();
            reply.complete();
        }

        @Override
        public void detach() {
            detached = true;
            reply.detach();
        }

        @Override
        public void fail(Throwable cause) {
            tell();
            reply.fail(cause);
        }

        @Override
        public boolean isCancelled() {
            return reply.isCancelled();
        }

        @Override
        public void onCancel(Runnable action) {
            reply.onCancel(action);
        }

        @Override
        public void tokens(long input, long output) {
            reply.tokens(input, output);
        }

        @Override
        public void allowInterruptions(boolean allow) {
            reply.allowInterruptions(allow);
        }
    }
}
