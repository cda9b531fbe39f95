package dev.duplexvoice.turn;

import dev.duplexvoice.dialog.Utterance;
import java.time.Duration;
import java.util.List;

/**
 * A caller's turn that may be over.
 *
 * @param sessionId the session
 * @param turnId the turn
 * @param text what was understood of the turn so far; empty if nothing was yet or the session has no recognizer
 * @param isTranscribed whether the text is final
 * @param speech how long the caller spoke in this turn, pauses left out
 * @param silence how long the caller has been silent
 * @param history the dialog so far, oldest first, without this turn
 */
public record TurnMoment(
        String sessionId,
        String turnId,
        String text,
        boolean isTranscribed,
        Duration speech,
        Duration silence,
        List<Utterance> history) {

    /** Copies the history. */
    public TurnMoment {
        history = List.copyOf(history);
    }
}
