package dev.duplexvoice.internal;

import dev.duplexvoice.dialog.Utterance;
import java.util.ArrayList;
import java.util.List;

/** The history of a session. Written by the audio loop, read by any thread. */
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
}
