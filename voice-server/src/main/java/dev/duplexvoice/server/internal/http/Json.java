package dev.duplexvoice.server.internal.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.duplexvoice.server.http.RequestError;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies in JSON, read strictly: what a client misspells it is told, instead of being answered as if it had said nothing. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Answers with a value. */
    public static void answer(Context ctx, int status, Object value) {
        try {
            ctx.status(status).contentType(ErrorBody.TYPE).result(MAPPER.writeValueAsString(value) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("this value is none of JSON", e);
        }
    }

    /**
     * The body, an object with no other fields than these; an empty object if there is no body and none is needed.
     *
     * @throws RequestError 400 or 415 if it is not
     */
    public static ObjectNode body(Context ctx, boolean needed, List<String> fields) {
        String type = ctx.contentType();
        boolean json = type != null && type.split(";")[0].strip().equalsIgnoreCase("application/json");
        byte[] bytes = ctx.bodyAsBytes();
        if (bytes.length == 0 && !needed) {
            return MAPPER.createObjectNode();
        }
        if (!json) {
            throw new RequestError(
                    415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type: must be application/json, with the body in JSON");
        }
        JsonNode body;
        try {
            body = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw RequestError.invalid(
                    "body: is no JSON: " + e.getOriginalMessage().split("\n")[0]);
        } catch (java.io.IOException e) {
            throw new HttpResponseException(400, "the body cannot be read", java.util.Map.of());
        }
        if (!(body instanceof ObjectNode object)) {
            throw RequestError.invalid("body: must be a JSON object with " + String.join(", ", fields));
        }
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!fields.contains(name)) {
                throw RequestError.invalid(shown(name) + ": there is no such field; use " + String.join(", ", fields));
            }
        }
        return object;
    }

    /** A text; null if it is not there. */
    public static @Nullable String text(ObjectNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw RequestError.invalid(field + "=" + shown(value.toString()) + ": must be a text");
        }
        return value.asText();
    }

    /** A number; null if it is not there. */
    public static @Nullable Double number(ObjectNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw RequestError.invalid(field + "=" + shown(value.toString()) + ": must be a number");
        }
        return value.asDouble();
    }

    /** A whole number; null if it is not there. */
    public static @Nullable Integer whole(ObjectNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw RequestError.invalid(field + "=" + shown(value.toString()) + ": must be a whole number");
        }
        return value.asInt();
    }

    /** Of what a client sent so much as to know it again. */
    public static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 64 ? line : line.substring(0, 64) + "...";
    }
}
