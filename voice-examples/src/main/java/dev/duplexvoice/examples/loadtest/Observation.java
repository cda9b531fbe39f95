package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.logging.MemoryWatch;
import dev.duplexvoice.logging.SlowOperations;
import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.micrometer.operator.HealthSource;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All that a run tells, set up as a server has it and taken down in the end. */
final class Observation implements AutoCloseable {
    private static final int SCRAPE_SECONDS = 15;
    private static final HealthSource HEALTH = () -> CompletableFuture.completedStage(Map.of());

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final AtomicLong scrapes = new AtomicLong();
    private VoiceTelemetry telemetry = VoiceTelemetry.disabled();
    private @Nullable ObservedProcess observed;
    private @Nullable ExportedTraces traces;
    private @Nullable JsonLog log;
    private @Nullable SlowOperations slow;

    private Observation() {}

    static Observation begin(TelemetryKind kind) {
        Observation observation = new Observation();
        try {
            observation.start(kind);
            return observation;
        } catch (RuntimeException | Error e) {
            observation.close();
            throw e;
        }
    }

    private void start(TelemetryKind kind) {
        if (kind == TelemetryKind.NONE) {
            return;
        }
        JsonLog lines = kind == TelemetryKind.ALL ? keep(new JsonLog()) : null;
        log = lines;
        ObservedProcess process = keep(ObservedProcess.builder("loadtest").build());
        observed = process;
        scrape(process.pages(HEALTH));
        telemetry = process.telemetry();
        if (lines != null) {
            process.metrics().lostLogLines(() -> lines.statistics().lost());
            traces = keep(new ExportedTraces());
            telemetry = VoiceTelemetry.of(telemetry, traces.telemetry());
            slow = SlowOperations.create(SlowOperations.Thresholds.DEFAULT);
            keep(MemoryWatch.start(slow));
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private void scrape(OperatorPages pages) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "loadtest-scrape");
            thread.setDaemon(true);
            return thread;
        });
        keep(timer::shutdownNow);
        timer.scheduleAtFixedRate(
                () -> {
                    pages.get("/metrics", true);
                    scrapes.incrementAndGet();
                },
                SCRAPE_SECONDS / 3,
                SCRAPE_SECONDS,
                TimeUnit.SECONDS);
    }

    /** For the engine. */
    VoiceTelemetry telemetry() {
        return telemetry;
    }

    /** What answers the callers. */
    Responder watched(Responder responder) {
        return slow == null ? responder : slow.watch(responder);
    }

    /** So far. */
    Told told() {
        long lines = log == null ? 0 : log.statistics().written();
        long lost = log == null ? 0 : log.statistics().lost();
        if (observed != null) {
            lost += observed.metrics()
                    .snapshot()
                    .totals()
                    .getOrDefault(VoiceMetric.TELEMETRY_EVENTS_LOST.metricName(), 0.0)
                    .longValue();
        }
        return new Told(scrapes.get(), traces == null ? 0 : traces.sent(), lines, lost);
    }

    /** After the engine. Idempotent. */
    @Override
    public void close() {
        AutoCloseable last = parts.poll();
        if (last == null) {
            return;
        }
        try {
            last.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            close();
        }
    }
}
