package dev.duplexvoice.grpc;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.internal.BearerInterceptor;
import dev.duplexvoice.grpc.internal.DrainingInterceptor;
import dev.duplexvoice.grpc.internal.InstalledModels;
import dev.duplexvoice.grpc.internal.OpenCalls;
import dev.duplexvoice.grpc.internal.OversizeMessages;
import dev.duplexvoice.grpc.internal.ServerTls;
import dev.duplexvoice.grpc.internal.UnreadableMessages;
import dev.duplexvoice.grpc.internal.VoiceReload;
import dev.duplexvoice.grpc.internal.WorkerLimits;
import dev.duplexvoice.grpc.internal.WorkerModels;
import dev.duplexvoice.grpc.internal.WorkerService;
import dev.duplexvoice.grpc.internal.WorkerSessions;
import dev.duplexvoice.grpc.internal.WorkerThreads;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerCapabilities;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerMetrics;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetrySource;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks for others: {@code tts.TTSService} over the voices of an engine, with the standard health and reflection services.
 *
 * <pre>{@code
 * try (VoiceEngine engine = VoiceEngine.create();
 *         SpeechWorker worker = SpeechWorker.builder(engine).port(7001).start()) {
 *     worker.awaitTermination();
 * }
 * }</pre>
 *
 * <p>Frames leave as they are made and as fast as the client takes them; no thread waits for a client, and none for a voice that is
 * not ready. Sessions do not affect each other. What happens is told to the engine's telemetry. Thread-safe.
 */
public final class SpeechWorker implements AutoCloseable {
    /** Its port unless said otherwise. */
    public static final int PORT = 7001;

    private static final Logger LOG = LoggerFactory.getLogger(SpeechWorker.class);
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration LONGEST_DRAIN = Duration.ofHours(24);

    private final VoiceTelemetry telemetry;
    private final TelemetrySource figures = new Figures();
    private final WorkerThreads threads;
    private final WorkerSessions sessions;
    private final WorkerModels models;
    private final OpenCalls calls = new OpenCalls();
    private final HealthStatusManager health = new HealthStatusManager();
    private final List<String> served = new ArrayList<>();
    private final Server server;
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private int port;
    private boolean ending;

    private SpeechWorker(Builder builder, @Nullable ServerBuilder<?> transport) {
        telemetry = builder.engine.telemetry();
        threads = new WorkerThreads(builder.computeThreads);
        try {
            sessions = new WorkerSessions(
                    builder.engine::openResampler,
                    threads.compute(),
                    threads.scheduler(),
                    builder.clock,
                    new WorkerLimits(builder.maxSessions, builder.idleTimeout),
                    builder.maxText,
                    builder.flushAfter.toNanos(),
                    telemetry);
            Function<String, WorkerModel> describe = builder.describe == null
                    ? new InstalledModels(builder.engine, builder.languages)
                    : builder.describe;
            models = new WorkerModels(builder.engine, describe);
            VoiceReload reload = new VoiceReload(builder.engine, models);
            ServerBuilder<?> building = transport == null ? netty(builder) : transport;
            building.executor(threads.calls())
                    .maxInboundMessageSize(builder.maxMessageBytes)
                    .addStreamTracerFactory(new OversizeMessages())
                    .addService(health.getHealthService())
                    .addService(ProtoReflectionServiceV1.newInstance())
                    .addService(olderReflection());
            serve(
                    building,
                    new WorkerService(
                                    sessions, models, threads::queueDepth, threads.reloads(), builder.onReload, reload)
                            .bindService());
            for (BindableService service : builder.services) {
                serve(
                        building,
                        ServerInterceptors.intercept(
                                service.bindService(), new DrainingInterceptor(sessions::isDraining)));
            }
            // The one added last is asked first.
            builder.interceptors.forEach(building::intercept);
            BearerToken token = builder.token;
            if (token != null) {
                building.intercept(new BearerInterceptor(token::matches));
            }
            server = building.build();
        } catch (RuntimeException | Error e) {
            threads.close();
            throw e;
        }
    }

