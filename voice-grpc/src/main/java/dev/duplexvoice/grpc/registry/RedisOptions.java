package dev.duplexvoice.grpc.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How Redis is reached. Credentials given here are shown by nothing: not by {@link #toString}, not in messages, not in logs.
 *
 * <p>Immutable; each {@code with} method gives a changed copy.
 */
public final class RedisOptions {
    private static final int DEFAULT_PORT = 6_379;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final boolean tls;
    private final WorkerAddress address;
    private final int database;
    private final @Nullable String user;
    private final char @Nullable [] password;
    private final @Nullable Path trustedCertificates;
    private final Duration connectTimeout;
    private final Duration commandTimeout;

    private RedisOptions(
            boolean tls,
            WorkerAddress address,
            int database,
            @Nullable String user,
            char @Nullable [] password,
            @Nullable Path trustedCertificates,
            Duration connectTimeout,
            Duration commandTimeout) {
        this.tls = tls;
        this.address = address;
        this.database = database;
        this.user = user;
        this.password = password;
        this.trustedCertificates = trustedCertificates;
        this.connectTimeout = connectTimeout;
        this.commandTimeout = commandTimeout;
    }

    /**
     * Reads {@code redis://[[user]:password@]host[:port][/database]}, {@code rediss://} for TLS. The port is 6379 if there is none. What
     * is not allowed in a URI is percent-encoded.
     *
     * @throws IllegalArgumentException if it is anything else; the message does not quote it, as it may hold a password
     */
    public static RedisOptions of(String uri) {
        URI parsed;
        try {
            parsed = new URI(uri);
        } catch (URISyntaxException e) {
            // Not as the cause: its message quotes the whole.
            throw notUri("at character " + e.getIndex() + " it is no URI");
        }
        if (!"redis".equals(parsed.getScheme()) && !"rediss".equals(parsed.getScheme())) {
            throw notUri("its scheme is neither redis nor rediss");
        }
        String host = parsed.getHost();
        if (host == null || parsed.getRawQuery() != null || parsed.getRawFragment() != null) {
            throw notUri(host == null ? "it has no host" : "it has a query or a fragment");
        }
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        RedisOptions options = new RedisOptions(
                "rediss".equals(parsed.getScheme()),
                new WorkerAddress(host, parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort()),
                database(parsed.getRawPath()),
                null,
                null,
                null,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1));
        String login = parsed.getRawUserInfo();
        if (login == null) {
            return options;
        }
        int colon = login.indexOf(':');
        if (colon < 0) {
            throw notUri("it has a user without a password");
        }
        String user = decoded(login.substring(0, colon));
        return options.withLogin(
                user.isEmpty() ? null : user,
                decoded(login.substring(colon + 1)).toCharArray());
    }

    private static int database(@Nullable String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
        if (!path.matches("/\\d{1,5}")) {
            throw notUri("behind the host there is something else than the number of a database");
        }
        return Integer.parseInt(path.substring(1));
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException notUri(String why) {
        return new IllegalArgumentException(
                "redis=(not shown): " + why + "; write redis://host:6379 or rediss://user:password@host:6380/0");
    }

    /** This with a login; without a user it is Redis' default one. The password is copied. */
    public RedisOptions withLogin(@Nullable String newUser, char[] newPassword) {
        return new RedisOptions(
                tls,
                address,
                database,
                newUser,
                newPassword.clone(),
                trustedCertificates,
                connectTimeout,
                commandTimeout);
    }

    /**
     * This with certificates, PEM, that a server's must come from, instead of those that Java trusts.
     *
     * @throws IllegalArgumentException if there is no such file, or the URI was not of {@code rediss}
     */
    public RedisOptions withTrustedCertificates(Path file) {
        if (!tls || !Files.isReadable(file)) {
            throw new IllegalArgumentException("trustedCertificates=" + file
                    + (tls ? ": no such readable file" : ": the connection has no TLS; write rediss://"));
        }
        return new RedisOptions(tls, address, database, user, password, file, connectTimeout, commandTimeout);
    }

    /**
     * This with other bounds in time.
     *
     * @param connect for a connection, the login included; 2 s unless changed
     * @param command for the answer to a command; 1 s unless changed
     * @throws IllegalArgumentException if one is not from 1 ms to 5 min
     */
    public RedisOptions withTimeouts(Duration connect, Duration command) {
        Durations.require("connectTimeout", connect, SHORTEST, LONGEST);
        Durations.require("commandTimeout", command, SHORTEST, LONGEST);
        return new RedisOptions(tls, address, database, user, password, trustedCertificates, connect, command);
    }

    boolean tls() {
        return tls;
    }

    WorkerAddress address() {
        return address;
    }

    int database() {
        return database;
    }

    @Nullable
    String user() {
        return user;
    }

    char @Nullable [] password() {
        return password;
    }

    @Nullable
    Path trustedCertificates() {
        return trustedCertificates;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Duration commandTimeout() {
        return commandTimeout;
    }

    /** The URI without a login. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + address.authority() + "/" + database;
    }
}
