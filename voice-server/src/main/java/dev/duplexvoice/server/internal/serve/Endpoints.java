package dev.duplexvoice.server.internal.serve;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.logging.AuditLog;
import dev.duplexvoice.logging.LogTail;
import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.VoiceSocket;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.HttpBasics;
import dev.duplexvoice.server.http.LogLevelRoutes;
import dev.duplexvoice.server.http.OpenApiRoutes;
import dev.duplexvoice.server.http.OperatorRoutes;
import dev.duplexvoice.server.http.RequestError;
import dev.duplexvoice.server.http.SessionRoutes;
import dev.duplexvoice.server.http.SpeechRoutes;
import dev.duplexvoice.server.internal.console.Activity;
import dev.duplexvoice.server.internal.console.ConsoleRoutes;
import dev.duplexvoice.server.security.HttpListener;
import dev.duplexvoice.server.security.SessionTokens;
import dev.duplexvoice.server.security.TokenRoutes;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The places where a server listens, and what is at each: all at one, or what is for operators at another. */
public final class Endpoints implements AutoCloseable {
    private static final String SOCKET = "/";
    private static final String NAMED_SOCKET = "/v1/voice";
    private static final List<String> METRICS = List.of("/metrics", "/api/v1/metrics");
    private static final Duration LONGEST_TOKEN = Duration.ofHours(1);

    private final ServerConfig config;
    private final ServerSecurity security;
    private final @Nullable VoiceLogging logging;
    private final VoiceSocket socket;
    private final ConsoleRoutes console;
    private final SpeechRoutes speech;
    private final OperatorRoutes status;
    private final SessionRoutes sessions;
    private final OpenApiRoutes description;
    private final Javalin all;
    private final @Nullable Javalin operators;

    /** Puts routes together; nothing listens yet. */
    public Endpoints(
            ServerConfig config,
            ServerSecurity security,
            @Nullable VoiceLogging logging,
            String version,
            ObservedProcess observed,
            VoiceEngine engine,
            VoiceSocket socket,
            SpeechRoutes speech,
            ServerHealth health,
            Activity activity) {
        this.config = config;
        this.security = security;
        this.logging = logging;
        this.socket = socket;
        OperatorPages pages = observed.pages(health);
        ConsoleRoutes.Builder shown = ConsoleRoutes.builder(observed.metrics(), pages)
                .activity(activity)
                .loops(engine::loops)
                .gpus(observed.gpus()::gpus);
        if (logging != null) {
            shown.logs(logging.tail(LogTail.LINES));
        }
        console = shown.build();
        this.speech = speech;
        status = new OperatorRoutes(pages);
        sessions = new SessionRoutes(socket.directory(), audit());
        description = new OpenApiRoutes(version);
        HttpListener apart = security.adminListener();
        all = javalin(config.get(ServerKeys.HOST_NAME), apart == null, security.listener(), setup -> {
            callers(setup);
            if (apart == null) {
                operators(setup.routes);
            }
        });
        operators = apart == null
                ? null
                : javalin(config.get(ServerKeys.ADMIN_HOST), true, apart, setup -> {
                    // Who operates it may talk with it, too: the console has both.
                    callers(setup);
                    operators(setup.routes);
                });
    }

    private AuditLog audit() {
        return logging == null ? AuditLog.create() : logging.auditLog();
    }

    private SecurityLog securityLog() {
        return logging == null ? SecurityLog.create() : logging.securityLog();
    }

    private Javalin javalin(String host, boolean forOperators, HttpListener listener, Consumer<JavalinConfig> routes) {
        return Javalin.create(setup -> {
            HttpBasics.Builder basics = HttpBasics.builder();
            if (logging != null) {
                basics.accessLog(logging.accessLog());
            }
            basics.build().apply(setup);
            listener.apply(setup);
            security.guard(host, forOperators, securityLog()).routes(setup.routes);
            routes.accept(setup);
        });
    }

    /** What is for everybody. */
    private void callers(JavalinConfig setup) {
        RoutesConfig routes = setup.routes;
        socket.routes(setup, SOCKET);
        socket.routes(setup, NAMED_SOCKET);
        status.routes(routes, OperatorRoutes.PUBLIC);
        speech.routes(routes);
        description.routes(routes);
        if (config.get(ServerKeys.CONSOLE)) {
            console.page(routes);
        }
    }

    /** What is for operators. */
    private void operators(RoutesConfig routes) {
        status.routes(
                routes,
                OperatorPages.PATHS.stream()
                        .filter(path -> !OperatorRoutes.PUBLIC.contains(path))
                        .filter(path -> config.get(ServerKeys.METRICS) || !METRICS.contains(path))
                        .toList());
        sessions.routes(routes);
        SessionTokens tokens = security.sessionTokens();
        if (tokens == null) {
            routes.post("/api/v1/tokens", Access.to(Scope.ADMIN, context -> {
                throw RequestError.notFound("security.sessionKeys: is not set, so nobody can sign a token; set it");
            }));
        } else {
            new TokenRoutes(tokens, LONGEST_TOKEN, securityLog()).routes(routes);
        }
        if (logging != null) {
            new LogLevelRoutes(logging.levels(), audit()).routes(routes);
        }
        if (config.get(ServerKeys.CONSOLE)) {
            console.apis(routes);
        }
    }

    /**
     * Looks whether it can be listened where settings say. Javalin tells of a port that is taken with an error and its stack in the log, and
     * neither port is to be open if the other cannot be.
     *
     * @throws IllegalArgumentException if it cannot; the message names the keys
     */
    public static void requireFree(ServerConfig config) {
        requireFree("server", config.get(ServerKeys.HOST_NAME), config.get(ServerKeys.PORT));
        config.get(ServerKeys.ADMIN_PORT)
                .ifPresent(port -> requireFree("admin", config.get(ServerKeys.ADMIN_HOST), Integer.parseInt(port)));
    }

    /** Begins to listen; nothing does if that fails. */
    public void start() {
        Javalin apart = operators;
        try {
            all.start();
            if (apart != null) {
                apart.start();
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static void requireFree(String group, String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    group + ".host=" + host + ", " + group + ".port=" + port + ": cannot be listened at: "
                            + e.getMessage()
                            + "; is another server running there? Choose another port, or 0 for a free one",
                    e);
        }
    }

    /** The port of all. */
    public int port() {
        return all.port();
    }

    /** The port of operators. */
    public int adminPort() {
        Javalin apart = operators;
        return apart == null ? all.port() : apart.port();
    }

    /** Of the page, as it is reached from this machine. */
    public String url() {
        String host = config.get(ServerKeys.HOST_NAME);
        String reached = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return (security.isTls() ? "https://" : "http://") + (reached.contains(":") ? "[" + reached + "]" : reached)
                + ":" + port() + "/";
    }

    @Override
    public void close() {
        console.close();
        all.stop();
        Javalin apart = operators;
        if (apart != null) {
            apart.stop();
        }
    }
}
