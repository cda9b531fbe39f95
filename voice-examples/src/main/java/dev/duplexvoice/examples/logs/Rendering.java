package dev.duplexvoice.examples.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A record as a line for people: {@code timestamp LEVEL [logger] session=… - message key=value …}, stack traces below it. */
final class Rendering {
    /** A longer value says nothing to people. */
    private static final int LONGEST = 2_000;

    private static final Set<String> HEAD = Set.of("timestamp", "level", "logger", "session_id", "message");
    private static final List<String> MESSAGES = List.of("message", "msg", "event", "error_message");
    private static final Set<String> TRACES = Set.of("traceback", "stack_trace", "stacktrace", "exception");

    private final Style style;

    Rendering(Style style) {
        this.style = style;
    }

    String of(ObjectNode entry) {
        StringBuilder text = new StringBuilder();
        part(text, style.dim(value(entry, "timestamp")), " ");
        String name = value(entry, "level");
        Level level = Level.of(name);
        part(text, level == null ? name : style.of(level, name), " ");
        String logger = value(entry, "logger");
        part(text, logger.isEmpty() ? "" : "[" + logger + "]", " ");
        String session = value(entry, "session_id");
        part(text, session.isEmpty() ? "" : "session=" + session, " ");
        if (text.length() > 0) {
            text.append("- ");
        }
        String message = MESSAGES.stream().filter(entry::has).findFirst().orElse("message");
        text.append(style.bold(value(entry, message)));
        StringBuilder below = new StringBuilder();
        for (Map.Entry<String, JsonNode> field : entry.properties()) {
            if (TRACES.contains(field.getKey()) && field.getValue().isTextual()) {
                field.getValue()
                        .asText()
                        .lines()
                        .forEach(line -> below.append("\n    ").append(Printable.of(clip(line))));
            } else if (!HEAD.contains(field.getKey()) && !field.getKey().equals(message)) {
                text.append(' ')
                        .append(style.dim(Printable.of(field.getKey()) + "="))
                        .append(quoted(field.getValue()));
            }
        }
        return text.append(below).toString();
    }

    private void part(StringBuilder text, String part, String behind) {
        if (!part.isEmpty()) {
            text.append(part).append(behind);
        }
    }

    private static String value(ObjectNode entry, String name) {
        @Nullable JsonNode value = entry.get(name);
        if (value == null || value.isNull()) {
            return "";
        }
        return Printable.of(clip(value.isValueNode() ? value.asText() : value.toString()));
    }

    private static String quoted(JsonNode value) {
        String text = value.isTextual() ? value.asText() : value.toString();
        boolean plain =
                !value.isTextual() || !text.isEmpty() && text.chars().noneMatch(c -> c == ' ' || c == '"' || c == '=');
        return Printable.of(clip(plain ? text : Entry.json(value)));
    }

    private static String clip(String text) {
        return text.length() <= LONGEST
                ? text
                : text.substring(0, LONGEST) + "… (" + (text.length() - LONGEST) + " more characters)";
    }
}
