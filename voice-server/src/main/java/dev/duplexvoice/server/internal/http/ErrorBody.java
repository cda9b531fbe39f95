package dev.duplexvoice.server.internal.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** How errors look: {@code {success:false, error, detail, error_code, timestamp, request_id}}. */
public final class ErrorBody {
    /** Its content type; JSON is UTF-8 always. */
    public static final String TYPE = "application/json";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad request"),
            Map.entry(401, "Not authenticated"),
            Map.entry(403, "Not allowed"),
            Map.entry(404, "Not found"),
            Map.entry(405, "Method not allowed"),
            Map.entry(408, "Request timed out"),
            Map.entry(409, "Conflict"),
            Map.entry(413, "Content too large"),
            Map.entry(414, "Address too long"),
            Map.entry(415, "Media type not supported"),
            Map.entry(421, "Wrong host"),
            Map.entry(426, "Upgrade required"),
            Map.entry(429, "Too many requests"),
            Map.entry(431, "Headers too large"),
            Map.entry(503, "Not available"));

    private ErrorBody() {}

    /** In UTF-8, with a line end. */
    public static byte[] of(int status, String code, String detail, String requestId) {
        ObjectNode body = JSON.createObjectNode();
        body.put("success", false);
        body.put("error", title(status));
        body.put("detail", detail);
        body.put("error_code", code);
        body.put("timestamp", Instant.now().toString());
        body.put("request_id", requestId);
        return (body + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String title(int status) {
        return TITLES.getOrDefault(status, status < 500 ? "Bad request" : "Server error");
    }

    /** What programs tell an error by that has no code of its own. */
    public static String code(int status) {
        return switch (status) {
            case 400 -> "BAD_REQUEST";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "FORBIDDEN";
            case 404 -> "NOT_FOUND";
            case 405 -> "METHOD_NOT_ALLOWED";
            case 408 -> "REQUEST_TIMEOUT";
            case 413 -> "CONTENT_TOO_LARGE";
            case 414 -> "URI_TOO_LONG";
            case 415 -> "UNSUPPORTED_MEDIA_TYPE";
            case 426 -> "UPGRADE_REQUIRED";
            case 429 -> "RATE_LIMITED";
            case 431 -> "HEADERS_TOO_LARGE";
            case 503 -> "UNAVAILABLE";
            default -> status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR";
        };
    }
}
