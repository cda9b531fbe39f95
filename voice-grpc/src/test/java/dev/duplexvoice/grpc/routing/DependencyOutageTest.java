package dev.duplexvoice.grpc.routing;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.registry.HeartbeatOptions;
import dev.duplexvoice.grpc.registry.RedisOptions;
import dev.duplexvoice.grpc.registry.RedisRegistration;
import dev.duplexvoice.grpc.registry.RedisRegistryOptions;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.RedisWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.support.NumberVoice;
import dev.duplexvoice.grpc.support.RedisServer;
import dev.duplexvoice.model.ModelLoader;
import dev.duplexvoice.model.ModelManager;
import dev.duplexvoice.model.ModelWarmUp;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server says of its dependencies while they stop and start: a real Redis, workers that it has, models. */
@Timeout(120)
class DependencyOutageTest {
    private static final HeartbeatOptions HEARTBEATS =
            new HeartbeatOptions(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private <T extends AutoCloseable> T keep(T closed) {
        open.push(closed);
        return closed;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable last : open) {
            last.close();
        }
    }

    private static Map<String, CheckResult> run(DependencyChecks checks) {
        try {
            return checks.run().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean areAllWell(DependencyChecks checks) {
        return run(checks).values().stream().allMatch(CheckResult::ok);
    }

    private static RedisRegistration register(RedisStore store, String name, SpeechWorker worker) {
        return RedisRegistration.register(
                store, () -> worker.info(name, new WorkerAddress("127.0.0.1", worker.port())), HEARTBEATS);
    }

    @Test
    void shouldSayWhichDependencyIsAwayAndThatItIsBack() throws Exception {
        AtomicBoolean loads = new AtomicBoolean(true);
        RedisServer redis = keep(RedisServer.start());
        RedisStore store = keep(RedisStore.connect(
                RedisOptions.of(redis.uri()).withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(500))));
        RedisWorkerRegistry registry = keep(new RedisWorkerRegistry(
                store,
                RedisRegistryOptions.DEFAULT.withInterval(Duration.ofMillis(50)).withGrace(Duration.ofSeconds(1))));
        WorkerChannels channels = keep(new WorkerChannels(registry, null));
        VoiceEngine engine = keep(VoiceEngine.builder()
                .providers(List.of(new NumberVoice(NumberVoice.Words.AHEAD)))
                .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                .build());
        ModelManager<AutoCloseable> models = keep(ModelManager.<AutoCloseable>builder(ModelLoader.blocking(id -> {
                    if (!loads.get()) {
                        throw new VoiceException(VoiceException.Code.MODEL, "model=" + id + ": is damaged");
                    }
                    return () -> {};
                }))
                .build());
        SpeechWorker a = keep(SpeechWorker.builder(engine).port(0).start());
        SpeechWorker b = keep(SpeechWorker.builder(engine).port(0).start());
        RedisRegistration one = keep(register(store, "a", a));
        RedisRegistration other = keep(register(store, "b", b));
        Map<String, DependencyCheck> all = new LinkedHashMap<>();
        all.put("redis", DependencyCheck.redis(store));
        all.put("worker", DependencyCheck.anyWorker(registry, channels::of, Duration.ofSeconds(5)));
        all.put("voice", DependencyCheck.model(engine.voiceModels(), engine.defaultVoice()));
        all.put("model", DependencyCheck.model(models, "m"));
        DependencyChecks checks =
                new DependencyChecks(all, Duration.ofSeconds(5)).withEachWorker(registry, channels::of);
        eventually("both are found", () -> registry.workers().size() == 2);
        eventually("all are well", () -> areAllWell(checks));
        assertThat(run(checks).keySet()).containsExactly("redis", "worker", "voice", "model", "worker:a", "worker:b");
        assertThat(engine.voiceModels().stats().models())
                .singleElement()
                .satisfies(model -> assertThat(model.leases()).isZero());

        redis.kill();
        eventually("Redis is away", () -> !run(checks).get("redis").ok());
        assertThat(run(checks).get("redis").error()).contains("redis=" + redis.uri());
        assertThat(run(checks)).containsEntry("worker:a", CheckResult.OK).containsEntry("worker", CheckResult.OK);
        redis.begin();
        eventually("Redis is back", () -> areAllWell(checks));

        b.close();
        eventually("b is away", () -> !run(checks).get("worker:b").ok());
        assertThat(run(checks).get("worker:b").error()).contains("UNAVAILABLE");
        assertThat(run(checks))
                .containsEntry("redis", CheckResult.OK)
                .containsEntry("worker", CheckResult.OK)
                .containsEntry("worker:a", CheckResult.OK);
        try (SpeechWorker again = SpeechWorker.builder(engine).port(b.port()).start()) {
            assertThat(again.port()).isEqualTo(b.port());
            eventually("b is back", () -> areAllWell(checks));
        }

        loads.set(false);
        models.unload("m", dev.duplexvoice.model.UnloadPolicy.REFUSE)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(run(checks).get("model")).isEqualTo(CheckResult.failed("model=m: is damaged"));
        loads.set(true);
        assertThat(run(checks).get("model")).isEqualTo(CheckResult.OK);

        one.close();
        other.close();
        eventually("nobody is left", () -> registry.workers().isEmpty());
        assertThat(run(checks)).doesNotContainKeys("worker:a", "worker:b");
        assertThat(run(checks).get("worker").error()).startsWith("no worker in redis://");
    }
}
