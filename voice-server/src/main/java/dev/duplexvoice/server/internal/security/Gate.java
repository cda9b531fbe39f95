package dev.duplexvoice.server.internal.security;

import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.logging.SecurityLog.Severity;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.RequestError;
import dev.duplexvoice.server.internal.http.Attributes;
import dev.duplexvoice.server.security.InvalidTokenException;
import dev.duplexvoice.server.security.SessionTokens;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks at each request before its handler: where it comes from, how often, who it is. Thread-safe. */
public final class Gate {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final double NANOS = 1e9;
    private static final String NOTED = Gate.class.getName();

    private final GuardRules rules;
    private final SecurityLog log;
    private final Consumer<String> refused;
    private final KeyedRates addresses;
    private final KeyedRates owners;
    private final KeyedRates failures;
    /** Lines of each address; a flood is counted, and logged once in a while. */
    private final KeyedRates lines;

    /** @param refused told the reason of each refusal, to count */
    public Gate(GuardRules rules, SecurityLog log, Consumer<String> refused) {
        this.rules = rules;
        this.log = log;
        this.refused = refused;
        addresses = new KeyedRates(rules.perAddress(), rules.nanoTime());
        owners = new KeyedRates(rules.perToken(), rules.nanoTime());
        failures = new KeyedRates(rules.failures(), rules.nanoTime());
        lines = new KeyedRates(rules.failures(), rules.nanoTime());
    }

    /** Of an ordinary request. A preflight of a listed origin is answered here, and its handlers are left out. */
    public void request(Context ctx) {
        arrive(ctx);
        if (answerOrigin(ctx)) {
            return;
        }
        identify(ctx, false);
    }

    /** What a route refused because of who asks; what was refused here is noted already. */
    public void answered(Context ctx) {
        int status = ctx.statusCode();
        if ((status == 401 || status == 403) && ctx.attribute(NOTED) == null) {
            note(ctx, "authorization_failure", status == 401 ? "missing_token" : "insufficient_scope");
        }
    }

    /** Of one that wants to become a WebSocket. */
    public void upgrade(Context ctx) {
        arrive(ctx);
        // Javalin answers with the first one that is offered, which may be the token.
        ctx.res().setHeader("Sec-WebSocket-Protocol", Presented.protocol(ctx));
        requireOrigin(ctx);
        identify(ctx, true);
    }

    private void arrive(Context ctx) {
        String connected = ctx.req().getRemoteAddr();
        String address = rules.proxies().client(connected, joined(ctx, "X-Forwarded-For"));
        ctx.attribute(Attributes.CLIENT_ADDRESS, address);
        boolean proxied = rules.proxies().trusts(connected);
        String scheme = forwarded(ctx, proxied, "X-Forwarded-Proto", ctx.req().getScheme());
        String host = forwarded(ctx, proxied, "X-Forwarded-Host", ctx.header("Host"));
        SecurityHeaders.set(ctx.res(), scheme.equals("https"));
        ctx.attribute(Attributes.SENT_TO, scheme + "://" + host);
        if (ctx.header("X-HTTP-Method-Override") != null) {
            throw refuse(
                    ctx,
                    "method_override",
                    400,
                    "BAD_REQUEST",
                    "X-HTTP-Method-Override: send the method that you mean");
        }
        if (!rules.hosts().isEmpty() && !rules.hosts().contains(name(host))) {
            throw refuse(
                    ctx,
                    "wrong_host",
                    421,
                    "WRONG_HOST",
                    "Host: this server is not called that; use one of its names, or add the name to its configuration");
        }
        limit(ctx, addresses, Addresses.limited(address), "address_rate", "requests of this address");
    }

    private static String forwarded(Context ctx, boolean proxied, String header, @Nullable String otherwise) {
        String value = proxied ? ctx.header(header) : null;
        String used = value == null || value.isBlank() ? otherwise : value.split(",")[0].strip();
        return used == null ? "" : used.toLowerCase(Locale.ROOT);
    }

    /** A header's values as one. */
    private static @Nullable String joined(Context ctx, String header) {
        StringBuilder all = new StringBuilder();
        var values = ctx.req().getHeaders(header);
        while (values.hasMoreElements()) {
            all.append(all.isEmpty() ? "" : ",").append(values.nextElement());
        }
        return all.isEmpty() ? null : all.toString();
    }

    /** A host without its port. */
    private static String name(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        return end <= 0 ? host : host.substring(0, end);
    }

    // ------------------------------------------------------------------------------------------ origins

