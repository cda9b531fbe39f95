package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.spi.GpuSource;
import dev.duplexvoice.spi.GpuSource.Gpu;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GpuMetricsTest {
    private static final List<VoiceMetric> ROWS = List.of(
            VoiceMetric.WORKER_GPU_MEMORY_USED_BYTES,
            VoiceMetric.WORKER_GPU_MEMORY_TOTAL_BYTES,
            VoiceMetric.WORKER_GPU_UTILIZATION_PERCENT,
            VoiceMetric.WORKER_GPU_TEMPERATURE_CELSIUS,
            VoiceMetric.WORKER_GPU_POWER_WATTS);
    private static final Gpu FIRST = new Gpu("0", 60e9, 80e9, 35, 61, 310.5);
    private static final Gpu SECOND = new Gpu("1", 0, 80e9, 0, 30, 60);
    private static final Gpu LOST = new Gpu("1", Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
    private volatile Supplier<List<Gpu>> machine = () -> List.of(FIRST, SECOND);
    private GpuMetrics metrics = metrics(Duration.ofDays(1), Duration.ofSeconds(10));

    private GpuMetrics metrics(Duration interval, Duration patience) {
        return new GpuMetrics(
                "tts-a@0",
                new GpuSource() {
                    @Override
                    public List<Gpu> read() {
                        reads.incrementAndGet();
                        return machine.get();
                    }

                    @Override
                    public void close() {
                        closes.incrementAndGet();
                    }
                },
                interval,
                patience);
    }

    @AfterEach
    void close() {
        metrics.close();
        assertThat(closes).hasValue(1);
    }

    @Test
    void shouldTellOfEachGpuWithItsLabels() {
        var registry = Scrape.registry();
        metrics.bindTo(registry);
        Scrape scrape = Scrape.of(registry);

        assertThat(scrape.sum("worker_gpu_memory_used_bytes", "worker", "tts-a@0", "gpu_id", "0"))
                .isEqualTo(60e9);
        assertThat(scrape.sum("worker_gpu_memory_total_bytes", "gpu_id", "1")).isEqualTo(80e9);
        assertThat(scrape.sum("worker_gpu_utilization_percent", "worker", "tts-a@0", "gpu_id", "0"))
                .isEqualTo(35);
        assertThat(scrape.sum("worker_gpu_temperature_celsius", "gpu_id", "1")).isEqualTo(30);
        assertThat(scrape.sum("worker_gpu_power_watts", "gpu_id", "0")).isCloseTo(310.5, within(1e-9));
        for (VoiceMetric row : ROWS) {
            assertThat(scrape.types).containsEntry(row.metricName(), "gauge");
            assertThat(scrape.find(row.metricName()))
                    .hasSize(2)
                    .allSatisfy(sample ->
                            assertThat(sample.labels().keySet()).containsExactlyInAnyOrderElementsOf(row.labels()));
        }
        machine = () -> List.of(new Gpu("0", 61e9, 80e9, 99, 70, 400), SECOND);
        metrics.refresh();
        assertThat(Scrape.of(registry).sum("worker_gpu_memory_used_bytes", "gpu_id", "0"))
                .isEqualTo(61e9);
        assertThat(reads).hasValue(2);
    }

    @Test
    void shouldLeaveOutTheRowsOfWhatIsNotKnown() {
        var registry = Scrape.registry();
        machine = () -> List.of(FIRST, new Gpu("1", 1, 2, Double.NaN, Double.NaN, 3));
        metrics.bindTo(registry);
        Scrape scrape = Scrape.of(registry);

        for (VoiceMetric row : ROWS) {
            boolean known = row != VoiceMetric.WORKER_GPU_UTILIZATION_PERCENT
                    && row != VoiceMetric.WORKER_GPU_TEMPERATURE_CELSIUS;
            assertThat(scrape.find(row.metricName(), "gpu_id", "0")).hasSize(1);
            assertThat(scrape.find(row.metricName(), "gpu_id", "1")).hasSize(known ? 1 : 0);
        }
    }

    @Test
    void shouldLeaveOutAGpuWhileItIsLost() {
        var registry = Scrape.registry();
        metrics.bindTo(registry);
        for (List<Gpu> without : List.of(List.of(FIRST, LOST), List.of(FIRST), List.<Gpu>of())) {
            machine = () -> without;
            metrics.refresh();
            assertThat(Scrape.of(registry).samples)
                    .hasSize(without.isEmpty() ? 0 : 5)
                    .allSatisfy(sample -> assertThat(sample.labels()).containsEntry("gpu_id", "0"));
        }
        machine = () -> List.of(FIRST, SECOND);
        metrics.refresh();
        assertThat(Scrape.of(registry).samples).hasSize(10);
    }

    @Test
    void shouldLeaveOutAllWhileTheDriverHangsOrThrows() {
        metrics.close();
        closes.set(0);
        CountDownLatch hangs = new CountDownLatch(1);
        var registry = Scrape.registry();
        metrics = metrics(Duration.ofDays(1), Duration.ofMillis(20));
        machine = () -> {
            await(hangs);
            return List.of(FIRST);
        };
        metrics.bindTo(registry);
        metrics.refresh();
        assertThat(Scrape.of(registry).samples).isEmpty();
        assertThat(reads).as("one that hangs is enough").hasValue(1);
        hangs.countDown();
        while (Scrape.of(registry).samples.isEmpty()) {
            metrics.refresh();
        }
        assertThat(Scrape.of(registry).samples).hasSize(5);

        machine = () -> {
            throw new IllegalStateException("of the driver");
        };
        // The one before may still have been read by another thread.
        while (!Scrape.of(registry).samples.isEmpty()) {
            metrics.refresh();
        }
        machine = () -> List.of(FIRST, SECOND);
        while (Scrape.of(registry).samples.size() != 10) {
            metrics.refresh();
        }
    }

    @Test
    void shouldTellNothingAndReadNoMoreWithoutGpus() {
        var registry = Scrape.registry();
        machine = List::of;
        metrics.bindTo(registry);
        machine = () -> List.of(FIRST);
        metrics.refresh();

        assertThat(Scrape.of(registry).samples).isEmpty();
        assertThat(reads).hasValue(1);
        assertThat(closes).hasValue(1);
    }

    @Test
    void shouldTellSeveralRegistriesAndNoneOnceClosed() {
        var prometheus = Scrape.registry();
        var simple = new SimpleMeterRegistry();
        metrics.bindTo(prometheus);
        metrics.bindTo(simple);
        assertThat(reads).hasValue(1);
        assertThat(simple.get("worker_gpu_power_watts")
                        .tag("gpu_id", "0")
                        .gauge()
                        .value())
                .isEqualTo(310.5);
        machine = () -> List.of(SECOND);
        metrics.refresh();
        assertThat(Scrape.of(prometheus).samples).hasSize(5);
        assertThat(simple.getMeters()).hasSize(5);
        metrics.close();
        assertThat(Scrape.of(prometheus).samples).isEmpty();
        assertThat(simple.getMeters()).isEmpty();
    }

    @Test
    void shouldReadAgainByItself() {
        metrics.close();
        closes.set(0);
        var registry = Scrape.registry();
        CountDownLatch thrice = new CountDownLatch(3);
        machine = () -> {
            thrice.countDown();
            return List.of(FIRST);
        };
        metrics = metrics(Duration.ofMillis(1), Duration.ofSeconds(10));
        metrics.bindTo(registry);
        await(thrice);
        assertThat(Scrape.of(registry).samples).hasSize(5);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
