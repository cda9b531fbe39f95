package dev.duplexvoice.server.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.duplexvoice.server.http.RequestError;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be spoken and how.
 *
 * @param voice null for the usual one
 * @param sampleRate null for the voice's own
 */
record SpeechRequest(
        String text,
        @Nullable String voice,
        float rate,
        float pitch,
        @Nullable Integer sampleRate) {
    private static final List<String> FIELDS = List.of("text", "voice", "rate", "pitch", "sample_rate");
    private static final Set<Integer> RATES = Set.of(8_000, 16_000, 22_050, 24_000, 44_100, 48_000);

    /** @throws RequestError if it cannot be used */
    static SpeechRequest of(Context ctx, int longestText) {
        ObjectNode body = Json.body(ctx, true, FIELDS);
        String text = Json.text(body, "text");
        if (text == null || text.isBlank()) {
            throw RequestError.invalid("text: is missing or empty; give a word or a number to say");
        }
        int length = text.codePointCount(0, text.length());
        if (length > longestText) {
            throw RequestError.invalid(
                    "text: has " + length + " characters; at most " + longestText + " at a time, split it");
        }
        if (text.chars().anyMatch(c -> c == 0)) {
            throw RequestError.invalid("text: has the character 0, which nobody can say; leave it out");
        }
        Integer sampleRate = Json.whole(body, "sample_rate");
        if (sampleRate != null && !RATES.contains(sampleRate)) {
            throw RequestError.invalid("sample_rate=" + sampleRate + ": must be one of "
                    + RATES.stream()
                            .sorted()
                            .map(String::valueOf)
                            .reduce((a, b) -> a + ", " + b)
                            .orElse(""));
        }
        return new SpeechRequest(
                text, Json.text(body, "voice"), factor(body, "rate"), factor(body, "pitch"), sampleRate);
    }

    private static float factor(ObjectNode body, String field) {
        Double value = Json.number(body, field);
        if (value == null) {
            return 1;
        }
        if (!(value >= 0.5 && value <= 2)) {
            throw RequestError.invalid(field + "=" + value + ": must be 0.5 to 2; 1 is the voice's own");
        }
        return value.floatValue();
    }
}
