package dev.duplexvoice.micrometer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.micrometer.MetricsSnapshot;
import dev.duplexvoice.micrometer.VoiceMetric;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoopFiguresTest {
    private static final int THREADS = 40;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(name -> name, 100, Duration.ofMinutes(5), System::nanoTime);
    private final LoopFigures figures = new LoopFigures(meters, "tts-a@0");
    private final AtomicLong onTime = new AtomicLong();
    private final AtomicLong late = new AtomicLong();

    private void drain() {
        figures.drain(10, onTime::addAndGet, late::addAndGet);
    }

    private void record(int threads) throws InterruptedException {
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                figures.tick(700_000);
                figures.frame(3_000_000);
                figures.frame(30_000_000);
            });
            thread.start();
            thread.join();
        }
    }

    @Test
    void shouldKeepWhatEndedThreadsRecordedWithoutKeepingThem() throws InterruptedException {
        meters.add(registry);
        figures.prepare();
        record(THREADS / 2);
        assertThat(figures.threads()).isEqualTo(THREADS / 2);
        drain();
        assertThat(figures.threads()).isZero();
        figures.tick(700_000);
        record(THREADS / 2);
        drain();
        drain();

        assertThat(figures.threads()).as("this one, which goes on").isEqualTo(1);
        assertThat(onTime).hasValue(THREADS);
        assertThat(late).hasValue(THREADS);
        DistributionSummary jitter =
                registry.get("worker_audio_frame_jitter_ms").summary();
        assertThat(jitter.count()).isEqualTo(2 * THREADS);
        assertThat(jitter.totalAmount()).isEqualTo(33.0 * THREADS);
        assertThat(registry.get("worker_audio_frames_emitted_total")
                        .functionCounter()
                        .count())
                .isEqualTo(2 * THREADS);
        MetricsSnapshot.Figures lateness = meters.figures(VoiceMetric.AUDIO_LOOP_LATENESS_MS);
        assertThat(lateness.count()).isEqualTo(THREADS + 1);
        assertThat(lateness.max()).isBetween(0.7, 0.73);
    }
}
