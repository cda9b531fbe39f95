package dev.duplexvoice.server.sessions;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What somebody did here, by the host's own user id.
 *
 * @param userId whom
 * @param conversations sessions that were opened
 * @param turns turns that ended
 * @param firstSeen when the first of them was opened, ISO 8601 in UTC
 * @param lastSeen when something happened last
 * @param recent the last turns and replies, newest first
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record UserView(
        String userId, int conversations, int turns, String firstSeen, String lastSeen, List<Interaction> recent) {

    /** Copies the list. */
    public UserView {
        recent = List.copyOf(recent);
    }

    /**
     * A turn and what was heard of its reply.
     *
     * @param sessionId in which session
     * @param at when the reply was over, ISO 8601 in UTC
     * @param userText what the user said; empty if that is not known
     * @param heard what the user heard
     * @param interrupted whether the reply was cut off
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Interaction(String sessionId, String at, String userText, String heard, boolean interrupted) {}
}
