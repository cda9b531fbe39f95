package dev.duplexvoice.server.security;

import dev.duplexvoice.server.internal.security.ConnectionWatch;
import dev.duplexvoice.server.internal.security.RenewedCertificate;
import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * A place where a Javalin listens: address, TLS, and the bounds of what a connection may cost before anybody knows whose it is. TLS is 1.2
 * or newer; renewed files are taken within a minute. Immutable.
 */
public final class HttpListener {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Builder settings;
    private final @Nullable RenewedCertificate certificate;

    private HttpListener(Builder builder) {
        settings = builder;
        TlsFiles files = builder.tls;
        certificate = files == null ? null : new RenewedCertificate(files, builder.clock);
    }

    /**
     * A builder.
     *
     * @param host an address or name of this machine; {@code 0.0.0.0} for all of IPv4
     * @param port 0 for a free one
     */
    public static Builder builder(String host, int port) {
        return new Builder(host, port);
    }

    /** Makes a Javalin listen there, besides where else it does; before it is started. */
    public void apply(JavalinConfig config) {
        config.jetty.addConnector(this::connector);
        config.jetty.modifyServer(server -> {
            if (server.getBean(NetworkConnectionLimit.class) == null) {
                server.addBean(new NetworkConnectionLimit(settings.maxConnections, server));
            }
        });
    }

    private Connector connector(Server server, HttpConfiguration common) {
        HttpConfiguration http = new HttpConfiguration(common);
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(settings.maxHeaderBytes);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector;
        if (certificate == null) {
            connector = new ServerConnector(server, plain);
        } else {
            // Whoever connects by address, as to loopback, has no name that the certificate could have.
            http.addCustomizer(new SecureRequestCustomizer(false));
            SslContextFactory.Server tls = certificate.factory();
            connector = new ServerConnector(server, new SslConnectionFactory(tls, plain.getProtocol()), plain);
            connector.addBean(certificate.renewal(connector.getScheduler()));
        }
        connector.setHost(settings.host);
        connector.setPort(settings.port);
        connector.setIdleTimeout(settings.idleTimeout.toMillis());
        connector.addBean(new ConnectionWatch(
                connector,
                settings.connectionsPerAddress,
                settings.headerTimeout.toNanos(),
                settings.refused,
                settings.proxies::trusts));
        return connector;
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {
        private final String host;
        private final int port;
        private @Nullable TlsFiles tls;
        private Duration headerTimeout = Duration.ofSeconds(10);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private int maxHeaderBytes = 8_192;
        private int maxConnections = 4_000;
        private int connectionsPerAddress = 1_000;
        private TrustedProxies proxies = TrustedProxies.none();
        private Consumer<String> refused = reason -> {};
        private InstantSource clock = InstantSource.system();

        private Builder(String host, int port) {
            this.host = Objects.requireNonNull(host);
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port=" + port + ": must be 0 to 65535");
            }
            this.port = port;
        }

        /** TLS with these; in clear by default. Read when the listener is built. */
        public Builder tls(@Nullable TlsFiles value) {
            tls = value;
            return this;
        }

        /** From the begin of a connection, or of a request's first byte, to the end of its headers; 100 ms to 1 h, 10 s by default. */
        public Builder headerTimeout(Duration value) {
            headerTimeout = inRange("headerTimeout", value);
            return this;
        }

        /** A connection on which nothing comes or goes for so long ends; 100 ms to 1 h, 30 s by default. WebSockets have their own. */
        public Builder idleTimeout(Duration value) {
            idleTimeout = inRange("idleTimeout", value);
            return this;
        }

        private static Duration inRange(String name, Duration value) {
            if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        name + "=" + value.toMillis() + "ms: must be " + SHORTEST.toMillis() + " ms to 1 h");
            }
            return value;
        }

        /** A request's line and headers together, 1,024 to 65,536; 8,192 by default. */
        public Builder maxHeaderBytes(int bytes) {
            maxHeaderBytes = inRange("maxHeaderBytes", bytes, 1_024, 65_536);
            return this;
        }

        /** Connections at a time, of all listeners of a server together; 4,000 by default. More wait until one ends. */
        public Builder maxConnections(int count) {
            maxConnections = inRange("maxConnections", count, 1, 1_000_000);
            return this;
        }

        /** Connections of an address at a time, WebSockets or not; 1,000 by default. More are closed at once. Proxies are not counted. */
        public Builder connectionsPerAddress(int count) {
            connectionsPerAddress = inRange("connectionsPerAddress", count, 1, 1_000_000);
            return this;
        }

        private static int inRange(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + "=" + value + ": must be " + least + " to " + most);
            }
            return value;
        }

        /** Proxies, behind which many are; none by default. */
        public Builder trustedProxies(TrustedProxies value) {
            proxies = Objects.requireNonNull(value);
            return this;
        }

        /** Told the reason of each connection that is ended, to count; any thread, must not block. */
        public Builder onRefused(Consumer<String> value) {
            refused = Objects.requireNonNull(value);
            return this;
        }

        /** The time by which certificates are valid; the system's by default. */
        public Builder clock(InstantSource value) {
            clock = Objects.requireNonNull(value);
            return this;
        }

        /**
         * The listener.
         *
         * @throws IllegalArgumentException if the files of TLS cannot be used; the message names the file and the remedy
         */
        public HttpListener build() {
            return new HttpListener(this);
        }
    }
}
