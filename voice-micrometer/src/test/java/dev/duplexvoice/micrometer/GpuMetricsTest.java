package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.micrometer.GpuSource.Gpu;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GpuMetricsTest {
    private static final List<VoiceMetric> ROWS = List.of(
            VoiceMetric.WORKER_GPU_MEMORY_USED_BYTES,
            VoiceMetric.WORKER_GPU_MEMORY_TOTAL_BYTES,
            VoiceMetric.WORKER_GPU_UTILIZATION_PERCENT,
            VoiceMetric.WORKER_GPU_TEMPERATURE_CELSIUS,
            VoiceMetric.WORKER_GPU_POWER_WATTS);

    private final PrometheusMeterRegistry registry = Scrape.registry();

    @Test
    void shouldTellOfEachGpuWithItsLabels() {
        AtomicLong now = new AtomicLong();
        AtomicInteger reads = new AtomicInteger();
        new GpuMetrics(
                        "tts-a@0",
                        () -> {
                            int read = reads.incrementAndGet();
                            return List.of(new Gpu("0", read, 80e9, 35, 61, 310), new Gpu("1", 0, 80e9, 0, 30, 60));
                        },
                        now::get)
                .bindTo(registry);
        Scrape scrape = Scrape.of(registry);

        assertThat(scrape.sum("worker_gpu_memory_used_bytes", "worker", "tts-a@0", "gpu_id", "0"))
                .isEqualTo(1);
        assertThat(scrape.sum("worker_gpu_power_watts", "gpu_id", "0")).isEqualTo(310);
        assertThat(scrape.sum("worker_gpu_temperature_celsius", "gpu_id", "1")).isEqualTo(30);
        for (VoiceMetric row : ROWS) {
            assertThat(scrape.types).containsEntry(row.metricName(), "gauge");
            assertThat(scrape.find(row.metricName()))
                    .hasSize(2)
                    .allSatisfy(sample ->
                            assertThat(sample.labels().keySet()).containsExactlyInAnyOrderElementsOf(row.labels()));
        }
        assertThat(reads).hasValue(1);
        now.addAndGet(1_000_000_000L);
        assertThat(Scrape.of(registry).sum("worker_gpu_memory_used_bytes", "gpu_id", "0"))
                .isEqualTo(2);
        assertThat(reads).hasValue(2);
    }

    @Test
    void shouldTellNothingWithoutGpus() {
        new GpuMetrics("tts-a@0", List::of).bindTo(registry);

        assertThat(Scrape.of(registry).samples).isEmpty();
    }
}
