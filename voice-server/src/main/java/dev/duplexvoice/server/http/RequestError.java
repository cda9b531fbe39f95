package dev.duplexvoice.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered with an error. Thrown by a handler; {@link HttpBasics} writes it as
 * {@code {success:false, error, detail, error_code, timestamp, request_id}}.
 */
public final class RequestError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final Map<String, String> headers = new LinkedHashMap<>();

    /**
     * An error.
     *
     * @param status of HTTP, 400 to 599
     * @param code what programs tell it by, {@code NOT_FOUND}
     * @param detail what is wrong and what to do, for people; it is shown to the client
     */
    public RequestError(int status, String code, String detail) {
        this(status, code, detail, null);
    }

    /** One with a cause, for the log only. */
    public RequestError(int status, String code, String detail, @Nullable Throwable cause) {
        super(Objects.requireNonNull(detail), cause);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status=" + status + ": must be 400 to 599");
        }
        this.status = status;
        this.code = Objects.requireNonNull(code);
    }

    /** 400. */
    public static RequestError invalid(String detail) {
        return new RequestError(400, "INVALID_ARGUMENT", detail);
    }

    /** 404. */
    public static RequestError notFound(String detail) {
        return new RequestError(404, "NOT_FOUND", detail);
    }

    /** With a header of the answer. */
    public RequestError with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** The status of HTTP. */
    public int status() {
        return status;
    }

    /** What programs tell it by. */
    public String code() {
        return code;
    }

    /** The answer's own headers. */
    public Map<String, String> headers() {
        return Map.copyOf(headers);
    }
}
