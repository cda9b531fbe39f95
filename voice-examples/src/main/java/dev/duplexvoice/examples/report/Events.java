package dev.duplexvoice.examples.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the loosely typed maps of events.jsonl: a missing or odd value is an absence, never an exception. */
final class Events {
    private Events() {}

    /** The events that have a finite, non-negative time, earliest first; equal times keep their order. */
    static List<Map<String, Object>> inOrder(List<Map<String, Object>> events) {
        List<Map<String, Object>> timed = new ArrayList<>(events.size());
        for (Map<String, Object> event : events) {
            if (time(event) >= 0) {
                timed.add(event);
            }
        }
        timed.sort(Comparator.comparingDouble(Events::time));
        return timed;
    }

    static double time(Map<String, Object> event) {
        return number(event, "t");
    }

    static String type(Map<String, Object> event) {
        return text(event, "type");
    }

    static @Nullable String turnId(Map<String, Object> event) {
        @Nullable Object id = event.get("turn_id");
        return id == null ? null : id.toString();
    }

    /** The number under this key, NaN if there is none or it is infinite. */
    static double number(Map<String, Object> event, String key) {
        @Nullable Object value = event.get(key);
        double number = value instanceof Number n ? n.doubleValue() : Double.NaN;
        return Double.isInfinite(number) ? Double.NaN : number;
    }

    /** The value under this key as text, empty if there is none. */
    static String text(Map<String, Object> event, String key) {
        @Nullable Object value = event.get(key);
        return value == null ? "" : value.toString();
    }

    static boolean flag(Map<String, Object> event, String key) {
        return Boolean.TRUE.equals(event.get(key));
    }
}
