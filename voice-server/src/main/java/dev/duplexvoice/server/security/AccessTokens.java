package dev.duplexvoice.server.security;

import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.security.Digests;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens of a configuration, each with the name of its owner and what it may do. Only their SHA-256 is kept. Immutable. */
public final class AccessTokens {
    private static final int SHORTEST = 16;
    private static final int LONGEST = 4_096;

    private record Entry(byte[] digest, Principal owner) {}

    private final List<Entry> entries;

    private AccessTokens(Builder builder) {
        entries = List.copyOf(builder.entries);
    }

    /** None. */
    public static AccessTokens none() {
        return builder().build();
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whose token this is; null if it is nobody's. Takes the same time for every text of a length. */
    public @Nullable Principal find(String shown) {
        byte[] digest = Digests.sha256(shown);
        Principal found = null;
        for (Entry entry : entries) {
            // All are compared, so that the time does not tell which one it nearly was.
            if (MessageDigest.isEqual(entry.digest, digest)) {
                found = entry.owner;
            }
        }
        return found;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Collects tokens; not thread-safe. */
    public static final class Builder {
        private final List<Entry> entries = new ArrayList<>();

        private Builder() {}

        /**
         * A token.
         *
         * @param name of its owner, for logs and limits
         * @param token 16 to 4,096 printable characters of ASCII without spaces
         * @throws IllegalArgumentException if it cannot be one, or is there already; the message does not have it
         */
        public Builder token(String name, String token, Set<Scope> scopes) {
            Objects.requireNonNull(name, "name");
            if (name.isBlank() || name.equals("anonymous")) {
                throw new IllegalArgumentException("token.name=" + name + ": must not be blank or 'anonymous'");
            }
            if (token.length() < SHORTEST || token.length() > LONGEST) {
                throw new IllegalArgumentException("token of '" + name + "' has " + token.length()
                        + " characters: must have " + SHORTEST + " to " + LONGEST);
            }
            if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new IllegalArgumentException("token of '" + name
                        + "' has a character that a header cannot hold: use letters, digits and -._~+/=");
            }
            byte[] digest = Digests.sha256(token);
            if (entries.stream().anyMatch(entry -> MessageDigest.isEqual(entry.digest, digest))) {
                throw new IllegalArgumentException("token of '" + name + "' is another's too: give each its own");
            }
            entries.add(new Entry(digest, new Principal(name, scopes)));
            return this;
        }

        /** The tokens. */
        public AccessTokens build() {
            return new AccessTokens(this);
        }
    }
}
