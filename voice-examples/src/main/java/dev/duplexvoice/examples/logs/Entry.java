package dev.duplexvoice.examples.logs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A whole record as an object, whatever form its line had: for what is shown or exported, which is little of what is read. */
final class Entry {
    /** Reads what the scanner takes: what Python writes, and any length. */
    static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxNestingDepth(JsonScanner.MAX_DEPTH)
                            .build())
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Entry() {}

    /** The object that a line is; of text, with the names that our own lines have. */
    static ObjectNode of(LogLine line, Fields fields) {
        if (line.form() == LogLine.Form.JSON) {
            try {
                if (read(line.bytes(), line.json(), line.end()) instanceof ObjectNode object) {
                    return object;
                }
            } catch (IOException | NumberFormatException e) {
                // Such as a number with an exponent beyond all bounds: the line stays what it is, a text.
                return text(line.line());
            }
        }
        if (line.form() != LogLine.Form.TEXT) {
            return text(line.line());
        }
        ObjectNode object = MAPPER.createObjectNode();
        put(object, "timestamp", line.text(fields.timestamp));
        put(object, "level", line.text(fields.level));
        put(object, "logger", line.text(fields.logger));
        put(object, "session_id", line.text(fields.session));
        put(object, "message", line.text(fields.message));
        return object;
    }

    /** Without a copy as text if that is not needed: lines may be long. */
    private static JsonNode read(byte[] bytes, int from, int to) throws IOException {
        return Bytes.isUtf8(bytes, from, to)
                ? MAPPER.readTree(bytes, from, to - from)
                : MAPPER.readTree(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    private static ObjectNode text(String line) {
        return MAPPER.createObjectNode().put("message", line);
    }

    private static void put(ObjectNode object, String name, @Nullable String value) {
        if (value != null) {
            object.put(name, value);
        }
    }

    /** Adds a line of a stack trace or of a message. */
    static void more(ObjectNode object, String line) {
        JsonNode traceback = object.get("traceback");
        object.put("traceback", traceback == null ? line : traceback.asText() + "\n" + line);
    }

    static String json(JsonNode node) {
        try {
            return Printable.of(MAPPER.writeValueAsString(node));
        } catch (IOException e) {
            throw new IllegalStateException("cannot be written as JSON", e);
        }
    }
}
