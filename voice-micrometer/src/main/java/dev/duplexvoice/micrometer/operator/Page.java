package dev.duplexvoice.micrometer.operator;

/**
 * What is answered to a request.
 *
 * @param status of HTTP
 * @param contentType of HTTP
 * @param body in UTF-8
 */
public record Page(int status, String contentType, String body) {
    static Page json(int status, Object value) {
        return new Page(status, "application/json; charset=utf-8", JsonText.of(value));
    }

    /** An answer that says what is wrong. */
    static Page error(int status, String message) {
        return json(status, java.util.Map.of("error", message));
    }
}
