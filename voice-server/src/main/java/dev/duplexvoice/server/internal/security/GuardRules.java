package dev.duplexvoice.server.internal.security;

import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.security.AccessTokens;
import dev.duplexvoice.server.security.Origins;
import dev.duplexvoice.server.security.RateLimit;
import dev.duplexvoice.server.security.SessionTokens;
import dev.duplexvoice.server.security.TrustedProxies;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a guard goes by.
 *
 * @param anonymous what those may who show no token
 * @param hosts names that the server answers to, in lower case and without port; empty for any
 */
public record GuardRules(
        AccessTokens accessTokens,
        @Nullable SessionTokens sessionTokens,
        Set<Scope> anonymous,
        Origins origins,
        Set<String> hosts,
        TrustedProxies proxies,
        RateLimit perAddress,
        RateLimit perToken,
        RateLimit failures,
        int connectionsPerAddress,
        int connectionsPerToken,
        LongSupplier nanoTime) {
    /** Copies the sets. */
    public GuardRules {
        anonymous = Set.copyOf(anonymous);
        hosts = Set.copyOf(hosts);
    }

    Principal stranger() {
        return new Principal("anonymous", anonymous);
    }
}
