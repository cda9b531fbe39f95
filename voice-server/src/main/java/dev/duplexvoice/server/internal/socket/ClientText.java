package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.dialog.Reply;
import org.jspecify.annotations.Nullable;

/** The text that a client writes: its pieces are one reply until the last. Thread-safe. */
final class ClientText {
    /** Minutes of speech. The engine keeps all that it is given, and a client writes faster than anybody speaks. */
    private static final int MOST_WAITING = 100;

    private int waiting;
    private @Nullable Reply reply;

    /**
     * Writes a piece.
     *
     * @throws BadMessage if too many replies wait to be spoken
     * @throws IllegalStateException if the session has ended
     */
    synchronized void write(DuplexSession session, ClientMessage.Text text) throws BadMessage {
        Reply to = reply;
        if (to == null) {
            if (text.text().isEmpty()) {
                return;
            }
            if (waiting >= MOST_WAITING) {
                throw new BadMessage("text: " + MOST_WAITING
                        + " replies wait to be spoken; wait for 'heard' before you send another");
            }
            to = session.say(SayOptions.DEFAULT);
            reply = to;
            waiting++;
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

    /** A reply is over. That may have been the server's own, so this lets in a few more than it says. */
    synchronized void spoken() {
        waiting = Math.max(0, waiting - 1);
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
