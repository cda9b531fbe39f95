package dev.duplexvoice.server.internal.serve;

import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import dev.duplexvoice.server.security.AccessTokens;
import dev.duplexvoice.server.security.HttpListener;
import dev.duplexvoice.server.security.Origins;
import dev.duplexvoice.server.security.RateLimit;
import dev.duplexvoice.server.security.ServerGuard;
import dev.duplexvoice.server.security.SessionTokens;
import dev.duplexvoice.server.security.TlsFiles;
import dev.duplexvoice.server.security.TrustedProxies;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who may do what at which address, as settings say. Everything is read and looked at when it is made. */
public final class ServerSecurity {
    private static final Set<Scope> ALL = EnumSet.allOf(Scope.class);
    private static final Set<Scope> CALLERS = EnumSet.of(Scope.TALK, Scope.SPEAK);
    /** By which names a browser reaches loopback. */
    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");

    private final ServerConfig config;
    private final AccessTokens tokens;
    private final @Nullable SessionTokens sessionTokens;
    private final Origins origins;
    private final TrustedProxies proxies;
    private final HttpListener listener;
    private final @Nullable HttpListener adminListener;

    /** @throws IllegalArgumentException if a setting, or what it points to, cannot be used; the message names the key */
    public ServerSecurity(ServerConfig config, SecretFiles secrets) {
        this.config = config;
        tokens = secrets.tokens();
        sessionTokens = secrets.sessionTokens();
        origins = told("security.origins", () -> Origins.sameAnd(config.get(ServerKeys.ORIGINS)));
        proxies = told("security.trustedProxies", () -> TrustedProxies.of(config.get(ServerKeys.TRUSTED_PROXIES)));
        String host = config.get(ServerKeys.HOST_NAME);
        if (!isLoopback("server.host", host) && isOpen() && !config.get(ServerKeys.ALLOW_ANONYMOUS)) {
            throw new IllegalArgumentException("server.host=" + host
                    + ": other machines reach it and nobody needs a token; add one to security.tokens, or set"
                    + " security.allowAnonymous: true");
        }
        List<String> proxied = config.get(ServerKeys.TRUSTED_PROXIES);
        if (!proxied.isEmpty() && isOpen() && !config.get(ServerKeys.ALLOW_ANONYMOUS)) {
            throw new IllegalArgumentException("security.trustedProxies=" + String.join(",", proxied)
                    + ": who comes through a proxy is not on this machine, and nobody needs a token; add one to"
                    + " security.tokens, or set security.allowAnonymous: true");
        }
        listener = listener(host, config.get(ServerKeys.PORT));
        adminListener = adminPort() == null ? null : listener(config.get(ServerKeys.ADMIN_HOST), adminPort());
        if (adminListener != null && isOpen() && !isLoopback("admin.host", config.get(ServerKeys.ADMIN_HOST))) {
            throw new IllegalArgumentException("admin.host=" + config.get(ServerKeys.ADMIN_HOST)
                    + ": other machines reach it and nobody needs a token; add one with the scopes observe and admin to"
                    + " security.tokens");
        }
    }

    private @Nullable Integer adminPort() {
        return config.get(ServerKeys.ADMIN_PORT).map(Integer::valueOf).orElse(null);
    }

    private boolean isOpen() {
        return tokens.isEmpty() && sessionTokens == null;
    }

    private HttpListener listener(String host, int port) {
        HttpListener.Builder builder = HttpListener.builder(host, port)
                .maxConnections(config.get(ServerKeys.CONNECTIONS))
                .connectionsPerAddress(config.get(ServerKeys.CONNECTIONS))
                .trustedProxies(proxies);
        config.get(ServerKeys.TLS_CERTIFICATE)
                .ifPresent(certificate -> builder.tls(
                        new TlsFiles(certificate, config.get(ServerKeys.TLS_KEY).orElseThrow())));
        return told("security.tls", builder::build);
    }

    /** What the library refuses is told with the key of the configuration. */
    private static <T> T told(String key, Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static boolean isLoopback(String key, String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    key + "=" + host + ": there is no such address; give one of this machine's", e);
        }
    }

    /** Where everybody is served. */
    HttpListener listener() {
        return listener;
    }

    /** Where operators are; null if at the same place. */
    @Nullable
    HttpListener adminListener() {
        return adminListener;
    }

    /** What mints tokens; null without a key. */
    @Nullable
    SessionTokens sessionTokens() {
        return sessionTokens;
    }

    boolean isTls() {
        return config.get(ServerKeys.TLS_CERTIFICATE).isPresent();
    }

    private static List<String> namesOfThisMachine(String host) {
        List<String> names = new ArrayList<>(THIS_MACHINE);
        names.add(host.contains(":") ? "[" + host + "]" : host);
        return names;
    }

    /**
     * A guard of one of the places.
     *
     * @param host where it stands
     * @param forOperators whether operators are there
     */
    ServerGuard guard(String host, boolean forOperators, SecurityLog log) {
        // Behind a proxy others are, whatever the address.
        boolean here = isLoopback("server.host", host)
                && config.get(ServerKeys.TRUSTED_PROXIES).isEmpty();
        Set<Scope> anonymous = Set.of();
        if (isOpen() && here) {
            anonymous = forOperators ? ALL : CALLERS;
        } else if (config.get(ServerKeys.ALLOW_ANONYMOUS)) {
            anonymous = CALLERS;
        }
        RateLimit limit =
                new RateLimit(config.get(ServerKeys.REQUESTS_PER_MINUTE), config.get(ServerKeys.REQUEST_BURST));
        return ServerGuard.builder()
                .securityLog(log)
                .accessTokens(tokens)
                .sessionTokens(sessionTokens)
                .anonymous(anonymous)
                .origins(origins)
                // Where no token is needed, a page whose name somebody points to this machine would be of the same
                // origin.
                .hosts(here && isOpen() ? namesOfThisMachine(host) : List.of())
                .trustedProxies(proxies)
                .perAddress(limit)
                .perToken(limit)
                .connectionsPerAddress(config.get(ServerKeys.CONNECTIONS_PER_ADDRESS))
                .connectionsPerToken(config.get(ServerKeys.CONNECTIONS_PER_TOKEN))
                .build();
    }
}
