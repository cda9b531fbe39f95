package dev.duplexvoice.turn;

import java.time.Duration;

/**
 * Speech into a reply that is being made or played.
 *
 * @param sessionId the session
 * @param turnId the turn that the reply answers
 * @param text what was understood since the reply began, interim text included
 * @param words how many words that is; 0 if all of it is backchannel
 * @param speech how long the caller has been speaking
 * @param played how much of the reply was put out; zero while it is being made
 * @param reply the text of the reply as far as it is written
 */
public record InterruptionAttempt(
        String sessionId, String turnId, String text, int words, Duration speech, Duration played, String reply) {}
