package dev.duplexvoice.logging;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs logins, tokens that were given or refused, limits that were hit and what looks suspicious, for {@link LogCategory#SECURITY}.
 *
 * <pre>{@code
 * security.event("authentication_failure", SecurityLog.Severity.MEDIUM).client("10.0.0.7").reason("invalid_token").log();
 * }</pre>
 */
public final class SecurityLog {
    /** How much it matters, and with which level it is written. */
    public enum Severity {
        /** What normally happens: a login. INFO. */
        LOW(Level.INFO),
        /** What was refused. WARNING. */
        MEDIUM(Level.WARN),
        /** What somebody has to look at. ERROR. */
        HIGH(Level.ERROR);

        private final Level level;

        Severity(Level level) {
            this.level = level;
        }
    }

    private final Logger log;

    SecurityLog(Logger log) {
        this.log = log;
    }

    /** One that writes by whatever SLF4J is bound to. */
    public static SecurityLog create() {
        return new SecurityLog(LoggerFactory.getLogger(LogCategory.SECURITY.logger()));
    }

    /** An event of a type such as {@code authentication_success}, {@code token_issued}, {@code rate_limit}. */
    public Entry event(String type, Severity severity) {
        return new Entry(log, type, severity);
    }

    /** A line until it is written. Not thread-safe. */
    public static final class Entry {
        private final LoggingEventBuilder line;
        private final String type;

        private Entry(Logger log, String type, Severity severity) {
            this.line = log.atLevel(severity.level)
                    .addKeyValue("event_type", type)
                    .addKeyValue("severity", severity.name().toLowerCase(Locale.ROOT));
            this.type = type;
        }

        /** Where it came from. */
        public Entry client(@Nullable String clientIp) {
            return with("client_ip", clientIp);
        }

        /** What the client says it is. */
        public Entry userAgent(@Nullable String userAgent) {
            return with("user_agent", userAgent);
        }

        /** Whose account it was, by id. */
        public Entry actor(@Nullable String actor) {
            return with("actor", actor);
        }

        /** The session that it was about. */
        public Entry session(@Nullable String sessionId) {
            return with("session_id", sessionId);
        }

        /** Why. */
        public Entry reason(@Nullable String reason) {
            return with("reason", reason);
        }

        private Entry with(String name, @Nullable Object value) {
            if (value != null) {
                line.addKeyValue(name, value);
            }
            return this;
        }

        /** Writes it. */
        public void log() {
            line.log(type);
        }
    }
}
