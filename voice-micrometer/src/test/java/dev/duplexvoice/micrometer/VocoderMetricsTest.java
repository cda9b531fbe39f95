package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetrySource;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows of a GPU that voices share: there where one is, and only there. */
class VocoderMetricsTest {
    private static final String[] WORKER = {"worker", "tts@0"};
    private static final List<VoiceMetric> ROWS = Arrays.stream(VoiceMetric.values())
            .filter(metric -> metric.metricName().startsWith("worker_vocoder_"))
            .toList();

    private final PrometheusMeterRegistry registry = Scrape.registry();

    private record Source(int vocoderQueue) implements TelemetrySource {
        @Override
        public int synthesisQueue() {
            return 0;
        }

        @Override
        public int residentModels() {
            return 0;
        }
    }

    @Test
    void shouldTellOfBatchesAndOfStreamsThatWait() {
        try (VoiceMetrics metrics = VoiceMetrics.builder().worker("tts@0").build()) {
            metrics.bindTo(registry);
            metrics.on(new ServiceEvent.SourceOpened(0, new Source(-1)));
            assertThat(ROWS).hasSize(6);
            Scrape without = Scrape.of(registry);
            assertThat(ROWS).noneMatch(without::has);

            Source one = new Source(7);
            metrics.on(new ServiceEvent.SourceOpened(0, one));
            metrics.on(new ServiceEvent.SourceOpened(0, new Source(4)));
            Scrape idle = Scrape.of(registry);
            assertThat(ROWS).allMatch(idle::has);
            assertThat(idle.sum("worker_vocoder_queue_depth", WORKER)).isEqualTo(11);

            metrics.on(new ServiceEvent.VocoderBatch(0, 24, 3, 400, 2, 1_500_000, 900_000, false));
            metrics.on(new ServiceEvent.VocoderBatch(0, 1, 1, 16, 1, 100_000, 0, true));
            metrics.on(new ServiceEvent.FellBack(0, "vocoder", "the device is full"));
            metrics.on(new ServiceEvent.SourceClosed(0, one));
            Scrape busy = Scrape.of(registry);
            assertThat(busy.sum("worker_vocoder_queue_depth", WORKER)).isEqualTo(4);
            assertThat(busy.sum("worker_vocoder_batch_streams_sum", WORKER)).isEqualTo(25);
            assertThat(busy.sum("worker_vocoder_queue_wait_ms_sum", WORKER)).isCloseTo(1.6, within(1e-9));
            assertThat(busy.sum("worker_vocoder_batch_ms_count", WORKER)).isEqualTo(1);
            assertThat(busy.sum("worker_vocoder_batch_ms_sum", WORKER)).isCloseTo(0.9, within(1e-9));
            assertThat(busy.sum("worker_vocoder_deadline_misses_total", WORKER)).isEqualTo(3);
            assertThat(busy.sum("worker_vocoder_failed_batches_total", WORKER)).isEqualTo(1);
            assertThat(busy.sum("fallbacks_total", "component", "vocoder")).isEqualTo(1);
        }
    }
}
