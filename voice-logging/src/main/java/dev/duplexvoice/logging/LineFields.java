package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** What a line carries besides its message: of its key-values, then of the MDC. A name that comes twice counts with its last value. */
final class LineFields {
    /** Those of the schema, in the order in which they are written. All others are its metadata. */
    static final List<String> SCHEMA = List.of(
            "service",
            "component",
            "session_id",
            "turn_id",
            "request_id",
            "conversation_id",
            "model_id",
            "client_ip",
            "transport",
            "worker",
            "operation",
            "duration_ms",
            "error_type",
            "error_message",
            "traceback",
            "resolution",
            "trace_id",
            "span_id",
            "metadata",
            "data");

    static final int SERVICE = 0;
    static final int COMPONENT = 1;
    static final int SESSION_ID = SCHEMA.indexOf("session_id");
    static final int ERROR_TYPE = SCHEMA.indexOf("error_type");
    static final int ERROR_MESSAGE = SCHEMA.indexOf("error_message");
    static final int TRACEBACK = SCHEMA.indexOf("traceback");
    static final int RESOLUTION = SCHEMA.indexOf("resolution");
    static final int METADATA = SCHEMA.indexOf("metadata");

    /** What somebody said or is to hear. */
    private static final Set<String> SPOKEN = Set.of(
            "text",
            "transcript",
            "utterance",
            "heard",
            "spoken",
            "spoken_text",
            "user_text",
            "reply_text",
            "input_text",
            "prompt",
            "completion",
            "request_text",
            "response_text");

    private static final Map<String, Integer> INDEX = index();
    private static final int MOST = 256;

    private final @Nullable Object[] values = new @Nullable Object[SCHEMA.size()];
    private final boolean[] present = new boolean[SCHEMA.size()];
    private @Nullable Map<String, @Nullable Object> rest;

    private static Map<String, Integer> index() {
        Map<String, Integer> index = new java.util.HashMap<>();
        for (int i = 0; i < SCHEMA.size(); i++) {
            index.put(SCHEMA.get(i), i);
        }
        return Map.copyOf(index);
    }

    static LineFields of(ILoggingEvent event) {
        LineFields fields = new LineFields();
        Map<String, String> mdc = event.getMDCPropertyMap();
        if (mdc != null && !mdc.isEmpty()) {
            mdc.forEach(fields::put);
        }
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                fields.put(String.valueOf(pair.key), pair.value);
            }
        }
        return fields;
    }

    private void put(String name, @Nullable Object value) {
        Integer index = INDEX.get(name);
        if (index != null) {
            values[index] = value;
            present[index] = true;
            return;
        }
        if (rest == null) {
            rest = new LinkedHashMap<>();
        }
        if (rest.size() < MOST || rest.containsKey(name)) {
            rest.put(name, value);
        }
    }

    /** A value unless the line has one of its own. */
    void orElse(int index, @Nullable Object value) {
        if (!present[index] && value != null) {
            values[index] = value;
            present[index] = true;
        }
    }

    boolean has(int index) {
        return present[index];
    }

    @Nullable
    Object value(int index) {
        return values[index];
    }

    /** Those that are not in the schema. */
    Map<String, @Nullable Object> rest() {
        return rest == null ? Map.of() : rest;
    }

    /** The names of what a line of text shows behind its message: all but the session, whose place is before it. */
    List<Map.Entry<String, @Nullable Object>> shown() {
        List<Map.Entry<String, @Nullable Object>> shown = new ArrayList<>();
        for (int i = COMPONENT; i < present.length; i++) {
            if (present[i] && i != SESSION_ID && i != TRACEBACK) {
                shown.add(new java.util.AbstractMap.SimpleImmutableEntry<>(SCHEMA.get(i), values[i]));
            }
        }
        rest().forEach((name, value) -> shown.add(new java.util.AbstractMap.SimpleImmutableEntry<>(name, value)));
        return shown;
    }

    /** Whether a field holds what was said. */
    static boolean isSpoken(String name) {
        return SPOKEN.contains(name);
    }

    /** What is written in the place of what was said. */
    static String unspoken(String text) {
        return "[TEXT " + text.length() + " characters]";
    }
}
