package dev.duplexvoice.internal;

import dev.duplexvoice.dialog.Utterance;
import java.util.ArrayDeque;
import java.util.List;

/** The history of a session, as far back as it is kept. Written by the audio loop, read by any thread. */
final class Dialog {
    private final ArrayDeque<Utterance> history = new ArrayDeque<>();
    private final int most;

    Dialog(int most) {
        this.most = most;
    }

    /** Adds what was said or heard; nothing if that is nothing. */
    synchronized void add(Utterance.Speaker speaker, String text, boolean interrupted) {
        if (!text.isEmpty()) {
            // A host may speak without end, and each turn takes a copy.
            if (history.size() == most) {
                history.removeFirst();
            }
            history.add(new Utterance(speaker, text, interrupted));
        }
    }

    synchronized List<Utterance> history() {
        return List.copyOf(history);
    }
}
