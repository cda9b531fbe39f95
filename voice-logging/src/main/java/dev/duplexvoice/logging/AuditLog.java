package dev.duplexvoice.logging;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs who did what to which session or thing, for {@link LogCategory#AUDIT}, whatever the levels are. Actors are ids and not e-mail
 * addresses: these are redacted here, too.
 *
 * <pre>{@code
 * audit.by("operator-7").did("session.interrupt").session(id).from("10.0.0.7").succeeded();
 * }</pre>
 */
public final class AuditLog {
    private final Logger log;

    AuditLog(Logger log) {
        this.log = log;
    }

    /** One that writes by whatever SLF4J is bound to. */
    public static AuditLog create() {
        return new AuditLog(LoggerFactory.getLogger(LogCategory.AUDIT.logger()));
    }

    /** Somebody, or a service, by id. */
    public Actor by(String actor) {
        return new Actor(log, actor);
    }

    /** Who did something. */
    public static final class Actor {
        private final Logger log;
        private final String actor;

        private Actor(Logger log, String actor) {
            this.log = log;
            this.actor = actor;
        }

        /** What was done or tried: {@code session.close}, {@code log.level}. */
        public Entry did(String action) {
            return new Entry(log, actor, action);
        }
    }

    /** A line until it is written. Not thread-safe. */
    public static final class Entry {
        private final LoggingEventBuilder line;
        private final String actor;
        private final String action;

        private Entry(Logger log, String actor, String action) {
            this.line = log.atInfo().addKeyValue("operation", action).addKeyValue("actor", actor);
            this.actor = actor;
            this.action = action;
        }

        /** The session that it was done to. */
        public Entry session(@Nullable String sessionId) {
            return with("session_id", sessionId);
        }

        /** What it was done to, if that is no session: a model, a worker, a logger. */
        public Entry target(String kind, String id) {
            return with("target_kind", kind).with("target", id);
        }

        /** Where it came from. */
        public Entry from(@Nullable String clientIp) {
            return with("client_ip", clientIp);
        }

        /** The request that did it; that of the MDC unless set. */
        public Entry request(@Nullable String requestId) {
            return with("request_id", requestId);
        }

        /** What was changed, by name. */
        public Entry details(Map<String, ?> details) {
            return with("details", Map.copyOf(details));
        }

        private Entry with(String name, @Nullable Object value) {
            if (value != null) {
                line.addKeyValue(name, value);
            }
            return this;
        }

        /** Writes that it was done. */
        public void succeeded() {
            write("success", null);
        }

        /** Writes that it was not, and why. */
        public void failed(String reason) {
            write("failure", reason);
        }

        /** Writes that it was not allowed, and why. */
        public void denied(String reason) {
            write("denied", reason);
        }

        private void write(String outcome, @Nullable String reason) {
            with("reason", reason).with("outcome", outcome);
            line.log("{}: {} by {}", action, outcome, actor);
        }
    }
}
