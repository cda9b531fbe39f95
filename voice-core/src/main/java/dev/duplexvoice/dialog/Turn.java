package dev.duplexvoice.dialog;

import java.time.Duration;
import java.util.List;

/**
 * What the caller said, to be answered.
 *
 * @param sessionId the session
 * @param turnId joins this turn's events, spans, metrics and log lines
 * @param text the transcript; empty if the session has no recognizer
 * @param speech how long the caller spoke, pauses left out
 * @param history the dialog so far, oldest first, without this turn; replies hold only what was heard
 */
public record Turn(String sessionId, String turnId, String text, Duration speech, List<Utterance> history) {

    /** Copies the history. */
    public Turn {
        history = List.copyOf(history);
    }
}
