package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.ThreadMXBean;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryDispatcher;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetrySource;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class VoiceMetricsTest {
    private static final long MILLIS = 1_000_000;

    private PrometheusMeterRegistry registry = Scrape.registry();
    private final AtomicLong now = new AtomicLong();
    private VoiceMetrics metrics =
            bound(VoiceMetrics.builder().worker("tts-a@0").clock(now::get).build());

    private VoiceMetrics bound(VoiceMetrics made) {
        made.bindTo(registry);
        return made;
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    private static SessionInfo session(String model) {
        return new SessionInfo("s1", "in_process", model, "flite", false, Map.of());
    }

    private static TelemetryEvent bargeIn(String model, long millis) {
        return new ConversationEvent.BargeIn(0, session(model), "s1-1", 1, 0, millis * MILLIS);
    }

    @Test
    void shouldTellHowManyLinesTheLogHasLostOnceThereIsALog() {
        assertThat(scrape().find("log_lines_lost_total")).isEmpty();
        AtomicLong lost = new AtomicLong();
        metrics.lostLogLines(lost::get);
        assertThat(scrape().sum("log_lines_lost_total")).isZero();
        lost.set(7);
        assertThat(scrape().sum("log_lines_lost_total")).isEqualTo(7);
        assertThat(scrape().types).containsEntry("log_lines_lost_total", "counter");
        assertThat(metrics.snapshot().totals()).containsEntry("log_lines_lost_total", 7.0);
    }

    private Scrape scrape() {
        metrics.flush();
        return Scrape.of(registry);
    }

    private List<String> bounds(String metric) {
        return scrape().find(metric + "_bucket").stream()
                .map(sample -> sample.labels().get("le"))
                .toList();
    }

    @Test
    void shouldHaveTheBucketsOfTheCatalogueAndInfinity() {
        metrics.on(bargeIn("slt", 20));

        assertThat(bounds("orchestrator_latency_barge_in_ms"))
                .containsExactly("10.0", "25.0", "50.0", "75.0", "100.0", "+Inf");
        assertThat(scrape().types).containsEntry("orchestrator_latency_barge_in_ms", "histogram");
    }

    @Test
    void shouldCountASampleIntoTheBucketOfItsBound() {
        metrics.on(bargeIn("slt", 25));

        assertThat(scrape().sum("orchestrator_latency_barge_in_ms_bucket", "le", "10.0"))
                .isZero();
        assertThat(scrape().sum("orchestrator_latency_barge_in_ms_bucket", "le", "25.0"))
                .isEqualTo(1);
        assertThat(scrape().sum("orchestrator_latency_barge_in_ms_sum")).isEqualTo(25);
    }

    @Test
    void shouldTellTwentyMillisecondsWhenThereIsOneSampleOfTwenty() {
        metrics.on(bargeIn("slt", 20));
        metrics.frameEmitted(20 * MILLIS);

        for (String name : List.of("orchestrator_latency_barge_in_ms", "worker_audio_frame_jitter_ms")) {
            MetricsSnapshot.Figures figures = metrics.snapshot().latencies().get(name);
            assertThat(figures.count()).isEqualTo(1);
            assertThat(List.of(figures.p50(), figures.p95(), figures.p99(), figures.max()))
                    .allSatisfy(value -> assertThat(value).isBetween(20.0, 20.0 * 1.032));
        }
        assertThat(scrape().sum("worker_audio_frame_jitter_ms_sum")).isEqualTo(20);
        assertThat(scrape().sum("worker_audio_frame_jitter_ms_bucket", "le", "10.0"))
                .isZero();
        assertThat(scrape().sum("worker_audio_frame_jitter_ms_bucket", "le", "20.0"))
                .isEqualTo(1);
    }

    @Test
    void shouldTakeWhatLoopsCountedToTheRegistryExactly() throws InterruptedException {
        long[] lateness = {0, 50_000, 100_000, 100_001, 700_000, 3 * MILLIS, 19 * MILLIS, 21 * MILLIS, 400 * MILLIS};
        Thread other = new Thread(() -> {
            for (long nanos : lateness) {
                metrics.tick(nanos);
            }
        });
        other.start();
        for (long nanos : lateness) {
            metrics.tick(nanos);
        }
        other.join();

        Scrape scrape = scrape();
        String name = "audio_loop_lateness_ms";
        assertThat(scrape.sum(name + "_count")).isEqualTo(18);
        assertThat(scrape.sum(name + "_sum")).isCloseTo(2 * 443.950001, within(1e-6));
        assertThat(List.of("0.1", "0.5", "1.0", "2.0", "5.0", "10.0", "20.0", "+Inf"))
                .extracting(bound -> (int) scrape.sum(name + "_bucket", "le", bound))
                .containsExactly(6, 8, 10, 10, 12, 12, 14, 18);
        assertThat(scrape().sum(name + "_count")).isEqualTo(18);
    }

    @Test
    void shouldForgetWhatIsOlderThanTheWindow() {
        metrics.on(bargeIn("slt", 20));
        now.addAndGet(Duration.ofMinutes(3).toNanos());
        metrics.on(bargeIn("slt", 90));
        assertThat(metrics.snapshot()
                        .latencies()
                        .get("orchestrator_latency_barge_in_ms")
                        .count())
                .isEqualTo(2);

        now.addAndGet(Duration.ofMinutes(3).toNanos());
        MetricsSnapshot.Figures left = metrics.snapshot().latencies().get("orchestrator_latency_barge_in_ms");
        assertThat(left.count()).isEqualTo(1);
        assertThat(left.p50()).isBetween(90.0, 93.0);

        now.addAndGet(Duration.ofMinutes(30).toNanos());
        assertThat(metrics.snapshot()
                        .latencies()
                        .get("orchestrator_latency_barge_in_ms")
                        .count())
                .isZero();
        assertThat(scrape().sum("orchestrator_latency_barge_in_ms_count")).isEqualTo(2);
    }

    @Test
    void shouldCapLabelsAndSayOnceThatItDoes() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.duplexvoice.micrometer.internal.LabelLimit");
        log.start();
        logger.addAppender(log);
        try {
            for (int i = 0; i < 10_000; i++) {
                metrics.on(bargeIn("model-" + i, 20));
            }
        } finally {
            logger.detachAppender(log);
        }

        Scrape scrape = scrape();
        assertThat(scrape.find("orchestrator_latency_barge_in_ms_count")).hasSize(101);
        assertThat(scrape.sum("orchestrator_latency_barge_in_ms_count")).isEqualTo(10_000);
        assertThat(scrape.sum("orchestrator_latency_barge_in_ms_count", "model_id", "other"))
                .isEqualTo(9_900);
        assertThat(scrape.sum("metrics_labels_capped_total", "label", "model_id"))
                .isEqualTo(9_900);
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getFormattedMessage()).contains("too many values");
    }

    @Test
    void shouldBringGaugesBackToZeroWhenLabelsAreCapped() {
        for (int i = 0; i < 300; i++) {
            metrics.on(new ConversationEvent.Opened(0, session("model-" + i)));
        }
        assertThat(scrape().sum("orchestrator_sessions_active")).isEqualTo(300);
        for (int i = 299; i >= 0; i--) {
            metrics.on(new ConversationEvent.Closed(0, session("model-" + i), "s1-1", 0, "closed", false, 0));
        }
        assertThat(scrape().find("orchestrator_sessions_active"))
                .hasSize(101)
                .allSatisfy(sample -> assertThat(sample.value()).isZero());
    }

    @Test
    void shouldKeepValuesWithNewlinesAndQuotes() {
        String odd = "a\"b\\c\nd=e}";
        metrics.on(bargeIn(odd, 20));

        assertThat(scrape().sum("orchestrator_latency_barge_in_ms_count", "model_id", odd))
                .isEqualTo(1);
    }

    @Test
    void shouldUseOtherNamesWhenTold() {
        metrics.close();
        registry = Scrape.registry();
        metrics = bound(VoiceMetrics.builder()
                .names(Map.of("orchestrator_latency_barge_in_ms", "calls_silence_ms"))
                .build());
        metrics.on(bargeIn("slt", 20));

        assertThat(scrape().sum("calls_silence_ms_count")).isEqualTo(1);
        assertThat(scrape().find("orchestrator_latency_barge_in_ms_count")).isEmpty();
        assertThat(metrics.snapshot().latencies()).containsKey("calls_silence_ms");
        assertThatThrownBy(() -> VoiceMetrics.builder().names(Map.of("no_such_metric", "x")))
                .hasMessage("names=no_such_metric: there is no such metric; use names of VoiceMetric");
    }

    @Test
    void shouldGoOnCountingWhenMemoryWasCollected() {
        metrics.frameEmitted(0);
        metrics.frameStarved("s1");
        WeakReference<Object> collected = new WeakReference<>(new Object());
        while (collected.get() != null) {
            System.gc();
        }

        assertThat(scrape().sum("worker_audio_frames_emitted_total")).isEqualTo(1);
        assertThat(scrape().sum("audio_frames_starved_total")).isEqualTo(1);
        assertThat(scrape().sum("worker_audio_frame_jitter_ms_count")).isEqualTo(1);
    }

    @Test
    void shouldLeaveRoomForOthersWhenClosed() {
        metrics.on(bargeIn("slt", 20));
        metrics.frameStarved("s1");
        metrics.close();
        assertThat(scrape().samples).isEmpty();
        VoiceMetrics next = bound(VoiceMetrics.create());
        next.bindTo(registry);
        next.on(bargeIn("slt", 20));

        next.frameStarved("s1");
        assertThat(scrape().sum("orchestrator_latency_barge_in_ms_count")).isEqualTo(1);
        assertThat(scrape().sum("audio_frames_starved_total")).isEqualTo(1);
        next.close();
    }

    @Test
    void shouldTellAllRegistriesThatAreBound() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        metrics.bindTo(other);
        metrics.on(bargeIn("slt", 20));

        assertThat(other.get("orchestrator_latency_barge_in_ms").summary().count())
                .isEqualTo(1);
        assertThat(scrape().sum("orchestrator_latency_barge_in_ms_count")).isEqualTo(1);
    }

    @Test
    void shouldAskSourcesAsLongAsTheyAreThere() {
        TelemetrySource source = new TelemetrySource() {
            @Override
            public int synthesisQueue() {
                return 3;
            }

            @Override
            public int residentModels() {
                return 2;
            }
        };
        metrics.on(new ServiceEvent.SourceOpened(0, source));
        assertThat(scrape().sum("worker_inference_queue_depth", "worker", "tts-a@0"))
                .isEqualTo(3);
        assertThat(scrape().sum("worker_model_manager_resident_count")).isEqualTo(2);
        metrics.on(new ServiceEvent.SourceClosed(0, source));
        assertThat(scrape().sum("worker_inference_queue_depth")).isZero();
    }

    @Test
    void shouldCountWhatAServerTells() {
        metrics.connections("websocket", 3);
        metrics.connections("websocket", -1);
        metrics.connections("grpc", 1);
        metrics.messageSent("AudioFrame");
        metrics.messageReceived("TextChunk", 3 * MILLIS);

        Scrape scrape = scrape();
        assertThat(scrape.sum("orchestrator_websocket_connections_active")).isEqualTo(2);
        assertThat(scrape.sum("orchestrator_websocket_messages_sent_total", "message_type", "AudioFrame"))
                .isEqualTo(1);
        assertThat(scrape.sum("orchestrator_websocket_messages_received_total", "message_type", "TextChunk"))
                .isEqualTo(1);
        assertThat(scrape.sum("orchestrator_message_processing_ms_bucket", "le", "5.0"))
                .isEqualTo(1);
        assertThat(scrape.sum("orchestrator_message_processing_ms_bucket", "le", "1.0"))
                .isZero();
    }

    @Test
    void shouldAllocateNothingForWhatLoopsTell() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        VoiceTelemetry told = new TelemetryDispatcher(VoiceTelemetry.of(metrics, new VoiceTelemetry() {}), true);
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                told.tick(i * 1_000L);
                told.frameEmitted(i * 1_000L);
                told.frameStarved("s1");
                told.framesRefused(true, 1);
                told.framesRefused(false, 1);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }
}
