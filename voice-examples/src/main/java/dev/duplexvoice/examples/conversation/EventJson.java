package dev.duplexvoice.examples.conversation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.SessionEvent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Events as JSON lines: {@code t} in seconds with three decimals, {@code type}, the ids, and what the type brings. */
public final class EventJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EventJson() {}

    /** The event as one line, without the line break. */
    public static String line(SessionEvent event) {
        try {
            return MAPPER.writeValueAsString(map(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON: " + event, e);
        }
    }

    /** The event's fields in the order of the line. */
    public static Map<String, Object> map(SessionEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("t", seconds(event.at()));
        fields.put("type", type(event));
        fields.put("session_id", event.sessionId());
        String turnId = event.turnId();
        if (turnId != null) {
            fields.put("turn_id", turnId);
        }
        if (event instanceof SessionEvent.StateChanged e) {
            fields.put("from", e.from().label());
            fields.put("to", e.to().label());
        } else if (event instanceof SessionEvent.SpeechStarted e) {
            fields.put("onset", seconds(e.onset()));
        } else if (event instanceof SessionEvent.SpeechEnded e) {
            fields.put("end", seconds(e.end()));
        } else if (event instanceof SessionEvent.Transcript e) {
            fields.put("text", e.text());
            fields.put("final", e.isFinal());
        } else if (event instanceof SessionEvent.TurnEnded e) {
            fields.put("text", e.text());
            fields.put("endpointing_delay", seconds(e.endpointingDelay()));
            fields.put("transcription_delay", seconds(e.transcriptionDelay()));
        } else if (event instanceof SessionEvent.FirstAudio e) {
            fields.put("ttfb", seconds(e.ttfb()));
            fields.put("latency", seconds(e.latency()));
        } else if (event instanceof SessionEvent.Paused e) {
            fields.put("position", seconds(e.position()));
            fields.put("detected_at", seconds(e.detectedAt()));
            fields.put("silent_at", seconds(e.silentAt()));
        } else if (event instanceof SessionEvent.Resumed e) {
            fields.put("position", seconds(e.position()));
        } else if (event instanceof SessionEvent.Interrupted e) {
            fields.put("position", seconds(e.position()));
        } else if (event instanceof SessionEvent.ReplyFinished e) {
            fields.put("position", seconds(e.position()));
            fields.put("interrupted", e.interrupted());
            fields.put("heard", e.heard());
            fields.put("text", e.text());
        } else if (event instanceof SessionEvent.Failed e) {
            fields.put("code", e.code().name().toLowerCase(Locale.ROOT));
            fields.put("message", e.message());
        } else if (event instanceof SessionEvent.Closed e) {
            fields.put("reason", e.reason().label());
        }
        return fields;
    }

    private static String type(SessionEvent event) {
        if (event instanceof SessionEvent.StateChanged) {
            return "state";
        }
        if (event instanceof SessionEvent.Failed) {
            return "error";
        }
        return event.getClass()
                .getSimpleName()
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }

    /** Seconds with three decimals. */
    public static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 9).setScale(3, RoundingMode.HALF_UP);
    }
}
