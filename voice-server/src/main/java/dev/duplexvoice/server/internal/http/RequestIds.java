package dev.duplexvoice.server.internal.http;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ids of requests: the client's if it can be one, else new. */
public final class RequestIds {
    /** The header, of requests and answers. */
    public static final String HEADER = "X-Request-Id";

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestIds() {}

    /** The one that was sent, if it is one. */
    public static String of(@Nullable String sent) {
        return sent != null && VALID.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString();
    }
}
