package dev.duplexvoice.grpc.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaticWorkerRegistryTest {

    @Test
    void shouldShowWhatItIsGivenByName() {
        StaticWorkerRegistry registry = StaticWorkerRegistry.at("grpc://b:7001", "grpc://a:7001");

        assertThat(registry.workers()).extracting(WorkerInfo::name).containsExactly("a:7001", "b:7001");
        assertThat(registry.workers()).isSameAs(registry.workers()).allMatch(worker -> worker.heartbeatAge() == null);
    }

    @Test
    void shouldTellOfChangesUntilTheListenerIsTakenOff() {
        StaticWorkerRegistry registry = StaticWorkerRegistry.at("grpc://a:7001");
        List<Integer> told = new ArrayList<>();
        WorkerRegistry.Listening listening = registry.onChange(list -> told.add(list.size()));
        List<WorkerInfo> two =
                StaticWorkerRegistry.at("grpc://a:7001", "grpc://b:7001").workers();

        registry.replace(two);
        registry.replace(two);
        listening.close();
        registry.replace(List.of());

        assertThat(told).containsExactly(2);
    }

    @Test
    void shouldRefuseTwoOfOneName() {
        StaticWorkerRegistry registry = StaticWorkerRegistry.at("grpc://a:7001");
        WorkerInfo worker = WorkerInfo.at("w", new WorkerAddress("localhost", 7001));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.replace(List.of(worker, worker)))
                .withMessageContaining("worker=w");
        assertThat(registry.workers()).hasSize(1);
    }
}