    /** What the engine's telemetry asks for besides; the models are the engine's. */
    private final class Figures implements TelemetrySource {
        @Override
        public int synthesisQueue() {
            return threads.queueDepth();
        }

        @Override
        public int residentModels() {
            return 0;
        }
    }

    /** The tools that Linux distributions bring ask {@code grpc.reflection.v1alpha}, and know no other. */
    @SuppressWarnings("deprecation")
    private static BindableService olderReflection() {
        return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
    }

    private void serve(ServerBuilder<?> building, ServerServiceDefinition service) {
        building.addService(ServerInterceptors.intercept(UnreadableMessages.answeredBy(service), calls));
        served.add(service.getServiceDescriptor().getName());
    }

    private ServerBuilder<?> netty(Builder builder) {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(builder.host, builder.port),
                        ServerTls.credentials(builder.tls, threads.scheduler()))
                .maxInboundMetadataSize(Builder.METADATA_BYTES)
                // A client that is gone without a word is noticed within half a minute.
                .keepAliveTime(builder.pingAfter.toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(builder.pingTimeout.toNanos(), TimeUnit.NANOSECONDS)
                // Who asks more often is disconnected.
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConcurrentCallsPerConnection(Builder.CALLS_PER_CONNECTION);
    }

    private void start(Builder builder) {
        try {
            server.start();
        } catch (IOException e) {
            server.shutdownNow();
            threads.close();
            throw new VoiceException(
                    VoiceException.Code.IO,
                    "host=" + builder.host + ", port=" + builder.port
                            + ": cannot be listened at; is another worker running there? Choose another port",
                    e);
        }
        port = server.getPort();
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        served.forEach(service -> health.setStatus(service, ServingStatus.SERVING));
        telemetry.on(new ServiceEvent.SourceOpened(System.nanoTime(), figures));
        threads.scheduler().scheduleWithFixedDelay(sessions::sweep, 1, 1, TimeUnit.SECONDS);
        LOG.atInfo()
                .addKeyValue("host", builder.host)
                .addKeyValue("port", port)
                .addKeyValue("tls", builder.tls != null)
                .addKeyValue("token", builder.token != null)
                .log("The worker listens");
    }

    /** A builder with the defaults; the engine must outlive the worker, which does not close it. */
    public static Builder builder(VoiceEngine engine) {
        return new Builder(engine);
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** How it does now. */
    public WorkerStats stats() {
        return new WorkerStats(
                sessions.active(),
                sessions.limits().maxSessions(),
                sessions.syntheses(),
                threads.queueDepth(),
                sessions.rtf(),
                models.resident(),
                sessions.isDraining());
    }

    /**
     * What a registry is told of it now, for {@link dev.duplexvoice.grpc.registry.RedisRegistration}. It may look into folders of
     * voices, at most once a second.
     *
     * @param name unique in the registry
     * @param address where others call it, which the worker itself cannot know
     * @throws IllegalArgumentException if the name cannot be one
     */
    public WorkerInfo info(String name, WorkerAddress address) {
        return new WorkerInfo(
                name,
                address,
                new WorkerCapabilities(
                        models.capabilities(),
                        models.languages(),
                        sessions.limits().maxSessions()),
                new LinkedHashSet<>(models.resident()),
                new WorkerMetrics(sessions.rtf(), threads.queueDepth()),
                null);
    }

    /**
     * Changes limits for requests to come; sessions that are beyond them stay.
     *
     * @throws IllegalArgumentException if a value is out of range, as the builder's methods say
     */
    public void limits(int maxSessions, Duration idleTimeout) {
        sessions.limits(new WorkerLimits(maxSessions, idleTimeout));
    }

    /** Ends sessions that were idle for too long; done every second. */
    void sweep() {
        sessions.sweep();
    }

    /**
     * Takes the worker out of service: health of all its services turns NOT_SERVING, new sessions, syntheses and calls of further
     * services are refused with UNAVAILABLE, syntheses and calls of further services that run are finished; what still runs at the
     * deadline fails with UNAVAILABLE. Those who watch its health are not waited for. Of several calls the first counts.
     *
     * @param deadline from now on
     * @return completes when nothing listens any more
     * @throws IllegalArgumentException if the deadline is negative
     */
    public CompletionStage<Void> drain(Duration deadline) {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline=" + deadline.toMillis() + "ms: must not be negative");
        }
        synchronized (this) {
            if (!ending) {
                ending = true;
                Duration bounded = deadline.compareTo(LONGEST_DRAIN) > 0 ? LONGEST_DRAIN : deadline;
                Thread drainer = new Thread(() -> end(bounded), "voice-worker-drain");
                drainer.setDaemon(true);
                drainer.start();
            }
        }
        return terminated.minimalCompletionStage();
    }

