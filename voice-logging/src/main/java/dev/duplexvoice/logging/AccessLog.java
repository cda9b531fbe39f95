package dev.duplexvoice.logging;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs requests. The files of {@link LogCategory#ACCESS} hold them in Combined Log Format, the console as any other line.
 *
 * <pre>{@code
 * access.request("GET", "/health").client("10.0.0.7").status(200).bytes(17).took(Duration.ofMillis(2)).log();
 * }</pre>
 */
public final class AccessLog {
    static final String USER = "user";
    static final String METHOD = "method";
    static final String TARGET = "target";
    static final String PROTOCOL = "protocol";
    static final String STATUS = "status_code";
    static final String BYTES = "response_size_bytes";
    static final String REFERER = "referer";
    static final String USER_AGENT = "user_agent";

    private final Logger log;

    AccessLog(Logger log) {
        this.log = log;
    }

    /** One that writes by whatever SLF4J is bound to. */
    public static AccessLog create() {
        return new AccessLog(LoggerFactory.getLogger(LogCategory.ACCESS.logger()));
    }

    /**
     * A request that was answered.
     *
     * @param method {@code GET}, for instance
     * @param target the path and query as they were sent
     */
    public Entry request(String method, String target) {
        return new Entry(log, method, target);
    }

    /** A request's line until it is written. Not thread-safe. */
    public static final class Entry {
        private final LoggingEventBuilder line;
        private final String what;
        private String protocol = "HTTP/1.1";
        private int status;

        private Entry(Logger log, String method, String target) {
            this.line = log.atInfo().addKeyValue(METHOD, method).addKeyValue(TARGET, target);
            this.what = method + " " + target;
        }

        /** Who asked, by address. */
        public Entry client(@Nullable String address) {
            return with("client_ip", address);
        }

        /** Who asked, by address. */
        public Entry client(InetAddress address) {
            return client(address.getHostAddress());
        }

        /** Who asked, by the name that was proved; none unless set. */
        public Entry user(@Nullable String user) {
            return with(USER, user);
        }

        /** {@code HTTP/1.1} unless set. */
        public Entry protocol(String protocol) {
            this.protocol = protocol;
            return this;
        }

        /** The answer's status. */
        public Entry status(int status) {
            this.status = status;
            return this;
        }

        /** The answer's size without its headers. */
        public Entry bytes(long bytes) {
            return with(BYTES, bytes);
        }

        /** Where the client says it comes from. */
        public Entry referer(@Nullable String referer) {
            return with(REFERER, referer);
        }

        /** What the client says it is. */
        public Entry userAgent(@Nullable String userAgent) {
            return with(USER_AGENT, userAgent);
        }

        /** How long the answer took; not in files, whose format has no place for it. */
        public Entry took(Duration duration) {
            return with("duration_ms", duration.toNanos() / 1_000_000.0);
        }

        /** The request's id; that of the MDC unless set. */
        public Entry requestId(@Nullable String id) {
            return with("request_id", id);
        }

        private Entry with(String name, @Nullable Object value) {
            if (value != null) {
                line.addKeyValue(name, value);
            }
            return this;
        }

        /** Writes it. */
        public void log() {
            line.addKeyValue(PROTOCOL, protocol).addKeyValue(STATUS, status).log("{} {}", what, status);
        }
    }
}
