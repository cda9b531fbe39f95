package dev.duplexvoice.examples.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** Lines of events.jsonl, written short. */
final class EventMaps {
    private EventMaps() {}

    /** An event of turn {@code turnId}; {@code rest} is key, value, key, value. */
    static Map<String, Object> event(double t, String type, String turnId, Object... rest) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("t", t);
        event.put("type", type);
        event.put("session_id", "s-1");
        event.put("turn_id", turnId);
        for (int i = 0; i < rest.length; i += 2) {
            event.put((String) rest[i], rest[i + 1]);
        }
        return event;
    }
}
