package dev.duplexvoice.server;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import dev.duplexvoice.server.internal.console.Activity;
import dev.duplexvoice.server.internal.serve.Endpoints;
import dev.duplexvoice.server.internal.serve.SecretFiles;
import dev.duplexvoice.server.internal.serve.ServerHealth;
import dev.duplexvoice.server.internal.serve.ServerSecurity;
import dev.duplexvoice.server.sessions.SessionDirectory;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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

    private final ObservedProcess observed;
    private final VoiceEngine engine;
    private final VoiceSocket socket;
    private final ServerHealth health;
    private final Endpoints endpoints;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile ServerConfig config;

    private VoiceServer(Builder builder) {
        config = builder.config;
        // All that can be wrong is looked at before anything listens, or a voice is loaded.
        ServerSecurity security = new ServerSecurity(config, new SecretFiles(config, builder.environment));
        observed = ObservedProcess.builder(builder.name)
                .version(builder.version)
                .redaction(builder.redaction)
                .build();
        Activity activity = new Activity();
        engine = engine(builder, activity);
        boolean started = false;
        try {
            List<String> voices = voicesToWarm();
            health = new ServerHealth(engine, builder.checks);
            SessionDirectory directory = SessionDirectory.inMemory();
            socket = socket(builder, directory);
            endpoints = new Endpoints(
                    config, security, builder.logging, builder.version, observed, engine, socket, health, activity);
            endpoints.start();
            started = true;
            warm(voices);
        } finally {
            if (!started) {
                engine.close();
                observed.close();
            }
        }
    }

    /** A builder for a server with these settings. */
    public static Builder builder(ServerConfig config) {
        return new Builder(config);
    }

    private VoiceEngine engine(Builder builder, Activity activity) {
        VoiceEngine.Builder of = VoiceEngine.builder()
                .telemetry(VoiceTelemetry.of(observed.telemetry(), activity, builder.telemetry))
                .loops(config.get(ServerKeys.LOOPS))
                .maxSessions(config.get(ServerKeys.SESSIONS))
                .maxLoad(config.get(ServerKeys.LOAD))
                .voiceModels(models -> models.maxResident(config.get(ServerKeys.MAX_RESIDENT))
                        .timeToLive(config.get(ServerKeys.TIME_TO_LIVE)));
        config.get(ServerKeys.VOICE).ifPresent(of::voice);
        config.get(ServerKeys.DETECTOR)
                .ifPresent(name ->
                        of.detector(name, config.get(ServerKeys.DETECTOR_MODEL).orElse(null)));
        builder.engine.accept(of);
        return of.build();
    }

    /** @throws IllegalArgumentException if one is not there */
    private List<String> voicesToWarm() {
        Set<String> voices = new LinkedHashSet<>();
        voices.add(engine.defaultVoice());
        voices.addAll(config.get(ServerKeys.PRELOAD));
        for (String voice : voices) {
            if (!engine.voices().contains(voice)) {
                String key = config.get(ServerKeys.PRELOAD).contains(voice) ? "models.preload" : "models.voice";
                throw new IllegalArgumentException(
                        key + "=" + voice + ": there is no such voice; use one of " + engine.voices());
            }
        }
        return new ArrayList<>(voices);
    }

    private VoiceSocket socket(Builder builder, SessionDirectory directory) {
        return VoiceSocket.builder(engine)
                .directory(directory)
                .configure((caller, options) -> {
                    Map<String, String> asked = caller.options();
                    SessionOptions.Builder before = options;
                    config.applyTo(before);
                    // What the client asks for goes before the defaults of the server.
                    asked.forEach(before::set);
                    builder.configure.accept(caller, options);
                })
                .lead(config.get(ServerKeys.LEAD))
                .resumeWithin(config.get(ServerKeys.RESUME_WITHIN))
                .startTimeout(config.get(ServerKeys.START_TIMEOUT))
                .vanishedAfter(config.get(ServerKeys.VANISHED_AFTER))
                .maxTextBytes(Math.toIntExact(config.get(ServerKeys.MAX_TEXT_MESSAGE)))
                .maxBinaryBytes(Math.toIntExact(config.get(ServerKeys.MAX_BINARY_MESSAGE)))
                .build();
    }

    /** On a thread of its own: who asks meanwhile is told that the server is not ready. */
    private void warm(List<String> voices) {
        Thread thread = new Thread(
                () -> {
                    try {
                        for (String voice : voices) {
                            try (ModelLease<SpeechSynthesizer> lease =
                                    engine.voiceModels().acquireBlocking(voice, "start")) {
                                lease.model();
                            }
                        }
                        health.warm();
                        LOG.atInfo().addKeyValue("voices", voices).log("Ready");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        LOG.atError().setCause(e).log("A voice cannot be loaded, so the server does not become ready");
                    }
                },
                "voice-server-warm");
        thread.setDaemon(true);
        thread.start();
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
        config = changed;
    }

    /**
     * Takes nobody new; conversations go on until they end, at most for {@code server.drain}. It still answers those who ask how it does.
     *
     * @return completes when no conversation is left
     */
    public CompletionStage<Void> drain() {
        health.draining();
        Duration deadline = config.get(ServerKeys.DRAIN);
        CompletableFuture<Void> sockets = socket.drain(deadline).toCompletableFuture();
        CompletableFuture<Void> sessions = engine.drain(deadline).toCompletableFuture();
        // A connection that cannot even be told good-bye is not waited for.
        return CompletableFuture.allOf(sockets, sessions)
                .orTimeout(deadline.toMillis() + 2_000, TimeUnit.MILLISECONDS)
                .exceptionally(late -> {
                    LOG.atWarn().log("Connections were left at the deadline and are closed now");
                    return null;
                });
    }

    /** Ends everything at once; idempotent. {@link #drain} before it lets conversations finish. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            socket.close();
            endpoints.close();
            engine.close();
            observed.close();
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
