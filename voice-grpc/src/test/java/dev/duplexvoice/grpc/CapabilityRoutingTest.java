package dev.duplexvoice.grpc;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.grpc.proto.tts.Capabilities;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesRequest;
import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.HeartbeatOptions;
import dev.duplexvoice.grpc.registry.RedisOptions;
import dev.duplexvoice.grpc.registry.RedisRegistration;
import dev.duplexvoice.grpc.registry.RedisRegistryOptions;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.RedisWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.routing.NoWorkerException;
import dev.duplexvoice.grpc.routing.Route;
import dev.duplexvoice.grpc.routing.RouteRequest;
import dev.duplexvoice.grpc.routing.Router;
import dev.duplexvoice.grpc.support.RedisServer;
import dev.duplexvoice.model.VoicePack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers are found by what the packs of their voices say. */
@Timeout(120)
class CapabilityRoutingTest {
    /** One that has nothing but a pack that says this. */
    private static Loopback worker(String... capabilities) {
        Loopback loopback = new Loopback();
        loopback.voices.voices.clear();
        loopback.voices.installed.add(new VoicePack(
                "p",
                SteppedVoice.FAMILY,
                Path.of("/nowhere"),
                List.of("en-US"),
                SteppedVoice.RATE,
                "MIT",
                Map.of(),
                Set.of(capabilities),
                Map.of()));
        loopback.voices.refresh();
        return loopback;
    }

    private static RedisRegistration register(RedisStore store, String name, Loopback loopback) {
        return RedisRegistration.register(
                store,
                () -> loopback.worker.info(name, new WorkerAddress("127.0.0.1", loopback.worker.port())),
                HeartbeatOptions.DEFAULT);
    }

    private static String chosen(Router router, Capability... required) {
        RouteRequest request = RouteRequest.of("s").withRequired(Set.copyOf(Arrays.asList(required)));
        try (Route route = router.route(request)) {
            return route.worker().name();
        }
    }

    @Test
    // Registrations need only be there.
    @SuppressWarnings("try")
    void shouldFindAndExcludeWorkersByTheCapabilitiesOfTheirPacks() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisStore store = RedisStore.connect(RedisOptions.of(redis.uri()));
                Loopback gpu = worker("streaming", "zero-shot", "gpu");
                Loopback cpu = worker("streaming", "lora");
                Loopback whole = worker("emotive_zero_prompt");
                RedisRegistration one = register(store, "gpu", gpu);
                RedisRegistration two = register(store, "cpu", cpu);
                RedisRegistration three = register(store, "whole", whole);
                RedisWorkerRegistry registry = new RedisWorkerRegistry(
                        store, RedisRegistryOptions.DEFAULT.withInterval(Duration.ofMillis(50)))) {
            eventually("all are known", () -> registry.workers().size() == 3);
            Router router = Router.builder(registry).build();
            for (int i = 0; i < 10; i++) {
                assertThat(chosen(router, Capability.ZERO_SHOT)).isEqualTo("gpu");
                assertThat(chosen(router, Capability.STREAMING, Capability.CPU_OK))
                        .isEqualTo("cpu");
                assertThat(chosen(router, Capability.LORA)).isEqualTo("cpu");
                assertThat(chosen(router, Capability.EMOTIVE_ZERO_PROMPT)).isEqualTo("whole");
            }
            assertThatThrownBy(() -> chosen(router, Capability.ZERO_SHOT, Capability.CPU_OK))
                    .isInstanceOf(NoWorkerException.class);
        }
    }

    @Test
    void shouldTellClientsTheSame() {
        try (Loopback gpu = worker("streaming", "zero_shot", "gpu");
                Loopback silent = worker();
                Loopback both = worker("lora")) {
            both.voices.voices.add("a");

            assertThat(capabilities(gpu))
                    .returns(true, Capabilities::getStreaming)
                    .returns(true, Capabilities::getZeroShot)
                    .returns(false, Capabilities::getCpuOk)
                    .returns(false, Capabilities::getLora)
                    .returns(false, Capabilities::getEmotiveZeroPrompt);
            assertThat(capabilities(silent))
                    .returns(true, Capabilities::getStreaming)
                    .returns(true, Capabilities::getCpuOk)
                    .returns(false, Capabilities::getZeroShot);
            assertThat(capabilities(both))
                    .returns(true, Capabilities::getStreaming)
                    .returns(true, Capabilities::getLora);
        }
    }

    private static Capabilities capabilities(Loopback loopback) {
        return loopback.stub()
                .getCapabilities(GetCapabilitiesRequest.getDefaultInstance())
                .getCapabilities();
    }
}
