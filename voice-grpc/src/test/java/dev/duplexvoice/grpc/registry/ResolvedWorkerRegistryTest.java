package dev.duplexvoice.grpc.registry;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.grpc.support.LogLines;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResolvedWorkerRegistryTest {
    private final Names names = new Names();

    @BeforeEach
    void register() {
        NameResolverRegistry.getDefaultRegistry().register(names);
    }

    @AfterEach
    void deregister() {
        NameResolverRegistry.getDefaultRegistry().deregister(names);
    }

    private static List<String> found(WorkerRegistry registry) {
        return registry.workers().stream().map(WorkerInfo::name).toList();
    }

    @Test
    void shouldHaveAWorkerForEachAddress() throws Exception {
        names.answer = addresses("10.0.0.2:7001", "10.0.0.1:7001", "[2001:db8::1]:7002");
        try (ResolvedWorkerRegistry registry =
                ResolvedWorkerRegistry.of("voicetest:///tts", WorkerCapabilities.ANY, Duration.ofMinutes(10))) {
            assertThat(registry.awaitFirstLook(Duration.ofSeconds(30))).isTrue();

            assertThat(found(registry))
                    .containsExactly("10.0.0.1:7001", "10.0.0.2:7001", "[2001:db8:0:0:0:0:0:1]:7002");
            assertThat(registry.workers()).allMatch(worker -> worker.heartbeatAge() == null);
        }
        assertThat(names.shutdowns).hasValue(1);
    }

    @Test
    void shouldFollowChangesAndKeepTheLastWhenResolutionFails() throws Exception {
        names.answer = addresses("10.0.0.1:7001");
        try (ResolvedWorkerRegistry registry =
                        ResolvedWorkerRegistry.of("voicetest:///tts", WorkerCapabilities.ANY, Duration.ofMillis(20));
                LogLines log = LogLines.of(Level.INFO)) {
            List<Integer> told = new CopyOnWriteArrayList<>();
            registry.onChange(list -> told.add(list.size()));
            assertThat(registry.awaitFirstLook(Duration.ofSeconds(30))).isTrue();

            names.answer = addresses("10.0.0.1:7001", "10.0.0.3:7001");
            eventually("the second is known", () -> found(registry).size() == 2);
            names.answer = StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("no such name"));
            eventually("told", () -> log.with("the name cannot be resolved").size() == 1);
            assertThat(found(registry)).containsExactly("10.0.0.1:7001", "10.0.0.3:7001");
            names.answer = addresses("10.0.0.3:7001");
            eventually("the first is gone", () -> found(registry).equals(List.of("10.0.0.3:7001")));

            assertThat(told).endsWith(2, 1);
            assertThat(log.with("the name is resolved again")).hasSize(1);
        }
    }

    @Test
    void shouldLeaveOutAddressesThatAreNone() throws Exception {
        names.answer = StatusOr.fromValue(List.of(
                new EquivalentAddressGroup(new SocketAddress() {
                    private static final long serialVersionUID = 1L;
                }),
                new EquivalentAddressGroup(new InetSocketAddress("0.0.0.0", 7001)),
                new EquivalentAddressGroup(new InetSocketAddress("10.0.0.1", 7001))));
        try (ResolvedWorkerRegistry registry =
                ResolvedWorkerRegistry.of("voicetest:///tts", WorkerCapabilities.ANY, Duration.ofMinutes(10))) {
            assertThat(registry.awaitFirstLook(Duration.ofSeconds(30))).isTrue();

            assertThat(found(registry)).containsExactly("10.0.0.1:7001");
        }
    }

    @Test
    void shouldResolveByDns() throws Exception {
        try (ResolvedWorkerRegistry registry = ResolvedWorkerRegistry.of("dns:///localhost", WorkerCapabilities.ANY)) {
            assertThat(registry.awaitFirstLook(Duration.ofSeconds(30))).isTrue();

            assertThat(found(registry)).contains("127.0.0.1:7001");
            assertThat(registry.source()).isEqualTo("dns:///localhost");
        }
    }

    @Test
    void shouldRefuseTargetsThatNothingResolves() {
        for (String target : List.of("nosuch:///x", "localhost", "", "dns:///a b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ResolvedWorkerRegistry.of(target, WorkerCapabilities.ANY))
                    .withMessageContaining("write dns:///host:7001");
        }
    }

    private static StatusOr<List<EquivalentAddressGroup>> addresses(String... texts) {
        return StatusOr.fromValue(List.of(texts).stream()
                .map(text -> WorkerAddress.parse("grpc://" + text))
                .map(address -> new EquivalentAddressGroup(new InetSocketAddress(address.host(), address.port())))
                .toList());
    }

    /** Answers what it is told to. */
    private static final class Names extends NameResolverProvider {
        final AtomicInteger shutdowns = new AtomicInteger();
        volatile StatusOr<List<EquivalentAddressGroup>> answer = addresses();

        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 5;
        }

        @Override
        public String getDefaultScheme() {
            return "voicetest";
        }

        @Override
        public NameResolver newNameResolver(URI target, NameResolver.Args args) {
            if (!"voicetest".equals(target.getScheme())) {
                return null;
            }
            return new NameResolver() {
                private Listener2 listener;

                @Override
                public String getServiceAuthority() {
                    return "tts";
                }

                @Override
                public void start(Listener2 value) {
                    listener = value;
                    refresh();
                }

                @Override
                public void refresh() {
                    listener.onResult2(ResolutionResult.newBuilder()
                            .setAddressesOrError(answer)
                            .build());
                }

                @Override
                public void shutdown() {
                    shutdowns.incrementAndGet();
                }
            };
        }
    }
}
