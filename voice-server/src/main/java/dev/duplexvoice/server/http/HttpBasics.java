package dev.duplexvoice.server.http;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.logging.AccessLog;
import dev.duplexvoice.server.internal.http.AccessLines;
import dev.duplexvoice.server.internal.http.ErrorAnswers;
import dev.duplexvoice.server.internal.http.JettyErrors;
import dev.duplexvoice.server.internal.http.RequestIdFilter;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Objects;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.http.UriCompliance;

/**
 * What all routes of a server share: ids of requests in {@code X-Request-Id}, in the log and in traces; errors in one form, whoever finds
 * them, Jetty too; access log; limits of sizes. A host with a Javalin of its own applies it, or takes {@link #errors(RoutesConfig)} only.
 */
public final class HttpBasics {
    /** What a body may have unless said otherwise, in bytes: a text of 10,000 characters with each of them escaped. */
    public static final int MAX_BODY = 256 * 1_024;

    private final AccessLog accessLog;
    private final int maxBody;

    private HttpBasics(Builder builder) {
        accessLog = builder.accessLog;
        maxBody = builder.maxBody;
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets a Javalin up, before a guard and routes are mounted. */
    public void apply(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.strictContentTypes = true;
        config.http.maxRequestSize = maxBody;
        // Javalin's own is LEGACY, which lets paths through that say one thing to us and another to what stands before
        // us.
        config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(UriCompliance.DEFAULT));
        JettyErrors errors = new JettyErrors();
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(errors);
            server.setRequestLog(new AccessLines(accessLog));
        });
        config.jetty.modifyServletContextHandler(context -> {
            context.setErrorHandler(errors);
            // Javalin asks for a session at each WebSocket; a cookie of it would be the only one, and of nothing.
            context.getSessionHandler().setUsingCookies(false);
            FilterHolder ids = new FilterHolder(new RequestIdFilter());
            ids.setAsyncSupported(true);
            context.addFilter(ids, "/*", EnumSet.of(DispatcherType.REQUEST));
        });
        config.router.javaLangErrorHandler(ErrorAnswers::fatal);
        errors(config.routes, "the body is too large: at most " + maxBody + " bytes");
    }

    /** Only the form of errors, for routes in a host's Javalin. */
    public static void errors(RoutesConfig routes) {
        errors(routes, "the body is too large");
    }

    private static void errors(RoutesConfig routes, String tooLarge) {
        routes.exception(RequestError.class, ErrorAnswers::refused);
        routes.exception(VoiceException.class, ErrorAnswers::voice);
        routes.exception(
                HttpResponseException.class, (error, context) -> ErrorAnswers.javalin(error, context, tooLarge));
        routes.exception(Exception.class, ErrorAnswers::unexpected);
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {
        private AccessLog accessLog = AccessLog.create();
        private int maxBody = MAX_BODY;

        private Builder() {}

        /** Where requests are logged; SLF4J's by default. */
        public Builder accessLog(AccessLog value) {
            accessLog = Objects.requireNonNull(value);
            return this;
        }

        /** The longest body in bytes, 1,024 to 16 MiB; {@link #MAX_BODY} by default. */
        public Builder maxBody(int bytes) {
            if (bytes < 1_024 || bytes > 16 << 20) {
                throw new IllegalArgumentException("maxBody=" + bytes + ": must be 1024 to 16777216");
            }
            maxBody = bytes;
            return this;
        }

        /** The basics. */
        public HttpBasics build() {
            return new HttpBasics(this);
        }
    }
}
