package dev.duplexvoice.server.security;

import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.internal.security.Gate;
import dev.duplexvoice.server.internal.security.GuardRules;
import dev.duplexvoice.server.internal.security.KeyedCounts;
import dev.duplexvoice.server.internal.security.WebSocketSeats;
import io.javalin.config.RoutesConfig;
import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands before all routes of a Javalin: finds out who asks and leaves that at the request ({@link Access#principal(Context)}), holds back
 * who asks too often, pages of foreign origins, and tokens that prove nothing; sets security headers. What a principal may do is each
 * route's own, see {@link Access#to}. Mount it before the routes, and behind {@link dev.duplexvoice.server.http.HttpBasics}. Thread-safe.
 *
 * <pre>{@code
 * ServerGuard guard = ServerGuard.builder().accessTokens(tokens).sessionTokens(signed).build();
 * Javalin.create(config -> {
 *     HttpBasics.builder().build().apply(config);
 *     guard.routes(config.routes);
 *     …
 * });
 * }</pre>
 */
public final class ServerGuard {
    private final Gate gate;
    private final WebSocketSeats seats;

    private ServerGuard(Builder builder) {
        Set<String> hosts = new TreeSet<>();
        if (!builder.hosts.isEmpty()) {
            hosts.addAll(builder.hosts);
            for (String origin : builder.origins.listed()) {
                hosts.add(URI.create(origin).getHost());
            }
        }
        GuardRules rules = new GuardRules(
                builder.accessTokens,
                builder.sessionTokens,
                builder.anonymous,
                builder.origins,
                hosts,
                builder.proxies,
                builder.perAddress,
                builder.perToken,
                builder.failures,
                builder.connectionsPerAddress,
                builder.connectionsPerToken,
                builder.nanoTime);
        gate = new Gate(rules, builder.log, builder.refused);
        seats = new WebSocketSeats(
                new KeyedCounts(rules.connectionsPerAddress()), new KeyedCounts(rules.connectionsPerToken()), gate);
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Mounts it before what is mounted after it. */
    public void routes(RoutesConfig routes) {
        routes.before(gate::request);
        routes.after(gate::answered);
        routes.wsBeforeUpgrade(ctx -> {
            gate.upgrade(ctx);
            seats.requireRoom(ctx);
        });
        seats.routes(routes);
    }

    /** WebSockets that are open, for a gauge. */
    public int webSockets() {
        return seats.taken();
    }

    /** Collects rules; not thread-safe. */
    public static final class Builder {
        private AccessTokens accessTokens = AccessTokens.none();
        private @Nullable SessionTokens sessionTokens;
        private Set<Scope> anonymous = Set.of();
        private Origins origins = Origins.same();
        private final Set<String> hosts = new TreeSet<>();
        private TrustedProxies proxies = TrustedProxies.none();
        private RateLimit perAddress = new RateLimit(3_000, 200);
        private RateLimit perToken = new RateLimit(3_000, 200);
        private RateLimit failures = new RateLimit(10, 10);
        private int connectionsPerAddress = 50;
        private int connectionsPerToken = 50;
        private SecurityLog log = SecurityLog.create();
        private Consumer<String> refused = reason -> {};
        private LongSupplier nanoTime = System::nanoTime;

        private Builder() {}

        /** Tokens of the configuration; none by default. */
        public Builder accessTokens(AccessTokens value) {
            accessTokens = Objects.requireNonNull(value);
            return this;
        }

        /** Signed tokens; none by default. */
        public Builder sessionTokens(@Nullable SessionTokens value) {
            sessionTokens = value;
            return this;
        }

        /** What those may who show no token; nothing by default. */
        public Builder anonymous(Set<Scope> value) {
            anonymous = Set.copyOf(value);
            return this;
        }

        /** Pages that may speak to the server; its own by default. */
        public Builder origins(Origins value) {
            origins = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Names that the server answers to, without port; any by default. Where nobody needs a token this has to be set, to {@code
         * localhost, 127.0.0.1, [::1]}: else a page of a name that somebody points to this machine is of the same origin.
         */
        public Builder hosts(Collection<String> names) {
            names.forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
            return this;
        }

        /** Proxies that are believed; none by default. */
        public Builder trustedProxies(TrustedProxies value) {
            proxies = Objects.requireNonNull(value);
            return this;
        }

        /** Requests and upgrades of an address, of IPv6 of 64 bits of it; 3,000 a minute, 200 at once. */
        public Builder perAddress(RateLimit value) {
            perAddress = Objects.requireNonNull(value);
            return this;
        }

        /** Requests and upgrades of a token's owner; 3,000 a minute, 200 at once. */
        public Builder perToken(RateLimit value) {
            perToken = Objects.requireNonNull(value);
            return this;
        }

        /** Wrong tokens of an address, and lines about it in the security log; 10 a minute, 10 at once. */
        public Builder failures(RateLimit value) {
            failures = Objects.requireNonNull(value);
            return this;
        }

        /** WebSockets of an address at a time, 1 to 1,000,000; 50 by default. */
        public Builder connectionsPerAddress(int count) {
            connectionsPerAddress = inRange("connectionsPerAddress", count);
            return this;
        }

        /** WebSockets of a token's owner at a time, 1 to 1,000,000; 50 by default. The anonymous are held by the address only. */
        public Builder connectionsPerToken(int count) {
            connectionsPerToken = inRange("connectionsPerToken", count);
            return this;
        }

        private static int inRange(String name, int count) {
            if (count < 1 || count > 1_000_000) {
                throw new IllegalArgumentException(name + "=" + count + ": must be 1 to 1000000");
            }
            return count;
        }

        /** Where refusals are written; SLF4J's by default. */
        public Builder securityLog(SecurityLog value) {
            log = Objects.requireNonNull(value);
            return this;
        }

        /** Told the reason of each refusal, one of few words, to count; any thread, must not block. */
        public Builder onRefused(Consumer<String> value) {
            refused = Objects.requireNonNull(value);
            return this;
        }

        /** The clock of the limits; the system's by default. */
        public Builder nanoTime(LongSupplier value) {
            nanoTime = Objects.requireNonNull(value);
            return this;
        }

        /** The guard. */
        public ServerGuard build() {
            return new ServerGuard(this);
        }
    }
}
