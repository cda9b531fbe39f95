package dev.duplexvoice.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The beginning of what a server sent with an error, and the message in it. */
final class ErrorBody {
    private static final int LONGEST = 8_192;
    private static final JsonFactory JSON = new JsonFactory();
    /** OpenAI's error.message, FastAPI's detail, and what others use. */
    private static final Set<String> OUTER = Set.of("error", "detail", "message");

    private static final Set<String> INNER = Set.of("message", "msg");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Whether more is of interest. */
    boolean add(ByteBuffer more) {
        while (more.hasRemaining() && bytes.size() < LONGEST) {
            bytes.write(more.get());
        }
        more.position(more.limit());
        return bytes.size() < LONGEST;
    }

    /** The server's message, or an empty string; not made safe yet. */
    String message(String contentType) {
        if (contentType.startsWith("text/plain")) {
            return bytes.toString(StandardCharsets.UTF_8);
        }
        try (JsonParser parser = JSON.createParser(bytes.toByteArray())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "";
            }
            String found = find(parser, OUTER, true);
            return found == null ? "" : found;
        } catch (IOException e) {
            return ""; // cut off, or HTML: the status must do
        }
    }

    /** The first text of one of these fields, of the object or, if it may be deeper, of one in it. */
    private static @Nullable String find(JsonParser parser, Set<String> names, boolean deeper) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!names.contains(name)) {
                parser.skipChildren();
            } else if (value == JsonToken.VALUE_STRING) {
                return parser.getText();
            } else if (value == JsonToken.START_OBJECT && deeper) {
                String found = find(parser, INNER, false);
                if (found != null) {
                    return found;
                }
            } else if (value == JsonToken.START_ARRAY && deeper && parser.nextToken() == JsonToken.START_OBJECT) {
                return find(parser, INNER, false); // FastAPI's list of what is wrong with a request
            } else {
                parser.skipChildren();
            }
        }
        return null;
    }
}
