package dev.duplexvoice.server.sessions;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;

/**
 * A session and what happened in it.
 *
 * @param session at a glance; its fields are those of the whole in JSON
 * @param timeline the last events, oldest first: {@code t} in seconds, {@code type} and the event's own, as clients are sent them
 * @param turnLatencies of the last turns, oldest first
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SessionTimeline(
        @JsonUnwrapped SessionView session, List<Map<String, Object>> timeline, List<TurnLatencies> turnLatencies) {

    /** Copies the lists. */
    public SessionTimeline {
        timeline = List.copyOf(timeline);
        turnLatencies = List.copyOf(turnLatencies);
    }
}
