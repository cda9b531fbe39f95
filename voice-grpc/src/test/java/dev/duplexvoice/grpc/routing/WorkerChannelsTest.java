package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerChannelsTest {
    @Test
    void shouldKeepOneChannelForEachWorkerThatTheRegistryKnows() {
        StaticWorkerRegistry registry = StaticWorkerRegistry.at("grpc://127.0.0.1:1", "grpc://127.0.0.1:2");
        List<WorkerInfo> workers = registry.workers();
        WorkerChannels channels = new WorkerChannels(registry, null);
        Channel first = channels.of(workers.get(0));
        Channel second = channels.of(workers.get(1));

        assertThat(channels.of(workers.get(0))).isSameAs(first).isNotSameAs(second);
        registry.replace(workers.subList(1, 2));
        assertThat(channels.size()).isEqualTo(1);
        assertThat(((ManagedChannel) first).isShutdown()).isTrue();
        assertThat(((ManagedChannel) second).isShutdown()).isFalse();

        channels.close();
        channels.close();
        assertThat(((ManagedChannel) second).isShutdown()).isTrue();
        assertThatThrownBy(() -> channels.of(workers.get(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        registry.close();
    }
}
