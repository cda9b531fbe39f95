package dev.duplexvoice.server.internal.security;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The token that a request shows, and the subprotocol that an upgrade may answer with. */
public final class Presented {
    private static final String SCHEME = "bearer ";
    private static final String PROTOCOLS = "Sec-WebSocket-Protocol";
    private static final String PROTOCOL_PREFIX = "bearer.";

    private Presented() {}

    /**
     * The token; null if none is shown.
     *
     * @param upgrade whether this becomes a WebSocket: browsers can then send no header, so a subprotocol {@code bearer.TOKEN} or the query
     *     parameter {@code token} is taken, too
     */
    public static @Nullable String token(Context ctx, boolean upgrade) {
        String header = ctx.header("Authorization");
        if (header != null) {
            // Another scheme is no token of ours, and not nothing either.
            return header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                    ? header.substring(SCHEME.length()).strip()
                    : "";
        }
        if (!upgrade) {
            return null;
        }
        for (String protocol : protocols(ctx)) {
            if (protocol.startsWith(PROTOCOL_PREFIX)) {
                return protocol.substring(PROTOCOL_PREFIX.length());
            }
        }
        return ctx.queryParam("token");
    }

    /** The first subprotocol that is not a token: what is answered, since a token must not be sent back. */
    public static @Nullable String protocol(Context ctx) {
        return protocols(ctx).stream()
                .filter(protocol -> !protocol.startsWith(PROTOCOL_PREFIX))
                .findFirst()
                .orElse(null);
    }

    private static List<String> protocols(Context ctx) {
        List<String> all = new ArrayList<>();
        var headers = ctx.req().getHeaders(PROTOCOLS);
        while (headers.hasMoreElements()) {
            for (String each : headers.nextElement().split(",")) {
                if (!each.isBlank()) {
                    all.add(each.strip());
                }
            }
        }
        return all;
    }
}
