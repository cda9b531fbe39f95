package dev.duplexvoice.examples.serve;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.grpc.registry.RedisOptions;
import dev.duplexvoice.grpc.registry.RedisRegistryOptions;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.RedisWorkerRegistry;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import dev.duplexvoice.grpc.routing.CheckResult;
import dev.duplexvoice.grpc.routing.DependencyCheck;
import dev.duplexvoice.grpc.routing.GrpcWorkerHealth;
import dev.duplexvoice.grpc.routing.RoutedVoice;
import dev.duplexvoice.grpc.routing.Router;
import dev.duplexvoice.grpc.routing.RoutingOptions;
import dev.duplexvoice.grpc.routing.RoutingStrategy;
import dev.duplexvoice.grpc.routing.WorkerChannels;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.server.VoiceServer;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The workers that speak for a server, if its settings name any: found, chosen and outlived as anywhere else. */
public final class WorkerVoices implements AutoCloseable {
    private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(2);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final TraceExport traces;
    private @Nullable RoutedVoice voice;
    private @Nullable DependencyCheck workers;
    private @Nullable DependencyCheck redis;

    private WorkerVoices(TraceExport traces) {
        this.traces = traces;
    }

    /**
     * The workers of these settings; none if they name none.
     *
     * @throws IllegalArgumentException if an address cannot be used; the message names the key
     */
    public static WorkerVoices of(ServerConfig config, TraceExport traces) {
        WorkerVoices voices = new WorkerVoices(traces);
        try {
            config.get(ServerKeys.REDIS).ifPresent(uri -> voices.connect(config, voices.found(uri)));
            List<String> listed = config.get(ServerKeys.WORKERS);
            if (!listed.isEmpty()) {
                voices.connect(config, voices.listed(listed));
            }
            return voices;
        } catch (RuntimeException e) {
            voices.close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T kept(T part) {
        parts.push(part);
        return part;
    }

    private WorkerRegistry found(String uri) {
        try {
            RedisStore store = kept(RedisStore.connect(RedisOptions.of(uri)));
            redis = DependencyCheck.redis(store);
            return kept(new RedisWorkerRegistry(store, RedisRegistryOptions.DEFAULT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("routing.redis: " + e.getMessage(), e);
        }
    }

    private WorkerRegistry listed(List<String> addresses) {
        try {
            return kept(StaticWorkerRegistry.at(addresses.toArray(String[]::new)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("routing.workers: " + e.getMessage(), e);
        }
    }

    private void connect(ServerConfig config, WorkerRegistry registry) {
        WorkerChannels channels = kept(new WorkerChannels(registry, null));
        GrpcWorkerHealth health = kept(new GrpcWorkerHealth(registry, channels::of));
        RoutingStrategy strategy =
                RoutingStrategy.valueOf(config.get(ServerKeys.STRATEGY).toUpperCase(Locale.ROOT));
        Router router = Router.builder(registry)
                .options(RoutingOptions.DEFAULT.withStrategy(strategy))
                .health(health)
                .build();
        RoutedVoice.Builder builder = RoutedVoice.builder(router);
        builder.workers(traces::carriedBy);
        config.get(ServerKeys.VOICE).ifPresent(builder::model);
        config.get(ServerKeys.LANGUAGE).ifPresent(builder::language);
        voice = kept(builder.build());
        workers = DependencyCheck.anyWorker(registry, channels::of, HEALTH_DEADLINE);
    }

    /** Whether settings name any. */
    public boolean any() {
        return voice != null;
    }

    /** Has a server speak texts with the workers, and look after them. */
    public void addTo(VoiceServer.Builder server) {
        RoutedVoice all = voice;
        if (all != null) {
            server.speech(all::forSession);
        }
        DependencyCheck worker = workers;
        if (worker != null) {
            server.check("worker", () -> worker.run().thenApply(result -> finding(result, true)));
        }
        DependencyCheck store = redis;
        if (store != null) {
            // Without it the workers that are known go on.
            server.check("redis", () -> store.run().thenApply(result -> finding(result, false)));
        }
    }

    private static Finding finding(CheckResult result, boolean needed) {
        return new Finding(result.ok(), needed, result.error());
    }

    /** Has a conversation speak with the workers; all of it with one of them, as long as that lives. */
    public void addTo(SessionOptions.Builder options) {
        RoutedVoice all = voice;
        if (all != null) {
            options.synthesizer(all.forSession(UUID.randomUUID().toString()));
        }
    }

    @Override
    public void close() {
        IllegalStateException failed = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                if (failed == null) {
                    failed = new IllegalStateException("a connection cannot be closed", e);
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
