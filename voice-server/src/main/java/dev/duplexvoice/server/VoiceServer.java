package dev.duplexvoice.server;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import dev.duplexvoice.server.http.SpeechRoutes;
import dev.duplexvoice.server.internal.console.Activity;
import dev.duplexvoice.server.internal.serve.Endpoints;
import dev.duplexvoice.server.internal.serve.FigureLog;
import dev.duplexvoice.server.internal.serve.SecretFiles;
import dev.duplexvoice.server.internal.serve.ServerHealth;
import dev.duplexvoice.server.internal.serve.ServerSecurity;
import dev.duplexvoice.server.internal.serve.WarmUp;
import dev.duplexvoice.server.sessions.SessionDirectory;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole server: engine, WebSocket endpoint, HTTP endpoints, console, metrics and security, put together as a {@link ServerConfig} says.
 * A host that has a server of its own takes {@link VoiceSocket} instead.
 *
 * <pre>{@code
 * try (VoiceServer server = VoiceServer.builder(ServerConfig.load(file, System.getenv()))
 *         .configure((caller, options) -> options.responder(responder))
 *         .start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class VoiceServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VoiceServer.class);

    /** What those who know servers of this kind expect of {@code /api/v1/metrics}. */
    private static final Duration WINDOW = Duration.ofHours(1);

    private static final String LIMITS = "limits.";
    /** What a connection has at the end to be told that it is over. */
    private static final long GOODBYE_MILLIS = 2_000;

    private final ObservedProcess observed;
    private final VoiceEngine engine;
    private final VoiceSocket socket;
    private final ServerHealth health;
    private final Endpoints endpoints;
    /** What was started, the last first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final AtomicBoolean closed = new AtomicBoolean();
    /** Whether clients have been told, and have had their time. */
    private volatile boolean drained;

    private volatile ServerConfig config;

    private VoiceServer(Builder builder) {
        config = builder.config;
        // All that can be wrong is looked at before anything listens, or a voice is loaded.
        ServerSecurity security = builder.security();
        Endpoints.requireFree(config);
        try {
            observed = started(ObservedProcess.builder(builder.name)
                    .version(builder.version)
                    .redaction(builder.redaction)
                    .window(WINDOW)
                    .build());
            Activity activity = new Activity();
            engine = started(engine(builder, activity));
            health = new ServerHealth(engine, builder.checks);
            WarmUp warmUp = started(new WarmUp(engine, config, health));
            socket = started(socket(builder, SessionDirectory.inMemory()));
            FigureLog figures = started(new FigureLog(engine, socket, () -> config.get(ServerKeys.METRICS_INTERVAL)));
            endpoints = started(new Endpoints(
                    config,
                    security,
                    builder.logging,
                    builder.version,
                    observed,
                    engine,
                    socket,
                    speech(builder),
                    health,
                    activity));
            endpoints.start();
            warmUp.start();
            if (config.get(ServerKeys.METRICS)) {
                figures.start();
            }
        } catch (RuntimeException | Error e) {
            closeParts();
            throw e;
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        parts.push(part);
        return part;
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others are to be closed all the same.
                LOG.atError().setCause(e).log("Not closed: {}", part.getClass().getSimpleName());
            }
        }
    }

    /** A builder for a server with these settings. */
    public static Builder builder(ServerConfig config) {
        return new Builder(config);
    }

    private VoiceEngine engine(Builder builder, Activity activity) {
        VoiceTelemetry own = config.get(ServerKeys.METRICS) ? observed.telemetry() : observed.errors();
        VoiceEngine.Builder of = VoiceEngine.builder()
                .telemetry(VoiceTelemetry.of(own, activity, builder.telemetry))
                .loops(config.get(ServerKeys.LOOPS))
                .maxSessions(config.get(ServerKeys.SESSIONS))
                .maxLoad(config.get(ServerKeys.LOAD))
                .voiceModels(models -> models.maxResident(config.get(ServerKeys.MAX_RESIDENT))
                        .timeToLive(config.get(ServerKeys.TIME_TO_LIVE)));
        if (config.get(ServerKeys.WORKERS).isEmpty()
                && config.get(ServerKeys.REDIS).isEmpty()) {
            // Otherwise it is a voice that the workers have.
            config.get(ServerKeys.VOICE).ifPresent(of::voice);
        }
        config.get(ServerKeys.DETECTOR)
                .ifPresent(name ->
                        of.detector(name, config.get(ServerKeys.DETECTOR_MODEL).orElse(null)));
        builder.engine.accept(of);
        return of.build();
    }

    private VoiceSocket socket(Builder builder, SessionDirectory directory) {
        return VoiceSocket.builder(engine)
                .directory(directory)
                .configure((caller, options) -> {
                    ServerConfig now = config;
                    now.applyTo(options);
                    // What the client asks for goes before the defaults of the server, but not before its limits.
                    caller.options().forEach((key, value) -> {
                        if (!key.startsWith(LIMITS) || !now.settings().containsKey(key)) {
                            options.set(key, value);
                        }
                    });
                    builder.configure.accept(caller, options);
                })
                .lead(config.get(ServerKeys.LEAD))
                .resumeWithin(config.get(ServerKeys.RESUME_WITHIN))
                .startTimeout(config.get(ServerKeys.START_TIMEOUT))
                .maxWaitingSessions(config.get(ServerKeys.CONNECTIONS_PER_ADDRESS))
                .vanishedAfter(config.get(ServerKeys.VANISHED_AFTER))
                .maxTextBytes(Math.toIntExact(config.get(ServerKeys.MAX_TEXT_MESSAGE)))
                .maxBinaryBytes(Math.toIntExact(config.get(ServerKeys.MAX_BINARY_MESSAGE)))
                .build();
    }

    private SpeechRoutes speech(Builder builder) {
        SpeechRoutes.Builder routes = SpeechRoutes.builder(engine)
                .maxText(config.get(ServerKeys.SPEECH_TEXT))
                .concurrency(config.get(ServerKeys.SPEECH_CONCURRENT));
        if (builder.speech != null) {
            routes.synthesizer(builder.speech);
        }
        return routes.build();
    }

    /** The port that it listens at. */
    public int port() {
        return endpoints.port();
    }

    /** The port of operators; that of all if they have none of their own. */
    public int adminPort() {
        return endpoints.adminPort();
    }

    /** What it is reached by from this machine: {@code http://127.0.0.1:8080/}. */
    public String url() {
        return endpoints.url();
    }

    /** Its engine, whose life is the server's. */
    public VoiceEngine engine() {
        return engine;
    }

    /** Its conversations. */
    public VoiceSocket socket() {
        return socket;
    }

    /** Its metrics. */
    public ObservedProcess observed() {
        return observed;
    }

    /** New settings: what may change at once does, for sessions that are opened from now on; the rest is left as it is. */
    public void reconfigure(ServerConfig changed) {
        config = config.withLive(changed);
    }

    /**
     * Takes nobody new; conversations go on until they end, at most for {@code server.drain}. It still answers those who ask how it does.
     * {@link #close} it afterwards.
     *
     * @return completes when no conversation is left
     */
    public CompletionStage<Void> drain() {
        if (closed.get()) {
            return CompletableFuture.completedStage(null);
        }
        health.draining();
        Duration deadline = config.get(ServerKeys.DRAIN);
        CompletableFuture<Void> sockets = socket.drain(deadline).toCompletableFuture();
        CompletableFuture<Void> sessions = engine.drain(deadline).toCompletableFuture();
        // A connection that cannot even be told good-bye is not waited for.
        return CompletableFuture.allOf(sockets, sessions)
                .orTimeout(deadline.toMillis() + GOODBYE_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionally(late -> {
                    LOG.atWarn()
                            .addKeyValue("connections", socket.stats().connections())
                            .log("Connections were left at the deadline and are closed now");
                    return null;
                })
                .thenRun(() -> drained = true);
    }

    /** Ends everything at once, and lets clients know why if they still listen; idempotent. {@link #drain} before it lets conversations finish. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            goodbye();
            closeParts();
        }
    }

    private void goodbye() {
        health.draining();
        if (!drained) {
            try {
                socket.drain(Duration.ZERO).toCompletableFuture().get(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                LOG.atDebug().setCause(e).log("Clients did not say good bye");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Collects what settings cannot say; not thread-safe. */
    public static final class Builder {
        private final ServerConfig config;
        private UnaryOperator<@Nullable String> environment = System::getenv;
        private String name = "voice-server@0";
        private String version = "unknown";
        private UnaryOperator<String> redaction = UnaryOperator.identity();
        private @Nullable VoiceLogging logging;
        private VoiceTelemetry telemetry = VoiceTelemetry.disabled();
        private BiConsumer<SocketCaller, SessionOptions.Builder> configure = (caller, options) -> {};
        private @Nullable Function<String, SpeechSynthesizer> speech;
        private Consumer<VoiceEngine.Builder> engine = builder -> {};
        private final Map<String, Supplier<CompletionStage<Finding>>> checks = new LinkedHashMap<>();

        private Builder(ServerConfig config) {
            this.config = Objects.requireNonNull(config);
        }

        /** Where variables are that settings name; the process's environment by default. */
        public Builder environment(UnaryOperator<@Nullable String> value) {
            environment = Objects.requireNonNull(value);
            return this;
        }

        /** What its metrics call it: {@code NAME@GPU}. */
        public Builder name(String value) {
            name = Objects.requireNonNull(value);
            return this;
        }

        /** What is running, for those who ask. */
        public Builder version(String value) {
            version = Objects.requireNonNull(value);
            return this;
        }

        /** Takes secrets out of errors that are shown. */
        public Builder redaction(UnaryOperator<String> value) {
            redaction = Objects.requireNonNull(value);
            return this;
        }

        /** The process's log, for access lines, the console's log page and levels that change. */
        public Builder logging(VoiceLogging value) {
            logging = Objects.requireNonNull(value);
            return this;
        }

        /** Told what happens, beside the server's own metrics. */
        public Builder telemetry(VoiceTelemetry value) {
            telemetry = Objects.requireNonNull(value);
            return this;
        }

        /** What is added to each conversation before it is opened: a Responder, a recognizer. */
        public Builder configure(BiConsumer<SocketCaller, SessionOptions.Builder> value) {
            configure = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Who speaks texts over HTTP, if not the engine's voices: {@link SpeechRoutes.Builder#synthesizer}. Conversations have theirs by
         * {@link #configure}.
         */
        public Builder speech(Function<String, SpeechSynthesizer> value) {
            speech = Objects.requireNonNull(value);
            return this;
        }

        /** What is added to the engine before it is built: providers of voices, for one. */
        public Builder engine(Consumer<VoiceEngine.Builder> value) {
            engine = Objects.requireNonNull(value);
            return this;
        }

        /** Something that {@code /health} looks at besides: a Redis, workers. It has five seconds. */
        public Builder check(String what, Supplier<CompletionStage<Finding>> check) {
            checks.put(Objects.requireNonNull(what), Objects.requireNonNull(check));
            return this;
        }

        private ServerSecurity security() {
            return new ServerSecurity(config, new SecretFiles(config, environment));
        }

        /**
         * Reads what settings point to, tokens, keys and certificates, and starts nothing.
         *
         * @throws IllegalArgumentException if something cannot be used; the message names the key, and no secret
         */
        public void check() {
            security();
        }

        /**
         * Starts it. It listens when this returns, and is ready when its voices are in memory.
         *
         * @throws IllegalArgumentException if a setting cannot be used, the port is taken for one; the message names the key. Nothing was
         *     started then
         */
        public VoiceServer start() {
            return new VoiceServer(this);
        }
    }
}
