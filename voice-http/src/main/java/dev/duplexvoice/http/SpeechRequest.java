package dev.duplexvoice.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.duplexvoice.tts.SynthesisRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** The JSON that asks for a text's audio. */
final class SpeechRequest {
    private static final JsonFactory JSON = new JsonFactory();

    private SpeechRequest() {}

    static byte[] body(Settings settings, SynthesisRequest request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model", settings.model());
            json.writeStringField("input", valid(request.text()));
            json.writeStringField("voice", settings.voice());
            json.writeStringField("response_format", settings.format().field());
            if (request.rate() != 1f) {
                json.writeNumberField("speed", request.rate());
            }
            for (Map.Entry<String, String> field : settings.extra().entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Halves of a surrogate pair cannot be written as UTF-8; each becomes the sign for what is no character. */
    static String valid(String text) {
        StringBuilder valid = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            valid = valid == null ? new StringBuilder(text) : valid;
            valid.setCharAt(i, '\uFFFD');
        }
        return valid == null ? text : valid.toString();
    }

    /** Whether there is anything in it that a voice could say. */
    static boolean isSpeakable(String text) {
        return text.codePoints()
                .anyMatch(c -> Character.isLetterOrDigit(c) || Character.getType(c) == Character.CURRENCY_SYMBOL);
    }
}
