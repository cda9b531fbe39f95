package dev.duplexvoice.server.internal.socket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Writes what clients are told. Thread-safe. */
final class MessageWriter {
    private static final JsonFactory JSON = new JsonFactory();

    /** Adds the fields of a message. */
    interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    private MessageWriter() {}

    static String message(String type, Body body) {
        StringWriter text = new StringWriter(128);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("type", type);
            body.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot be written to", e);
        }
        return text.toString();
    }

    /** The fields of an event, whose values are texts, numbers and flags; its type is one of them. */
    static String event(Map<String, Object> fields) {
        return message(String.valueOf(fields.get("type")), out -> {
            for (Map.Entry<String, Object> field : fields.entrySet()) {
                if (!field.getKey().equals("type")) {
                    out.writeFieldName(field.getKey());
                    value(out, field.getValue());
                }
            }
        });
    }

    private static void value(JsonGenerator out, Object value) throws IOException {
        if (value instanceof BigDecimal number) {
            out.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Number number) {
            out.writeNumber(number.longValue());
        } else {
            out.writeString(String.valueOf(value));
        }
    }

    /** Before there is a session. */
    static String error(ErrorCode code, String message) {
        return message("error", out -> {
            out.writeStringField("message", message);
            out.writeStringField("code", code.name());
        });
    }

    static void format(JsonGenerator out, String name, StreamFormat format) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("sample_rate", format.sampleRate());
        out.writeNumberField("frame_ms", format.frameMillis());
        out.writeEndObject();
    }

    static BigDecimal seconds(long nanos) {
        return BigDecimal.valueOf(nanos, 9).setScale(3, RoundingMode.HALF_UP);
    }
}
