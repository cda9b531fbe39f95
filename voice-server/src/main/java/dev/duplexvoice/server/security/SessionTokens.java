package dev.duplexvoice.server.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.security.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signed tokens for a short time, which a host gives to its users: JSON Web Tokens of RFC 7519, signed with HMAC-SHA256 ({@code HS256}),
 * so that any language's library can make them. Claims: {@code sub} whose it is, {@code scope} its scopes' labels with spaces between,
 * {@code exp} its end, {@code iat} and {@code nbf} if there. Nothing is stored, so none can be taken back: keep them short.
 *
 * <pre>{@code
 * SessionTokens tokens = SessionTokens.builder().key("2026-11", secret).build();
 * String token = tokens.issue("user-7", Set.of(Scope.TALK), Duration.ofMinutes(5)).token();
 * }</pre>
 *
 * <p>Keys are changed by adding a new one first and taking the old one away when its last token has expired. Thread-safe.
 */
public final class SessionTokens {
    /** No token lives longer. */
    public static final Duration LONGEST_LIFE = Duration.ofHours(24);

    private static final int SHORTEST_SECRET = 32;
    private static final int LONGEST_TOKEN = 4_096;
    private static final int LONGEST_SUBJECT = 256;
    /** Clocks of machines differ. */
    private static final long LEEWAY_SECONDS = 5;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A token that was made.
     *
     * @param token to be given to its user, and to nobody else
     * @param owner what it proves
     * @param expiresAt its end, whole seconds
     */
    public record Issued(String token, Principal owner, Instant expiresAt) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Issued[owner=" + owner + ", expiresAt=" + expiresAt + "]";
        }
    }

    private final Map<String, SecretKeySpec> keys;
    private final String signsWith;
    private final InstantSource clock;

    private SessionTokens(Builder builder) {
        if (builder.keys.isEmpty()) {
            throw new IllegalArgumentException("keys=[]: there must be at least one to sign with");
        }
        keys = Map.copyOf(builder.keys);
        signsWith = builder.order.get(0);
        clock = builder.clock;
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes a token, signed with the first key.
     *
     * @param subject whose it is, 1 to 256 characters
     * @param life from now on, 1 s to {@link #LONGEST_LIFE}
     * @throws IllegalArgumentException if a value is out of range
     */
    public Issued issue(String subject, Set<Scope> scopes, Duration life) {
        if (subject.isBlank() || subject.length() > LONGEST_SUBJECT || subject.equals("anonymous")) {
            throw new IllegalArgumentException(
                    "subject: must have 1 to " + LONGEST_SUBJECT + " characters and not be 'anonymous'");
        }
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException("scopes=[]: a token must have at least one");
        }
        if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "life=" + life.toSeconds() + "s: must be 1 s to " + LONGEST_LIFE.toSeconds() + " s");
        }
        long now = clock.instant().getEpochSecond();
        long end = now + life.toSeconds();
        ObjectNode header = JSON.createObjectNode();
        header.put("alg", "HS256").put("typ", "JWT").put("kid", signsWith);
        ObjectNode claims = JSON.createObjectNode();
        claims.put("sub", subject);
        claims.put(
                "scope",
                String.join(
                        " ", EnumSet.copyOf(scopes).stream().map(Scope::label).toList()));
        claims.put("iat", now).put("exp", end);
        String signed = encoded(header) + "." + encoded(claims);
        byte[] signature = Digests.hmac(Objects.requireNonNull(keys.get(signsWith)), signed);
        return new Issued(
                signed + "." + ENCODER.encodeToString(signature),
                new Principal(subject, scopes),
                Instant.ofEpochSecond(end));
    }

    private static String encoded(JsonNode node) {
        return ENCODER.encodeToString(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What a token proves.
     *
     * @throws InvalidTokenException if it proves nothing
     */
    public Principal verify(String token) throws InvalidTokenException {
        String[] parts = token.split("\\.", 4);
        if (token.length() > LONGEST_TOKEN || parts.length != 3) {
            throw malformed();
        }
        JsonNode header = decoded(parts[0]);
        // What a header calls for is never obeyed: "none" and others' algorithms are no signatures.
        if (!header.path("alg").asText().equals("HS256") || header.has("crit")) {
            throw malformed();
        }
        SecretKeySpec key = keys.get(header.path("kid").asText());
        if (key == null) {
            throw new InvalidTokenException("unknown_key", "the token is signed with a key that is not known here");
        }
        byte[] signature = Digests.hmac(key, parts[0] + "." + parts[1]);
        // As text: several texts would decode to these bytes.
        byte[] expected = ENCODER.encodeToString(signature).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(expected, parts[2].getBytes(StandardCharsets.UTF_8))) {
            throw new InvalidTokenException("bad_signature", "the token's signature is wrong");
        }
        return owner(decoded(parts[1]));
    }

    private Principal owner(JsonNode claims) throws InvalidTokenException {
        long now = clock.instant().getEpochSecond();
        JsonNode end = claims.path("exp");
        if (!end.canConvertToLong()
                || !claims.path("sub").isTextual()
                || claims.path("sub").asText().isBlank()) {
            throw malformed();
        }
        if (now >= end.asLong()) {
            throw new InvalidTokenException("expired_token", "the token has expired; ask for a new one");
        }
        if (end.asLong() - now > LONGEST_LIFE.toSeconds() + LEEWAY_SECONDS) {
            throw new InvalidTokenException(
                    "malformed_token", "the token would live longer than " + LONGEST_LIFE.toSeconds() + " s");
        }
        if (claims.path("nbf").asLong(0) > now + LEEWAY_SECONDS) {
            throw new InvalidTokenException("early_token", "the token is not valid yet");
        }
        String subject = claims.path("sub").asText();
        Set<Scope> scopes = scopes(claims.path("scope").asText(""));
        if (subject.length() > LONGEST_SUBJECT || subject.equals("anonymous") || scopes.isEmpty()) {
            throw malformed();
        }
        return new Principal(subject, scopes);
    }

    /** Scopes that are not known here are somebody else's. */
    private static Set<Scope> scopes(String labels) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        List<String> named = List.of(labels.split(" "));
        for (Scope scope : Scope.values()) {
            if (named.contains(scope.label())) {
                scopes.add(scope);
            }
        }
        return scopes;
    }

    private static JsonNode decoded(String part) throws InvalidTokenException {
        try {
            JsonNode node = JSON.readTree(new String(bytes(part), StandardCharsets.UTF_8));
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            // As any other that is none.
        }
        throw malformed();
    }

    private static byte[] bytes(String part) throws InvalidTokenException {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static InvalidTokenException malformed() {
        return new InvalidTokenException("malformed_token", "this is no token of this server");
    }

    /** Collects keys; not thread-safe. */
    public static final class Builder {
        private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
        private final List<String> order = new ArrayList<>();
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * A key. The first one signs, all verify.
         *
         * @param id what tokens call it by, 1 to 64 of {@code [A-Za-z0-9._-]}
         * @param secret at least 32 bytes, random
         * @throws IllegalArgumentException if it is too short or the id is taken; the message does not have the secret
         */
        public Builder key(String id, byte[] secret) {
            if (!id.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException("key.id=" + id + ": must be 1 to 64 of [A-Za-z0-9._-]");
            }
            if (secret.length < SHORTEST_SECRET) {
                throw new IllegalArgumentException(
                        "key '" + id + "' has " + secret.length + " bytes: must have at least " + SHORTEST_SECRET
                                + "; make one with 'openssl rand -base64 32'");
            }
            if (keys.putIfAbsent(id, Digests.key(secret.clone())) != null) {
                throw new IllegalArgumentException("key.id=" + id + ": is there already; give each key its own");
            }
            order.add(id);
            return this;
        }

        /** The time; the system's by default. */
        public Builder clock(InstantSource value) {
            clock = Objects.requireNonNull(value);
            return this;
        }

        /** The tokens. */
        public SessionTokens build() {
            return new SessionTokens(this);
        }
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "SessionTokens[" + keys.keySet() + "]";
    }
}
