package dev.duplexvoice.server;

import java.util.Objects;
import java.util.Set;

/**
 * Who asks.
 *
 * @param name what logs and limits call it: the subject of its token, or {@code anonymous}; never the token
 * @param scopes what it may do
 */
public record Principal(String name, Set<Scope> scopes) {

    /** Copies the scopes. */
    public Principal {
        Objects.requireNonNull(name, "name");
        scopes = Set.copyOf(scopes);
    }

    /** Whether it may do this. */
    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
