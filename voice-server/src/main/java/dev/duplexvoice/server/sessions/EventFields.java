package dev.duplexvoice.server.sessions;

import dev.duplexvoice.SessionEvent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Events as clients and consoles are sent them: {@code type}, {@code session_id}, {@code t}, {@code turn_id}, and the event's own. */
public final class EventFields {
    private EventFields() {}

    /** The event's fields, in order; of {@link SessionEvent.Closed} the reason is the engine's. */
    public static Map<String, Object> of(SessionEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", type(event));
        fields.put("session_id", event.sessionId());
        fields.put("t", seconds(event.at()));
        String turnId = event.turnId();
        if (turnId != null) {
            fields.put("turn_id", turnId);
        }
        own(event, fields);
        return fields;
    }

    private static void own(SessionEvent event, Map<String, Object> fields) {
        if (event instanceof SessionEvent.StateChanged e) {
            fields.put("from", e.from().label());
            fields.put("to", e.to().label());
        } else if (event instanceof SessionEvent.SpeechStarted e) {
            fields.put("phase", "started");
            fields.put("at", seconds(e.onset()));
        } else if (event instanceof SessionEvent.SpeechEnded e) {
            fields.put("phase", "ended");
            fields.put("at", seconds(e.end()));
        } else if (event instanceof SessionEvent.Transcript e) {
            fields.put("text", e.text());
            fields.put("final", e.isFinal());
        } else if (event instanceof SessionEvent.TurnEnded e) {
            fields.put("text", e.text());
            fields.put("endpointing_delay_ms", millis(e.endpointingDelay()));
            fields.put("transcription_delay_ms", millis(e.transcriptionDelay()));
        } else if (event instanceof SessionEvent.ReplyStarted) {
            fields.put("phase", "started");
        } else if (event instanceof SessionEvent.FirstAudio e) {
            fields.put("phase", "first_audio");
            fields.put("latency_ms", millis(e.latency()));
            fields.put("ttfb_ms", millis(e.ttfb()));
        } else if (event instanceof SessionEvent.Paused e) {
            fields.put("phase", "paused");
            fields.put("position", seconds(e.position()));
            fields.put("reaction_ms", millis(e.silentAt().minus(e.detectedAt())));
        } else if (event instanceof SessionEvent.Resumed e) {
            fields.put("phase", "resumed");
            fields.put("position", seconds(e.position()));
        } else if (event instanceof SessionEvent.Interrupted e) {
            fields.put("phase", "interrupted");
            fields.put("position", seconds(e.position()));
        } else if (event instanceof SessionEvent.ReplyFinished e) {
            fields.put("text", e.text());
            fields.put("heard", e.heard());
            fields.put("interrupted", e.interrupted());
            fields.put("position", seconds(e.position()));
        } else if (event instanceof SessionEvent.Failed e) {
            fields.put("message", e.message());
            fields.put("code", e.code().name().toLowerCase(Locale.ROOT));
        } else if (event instanceof SessionEvent.Closed e) {
            fields.put("reason", e.reason().label());
        }
    }

    private static String type(SessionEvent event) {
        if (event instanceof SessionEvent.StateChanged) {
            return "state";
        } else if (event instanceof SessionEvent.SpeechStarted || event instanceof SessionEvent.SpeechEnded) {
            return "speech";
        } else if (event instanceof SessionEvent.Transcript) {
            return "transcript";
        } else if (event instanceof SessionEvent.TurnEnded) {
            return "turn";
        } else if (event instanceof SessionEvent.ReplyFinished) {
            return "heard";
        } else if (event instanceof SessionEvent.Failed) {
            return "error";
        } else if (event instanceof SessionEvent.Closed) {
            return "session_end";
        }
        return "reply";
    }

    /** Seconds with three decimals. */
    public static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 9).setScale(3, RoundingMode.HALF_UP);
    }

    /** Milliseconds with one decimal. */
    static BigDecimal millis(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 6).setScale(1, RoundingMode.HALF_UP);
    }
}
