package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.dialog.Reply;
import org.jspecify.annotations.Nullable;

/** The text that a client writes: its pieces are one reply until the last. Thread-safe. */
final class ClientText {
    private @Nullable Reply reply;

    /** @throws IllegalStateException if the session has ended */
    synchronized void write(DuplexSession session, ClientMessage.Text text) {
        Reply to = reply;
        if (to == null) {
            if (text.text().isEmpty()) {
                return;
            }
            to = session.say(SayOptions.DEFAULT);
            reply = to;
        }
        try {
            to.write(text.text());
        } finally {
            if (text.isFinal()) {
                reply = null;
                to.complete();
            }
        }
    }

    /** The client writes no more of it; one that still waits for its turn is not to keep others from theirs. */
    synchronized void stop() {
        Reply to = reply;
        reply = null;
        if (to != null) {
            to.complete();
        }
    }
}
