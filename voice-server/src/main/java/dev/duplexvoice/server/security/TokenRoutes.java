package dev.duplexvoice.server.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.RequestError;
import dev.duplexvoice.server.internal.http.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * {@code POST /api/v1/tokens {subject, scopes?, expires_in_s?}} makes a session token, for {@code talk} and five minutes unless said
 * otherwise. Asked by an {@link Scope#ADMIN}, who can give away only what it has, and never {@code admin}: a token that is for a short time
 * must not make others.
 */
public final class TokenRoutes {
    private static final Duration USUAL_LIFE = Duration.ofMinutes(5);

    private final SessionTokens tokens;
    private final Duration longest;
    private final SecurityLog log;

    /**
     * Of these tokens.
     *
     * @param longest the longest life that may be asked for, up to {@link SessionTokens#LONGEST_LIFE}
     * @param log where it is written who was given one
     */
    public TokenRoutes(SessionTokens tokens, Duration longest, SecurityLog log) {
        if (longest.compareTo(Duration.ofSeconds(1)) < 0 || longest.compareTo(SessionTokens.LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("longest=" + longest.toSeconds() + "s: must be 1 s to "
                    + SessionTokens.LONGEST_LIFE.toSeconds() + " s");
        }
        this.tokens = Objects.requireNonNull(tokens);
        this.longest = longest;
        this.log = Objects.requireNonNull(log);
    }

    /** Mounts it. */
    public void routes(RoutesConfig routes) {
        routes.post("/api/v1/tokens", Access.to(Scope.ADMIN, this::issue));
    }

    private void issue(Context ctx) {
        ObjectNode body = Json.body(ctx, true, List.of("subject", "scopes", "expires_in_s"));
        String subject = Json.text(body, "subject");
        if (subject == null) {
            throw RequestError.invalid("subject: is missing; give the id of whose token it is");
        }
        Principal asking = Access.principal(ctx);
        Set<Scope> scopes = scopes(body.path("scopes"));
        for (Scope scope : scopes) {
            if (scope == Scope.ADMIN || !asking.may(scope)) {
                throw new RequestError(
                        403,
                        "FORBIDDEN",
                        "scopes=" + scope.label() + ": cannot be given away by '" + asking.name() + "'");
            }
        }
        Integer seconds = Json.whole(body, "expires_in_s");
        Duration life = seconds == null ? min(USUAL_LIFE, longest) : Duration.ofSeconds(seconds);
        if (life.compareTo(longest) > 0 || life.toSeconds() < 1) {
            throw RequestError.invalid("expires_in_s=" + life.toSeconds() + ": must be 1 to " + longest.toSeconds());
        }
        SessionTokens.Issued issued;
        try {
            issued = tokens.issue(subject, scopes, life);
        } catch (IllegalArgumentException e) {
            throw RequestError.invalid(String.valueOf(e.getMessage()));
        }
        log.event("token_issued", SecurityLog.Severity.LOW)
                .client(Access.clientAddress(ctx))
                .actor(asking.name())
                .reason("for " + Json.shown(subject) + ", " + life.toSeconds() + " s")
                .log();
        Json.answer(ctx, 201, shown(issued, life));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Set<Scope> scopes(JsonNode asked) {
        if (asked.isMissingNode() || asked.isNull()) {
            return EnumSet.of(Scope.TALK);
        }
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (JsonNode each : asked) {
            scopes.add(scope(each.asText()));
        }
        if (!asked.isArray() || scopes.isEmpty()) {
            throw RequestError.invalid("scopes: must be a list of one or more of talk, speak, observe");
        }
        return scopes;
    }

    private static Scope scope(String label) {
        for (Scope scope : Scope.values()) {
            if (scope.label().equals(label)) {
                return scope;
            }
        }
        throw RequestError.invalid(
                "scopes=" + Json.shown(label) + ": there is no such scope; use talk, speak, observe");
    }

    private static Map<String, Object> shown(SessionTokens.Issued issued, Duration life) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("token", issued.token());
        fields.put("token_type", "Bearer");
        fields.put("subject", issued.owner().name());
        fields.put(
                "scopes",
                issued.owner().scopes().stream().sorted().map(Scope::label).toList());
        fields.put("expires_in_s", life.toSeconds());
        fields.put("expires_at", issued.expiresAt().toString());
        return fields;
    }
}