    /** Whether that was all there is to answer. */
    private boolean answerOrigin(Context ctx) {
        String origin = ctx.header("Origin");
        if (origin != null && rules.origins().isListed(origin)) {
            ctx.header("Access-Control-Allow-Origin", origin);
            ctx.res().addHeader("Vary", "Origin");
            ctx.header("Cross-Origin-Resource-Policy", "cross-origin");
            ctx.header("Access-Control-Expose-Headers", "X-Request-Id, Retry-After");
            String method = ctx.header("Access-Control-Request-Method");
            if (ctx.req().getMethod().equals("OPTIONS") && method != null) {
                ctx.header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
                ctx.header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id");
                ctx.header("Access-Control-Max-Age", "600");
                ctx.status(204).skipRemainingHandlers();
                return true;
            }
        }
        if (!READING.contains(ctx.req().getMethod())) {
            requireOrigin(ctx);
        }
        return false;
    }

    private void requireOrigin(Context ctx) {
        String origin = ctx.header("Origin");
        @Nullable String sentTo = ctx.attribute(Attributes.SENT_TO);
        String[] own = String.valueOf(sentTo).split("://", 2);
        boolean foreign = origin == null
                ? "cross-site".equals(ctx.header("Sec-Fetch-Site"))
                : !rules.origins().allows(origin, own[0], own[1]);
        if (foreign) {
            throw refuse(
                    ctx,
                    "foreign_origin",
                    403,
                    "FOREIGN_ORIGIN",
                    "Origin: pages of another origin may not do this; list it in the server's configuration");
        }
    }

    // ------------------------------------------------------------------------------------------ who

    private void identify(Context ctx, boolean upgrade) {
        String token = Presented.token(ctx, upgrade);
        Principal who = rules.stranger();
        if (token != null) {
            try {
                who = verified(token);
            } catch (InvalidTokenException e) {
                throw unproved(ctx, e);
            }
            limit(ctx, owners, who.name(), "token_rate", "requests with this token");
        }
        Access.principal(ctx, who);
    }

    private Principal verified(String token) throws InvalidTokenException {
        SessionTokens signed = rules.sessionTokens();
        Principal owner = rules.accessTokens().find(token);
        if (owner != null) {
            return owner;
        }
        if (signed == null) {
            throw InvalidTokenException.unknown();
        }
        return signed.verify(token);
    }

    /** Right tokens pass whatever wrong ones come from the same address: behind it may be a whole company. */
    private RequestError unproved(Context ctx, InvalidTokenException why) {
        ctx.attribute(NOTED, true);
        String address = Addresses.limited(Access.clientAddress(ctx));
        long wait = failures.take(address);
        if (wait > 0) {
            refused.accept("failure_rate");
            return tooMany(wait, "wrong tokens of this address");
        }
        refused.accept(why.reason());
        log.event("authentication_failure", Severity.MEDIUM)
                .client(Access.clientAddress(ctx))
                .userAgent(shortened(ctx.userAgent()))
                .reason(why.reason())
                .log();
        return new RequestError(401, "INVALID_TOKEN", "authorization: " + why.getMessage())
                .with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }

    // ------------------------------------------------------------------------------------------ limits

    private void limit(Context ctx, KeyedRates rates, String key, String reason, String what) {
        long wait = rates.take(key);
        if (wait > 0) {
            note(ctx, reason);
            throw tooMany(wait, what);
        }
    }

    private static RequestError tooMany(long waitNanos, String what) {
        long seconds = (long) Math.ceil(waitNanos / NANOS);
        return new RequestError(429, "RATE_LIMITED", "too many " + what + ": wait " + seconds + " s")
                .with("Retry-After", String.valueOf(seconds));
    }

    /** Refuses, counts and logs. */
    public RequestError refuse(Context ctx, String reason, int status, String code, String detail) {
        note(ctx, reason);
        return new RequestError(status, code, detail);
    }

    private void note(Context ctx, String reason) {
        note(ctx, "request_refused", reason);
    }

    private void note(Context ctx, String type, String reason) {
        ctx.attribute(NOTED, true);
        refused.accept(reason);
        String address = Access.clientAddress(ctx);
        if (lines.take(Addresses.limited(address)) == 0) {
            log.event(type, Severity.MEDIUM)
                    .client(address)
                    .actor(
                            ctx.attribute(Principal.class.getName()) == null
                                    ? null
                                    : Access.principal(ctx).name())
                    .userAgent(shortened(ctx.userAgent()))
                    .reason(reason)
                    .log();
        }
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= 200 ? text : text.substring(0, 200);
    }
}
