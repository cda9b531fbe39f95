package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.SocketCaller;
import dev.duplexvoice.server.SocketStats;
import dev.duplexvoice.server.sessions.SessionDirectory;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** All connections and sessions of a socket. Thread-safe. */
public final class SocketHub {
    final VoiceEngine engine;
    final SessionDirectory directory;
    final SocketRules rules;
    final BiConsumer<SocketCaller, SessionOptions.Builder> configure;
    final Function<Context, Principal> principals;

    /** None yet. */
    public SocketHub(
            VoiceEngine engine,
            BiConsumer<SocketCaller, SessionOptions.Builder> configure,
            Function<Context, Principal> principals,
            SessionDirectory directory,
            SocketRules rules) {
        this.engine = engine;
        this.configure = configure;
        this.principals = principals;
        this.directory = directory;
        this.rules = rules;
    }

    /** Adds the endpoint. */
    public void routes(RoutesConfig routes, String path) {}

    /** Where sessions are listed. */
    public SessionDirectory directory() {
        return directory;
    }

    /** What was counted. */
    public SocketStats stats() {
        return new SocketStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Takes no more, and ends those that are left at the deadline. */
    public CompletionStage<Void> drain(Duration deadline) {
        return CompletableFuture.completedStage(null);
    }

    /** Ends everything. */
    public void close() {}
}
