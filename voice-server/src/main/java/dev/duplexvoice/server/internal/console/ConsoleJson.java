package dev.duplexvoice.server.internal.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Records as JSON with names in snake_case. */
final class ConsoleJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private ConsoleJson() {}

    static void send(Context context, Object value) {
        // Figures and logs of now, perhaps for this caller only.
        context.header("Cache-Control", "no-store");
        context.contentType("application/json; charset=utf-8");
        context.result(text(value));
    }

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** JSON has no NaN. */
    static @Nullable Double known(double value) {
        return Double.isFinite(value) ? Double.valueOf(Math.round(value * 1e4) / 1e4) : null;
    }
}