    private void end(Duration deadline) {
        try {
            endAll(deadline);
        } finally {
            // Whatever is thrown on the way: somebody waits, to end the process.
            terminated.complete(null);
        }
    }

    private void endAll(Duration deadline) {
        LOG.atInfo()
                .addKeyValue("syntheses", sessions.syntheses())
                .addKeyValue("sessions", sessions.active())
                .addKeyValue("deadline_ms", deadline.toMillis())
                .log("The worker is being taken out of service");
        long until = System.nanoTime() + deadline.toNanos();
        health.enterTerminalState();
        boolean done = awaitSyntheses(deadline);
        server.shutdown();
        if (done) {
            // What was sent last may still be on its way to a slow client.
            awaitCalls(Math.max(until - System.nanoTime(), GRACE.toNanos()));
        }
        sessions.endAll();
        awaitServer(GRACE.toNanos());
        server.shutdownNow();
        awaitServer(GRACE.toNanos());
        models.close();
        telemetry.on(new ServiceEvent.SourceClosed(System.nanoTime(), figures));
        threads.close();
        LOG.atInfo().addKeyValue("completed", done).log("The worker has ended");
    }

    private boolean awaitSyntheses(Duration deadline) {
        try {
            sessions.drain().get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException e) {
            return false;
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void awaitCalls(long nanos) {
        try {
            calls.awaitNone(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitServer(long nanos) {
        try {
            // Streams of health watchers go on for that long: a shut down server takes nothing new.
            boolean ignored = server.awaitTermination(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the worker has ended. */
    public void awaitTermination() throws InterruptedException {
        try {
            terminated.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends all sessions at once and waits for it. Idempotent. Use {@link #drain} to let them finish. */
    @Override
    public void close() {
        drain(Duration.ZERO).toCompletableFuture().join();
    }

    /** Collects what a worker is made of; not thread-safe. */
    public static final class Builder {
        private static final int METADATA_BYTES = 16_384;
        private static final int CALLS_PER_CONNECTION = 10_000;
        private static final int MOST_TEXT = 10_000_000;

        private final VoiceEngine engine;
        private final List<BindableService> services = new ArrayList<>();
        private final List<ServerInterceptor> interceptors = new ArrayList<>();
        private String host = "127.0.0.1";
        private int port = PORT;
        private int maxSessions = 100;
        private Duration idleTimeout = Duration.ofMinutes(5);
        private int maxText = 100_000;
        private int maxMessageBytes = 1 << 20;
        private Duration flushAfter = Duration.ofMillis(500);
        private int computeThreads = Math.max(1, Runtime.getRuntime().availableProcessors());
        private @Nullable TlsFiles tls;
        private @Nullable BearerToken token;
        private Callable<String> onReload = () -> "there is no configuration to read anew";
        private List<String> languages = List.of("en-US");
        private @Nullable Function<String, WorkerModel> describe;
        private LongSupplier clock = System::nanoTime;

        private Duration pingAfter = Duration.ofSeconds(20);
        private Duration pingTimeout = Duration.ofSeconds(10);

        private Builder(VoiceEngine engine) {
            this.engine = Objects.requireNonNull(engine, "engine");
        }

        /** The address to listen at; 127.0.0.1 by default, which only this machine reaches. */
        public Builder host(String value) {
            if (value.isBlank()) {
                throw new IllegalArgumentException("host=" + value + ": must not be blank; 0.0.0.0 is every address");
            }
            host = value;
            return this;
        }

        /** The port, 0 to 65535; 0 takes a free one. {@link SpeechWorker#PORT} by default. */
        public Builder port(int value) {
            port = inRange("port", value, 0, 65_535);
            return this;
        }

        /** Sessions at a time, 1 to 100,000; 100 by default. More are RESOURCE_EXHAUSTED. */
        public Builder maxSessions(int value) {
            maxSessions = new WorkerLimits(value, idleTimeout).maxSessions();
            return this;
        }

        /** After which a session that nobody uses ends, 1 s to 24 h; 5 min by default. */
        public Builder idleTimeout(Duration value) {
            idleTimeout = new WorkerLimits(maxSessions, value).idleTimeout();
            return this;
        }

        /** Characters of one Synthesize, 1 to 10,000,000; 100,000 by default. */
        public Builder maxText(int value) {
            maxText = inRange("maxText", value, 1, MOST_TEXT);
            return this;
        }

        /** Bytes of one message of a client, 1,024 to 64 Mi; 1 Mi by default. */
        public Builder maxMessageBytes(int value) {
            maxMessageBytes = inRange("maxMessageBytes", value, 1_024, 64 << 20);
            return this;
        }

        /** After which text that waits for more is spoken as it is, 10 ms to 1 min; 500 ms by default. */
        public Builder flushAfter(Duration value) {
            if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("flushAfter=" + value.toMillis() + "ms: must be 10 ms to 1 min");
            }
            flushAfter = value;
            return this;
        }

        /** Threads that synthesise, 1 to 1,024; as many as processors by default. */
        public Builder computeThreads(int value) {
            computeThreads = inRange("computeThreads", value, 1, 1_024);
            return this;
        }

        /** TLS, mutual if there are trusted authorities; none by default. */
        public Builder tls(TlsFiles value) {
            tls = Objects.requireNonNull(value);
            return this;
        }

        /** What clients must show; nothing by default. */
        public Builder token(BearerToken value) {
            token = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Reads configuration anew at RELOAD, before that looks for voice packs; nothing by default. On a thread of its own, one at a
         * time; it may block. It returns what it did in a few words, and which settings need a restart; what it throws is the answer of
         * RELOAD, and all goes on as it was.
         */
        public Builder onReload(Callable<String> value) {
            onReload = Objects.requireNonNull(value);
            return this;
        }

        /** Languages, BCP 47, of voices that do not say theirs; en-US by default. */
        public Builder languages(List<String> value) {
            languages = List.copyOf(value);
            return this;
        }

        /** What is told of a voice; what its pack or its provider says by default. Any thread; must not block. */
        public Builder describe(Function<String, WorkerModel> value) {
            describe = Objects.requireNonNull(value);
            return this;
        }

        /** Another service of the same server. */
        public Builder service(BindableService value) {
            services.add(Objects.requireNonNull(value));
            return this;
        }

        /** Sees every call that has shown the token. */
        public Builder intercept(ServerInterceptor value) {
            interceptors.add(Objects.requireNonNull(value));
            return this;
        }

        /** For tests of what takes long. */
        Builder clock(LongSupplier nanoTime) {
            clock = nanoTime;
            return this;
        }

        /** Of a connection that is silent; for tests of what takes long. */
        Builder keepAlive(Duration after, Duration timeout) {
            pingAfter = after;
            pingTimeout = timeout;
            return this;
        }

        private static int inRange(String key, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(key + "=" + value + ": must be " + min + " to " + max);
            }
            return value;
        }

        /**
         * A worker that listens.
         *
         * @throws VoiceException with IO if it cannot
         * @throws IllegalArgumentException if a certificate and its key do not belong together
         */
        public SpeechWorker start() {
            return start(null);
        }

        /** On another transport than the network. */
        SpeechWorker start(@Nullable ServerBuilder<?> transport) {
            SpeechWorker worker = new SpeechWorker(this, transport);
            worker.start(this);
            return worker;
        }
    }
}
