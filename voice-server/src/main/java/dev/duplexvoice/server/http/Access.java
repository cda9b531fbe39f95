package dev.duplexvoice.server.http;

import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.http.Attributes;
import dev.duplexvoice.server.internal.http.RequestIds;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who asks, and whether it may. The principal is what a guard left at the request; without one everybody is anonymous. */
public final class Access {
    /** The name of those who showed no token. */
    public static final String ANONYMOUS = "anonymous";

    private static final String ATTRIBUTE = Principal.class.getName();
    private static final Principal STRANGER = new Principal(ANONYMOUS, Set.of(Scope.TALK));

    private Access() {}

    /** Who asks; anonymous with {@link Scope#TALK} only if nobody has said. */
    public static Principal principal(Context ctx) {
        @Nullable Principal known = ctx.attribute(ATTRIBUTE);
        return known == null ? STRANGER : known;
    }

    /** Says who asks; for a host's own guard, before the handlers and before the upgrade to a WebSocket. */
    public static void principal(Context ctx, Principal who) {
        ctx.attribute(ATTRIBUTE, Objects.requireNonNull(who));
    }

    /** The address of who asks: behind trusted proxies that of the client. */
    public static String clientAddress(Context ctx) {
        @Nullable String known = ctx.attribute(Attributes.CLIENT_ADDRESS);
        return known == null ? ctx.req().getRemoteAddr() : known;
    }

    /** The request's id, as the header {@code X-Request-Id} of the answer has it. */
    public static String requestId(Context ctx) {
        @Nullable String known = ctx.attribute(Attributes.REQUEST_ID);
        if (known == null) {
            known = RequestIds.of(ctx.header(RequestIds.HEADER));
            ctx.attribute(Attributes.REQUEST_ID, known);
        }
        return known;
    }

    /**
     * Lets nobody in who may not.
     *
     * @throws RequestError 401 for the anonymous, 403 for others
     */
    public static void require(Context ctx, Scope scope) {
        Principal who = principal(ctx);
        if (who.may(scope)) {
            return;
        }
        if (who.name().equals(ANONYMOUS)) {
            throw new RequestError(
                            401,
                            "UNAUTHENTICATED",
                            "authorization is missing: send the header 'Authorization: Bearer TOKEN' with a token of scope "
                                    + scope.label())
                    .with("WWW-Authenticate", "Bearer");
        }
        throw new RequestError(
                        403,
                        "FORBIDDEN",
                        "scope=" + scope.label() + ": '" + who.name() + "' does not have it; use a token that does")
                .with("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" + scope.label() + "\"");
    }

    /** A handler for those only who may. */
    public static Handler to(Scope scope, Handler handler) {
        return ctx -> {
            require(ctx, scope);
            handler.handle(ctx);
        };
    }
}
