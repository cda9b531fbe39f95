package dev.duplexvoice.server.internal.console;

import dev.duplexvoice.LoopStats;
import dev.duplexvoice.micrometer.MetricsSnapshot;
import dev.duplexvoice.micrometer.ServiceLevels;
import dev.duplexvoice.micrometer.ServiceLevels.Objective;
import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.micrometer.VoiceMetrics;
import dev.duplexvoice.spi.GpuSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/performance}: what is promised, how it is kept, and the distributions behind it. */
final class PerformanceApi {
    /** Bars of a histogram, without the one for what is beyond. */
    private static final int BARS = 40;

    /** The objective's line is drawn in the middle. */
    private static final double BEYOND_OBJECTIVE = 2;

    private static final Duration BURN_WINDOW = Duration.ofHours(1);

    private static final List<Shown> SHOWN = List.of(
            new Shown("first_audio", "First audio", VoiceMetric.LATENCY_FAL_MS, Objective.FIRST_AUDIO, "ms"),
            new Shown("barge_in", "Barge-in", VoiceMetric.LATENCY_BARGE_IN_MS, Objective.BARGE_IN, "ms"),
            new Shown("jitter", "Frame jitter", VoiceMetric.WORKER_AUDIO_FRAME_JITTER_MS, Objective.FRAME_JITTER, "ms"),
            new Shown("end_to_end", "End to end", VoiceMetric.LATENCY_E2E_MS, Objective.END_TO_END, "ms"),
            new Shown("response", "Response", VoiceMetric.RESPONSE_LATENCY_MS, null, "ms"),
            new Shown("endpointing", "Endpointing", VoiceMetric.ENDPOINTING_DELAY_MS, null, "ms"));

    private final VoiceMetrics metrics;
    private final Supplier<List<LoopStats>> loops;
    private final Supplier<Collection<GpuSource.Gpu>> gpus;

    PerformanceApi(VoiceMetrics metrics, Supplier<List<LoopStats>> loops, Supplier<Collection<GpuSource.Gpu>> gpus) {
        this.metrics = metrics;
        this.loops = loops;
        this.gpus = gpus;
    }

    private record Shown(
            String name,
            String label,
            VoiceMetric metric,
            @Nullable Objective objective,
            String unit) {}

    /** @param windowS how far back latencies look */
    record Performance(long windowS, List<Slo> slos, List<Latency> latencies, Gauges gauges) {}

    /**
     * @param threshold what is good at most; null where something is good or is not
     * @param target the share that is to be good
     * @param actual the share that is; null before anything was counted, as the rest
     * @param budgetLeft the share of the allowed errors that is left; negative if there were more
     * @param burnRate of the last hour: 1 spends the budget in just its window
     */
    record Slo(
            String name,
            @Nullable Double threshold,
            double target,
            @Nullable Double actual,
            @Nullable Double budgetLeft,
            @Nullable Double burnRate,
            long total) {}

    /**
     * @param slo the objective's line; null without one
     * @param help what it tells
     * @param buckets counts up to and with each bound, as Prometheus has them; the last has no bound
     */
    record Latency(
            String name,
            String label,
            String help,
            String unit,
            @Nullable Double slo,
            @Nullable Double p50,
            @Nullable Double p95,
            @Nullable Double p99,
            long count,
            List<Bucket> buckets) {}

    /** @param le the bound; null for all */
    record Bucket(@Nullable Double le, long count) {}

    /** @param loopLoad of each audio loop, 0 to 1 */
    record Gauges(
            OverviewApi.Processors cpu,
            OverviewApi.Memory memory,
            List<Gpu> gpu,
            long queueDepth,
            List<Double> loopLoad,
            long activeSessions) {}

    /** In bytes, percent, degrees and watts; null where the driver does not tell. */
    record Gpu(
            String id,
            @Nullable Double memoryUsed,
            @Nullable Double memoryTotal,
            @Nullable Double utilization,
            @Nullable Double temperature,
            @Nullable Double power) {}

    Performance get() {
        MetricsSnapshot now = metrics.snapshot();
        List<Latency> latencies = new ArrayList<>();
        SHOWN.forEach(shown -> latencies.add(latency(shown)));
        return new Performance(now.window().toSeconds(), slos(), latencies, gauges(now.gauges()));
    }

    private List<Slo> slos() {
        List<Slo> slos = new ArrayList<>();
        for (ServiceLevels.Level level : metrics.serviceLevels().levels()) {
            // Of nothing there is no share.
            double none = level.total() == 0 ? Double.NaN : 0;
            slos.add(new Slo(
                    level.objective().label(),
                    ConsoleJson.known(level.threshold()),
                    level.target(),
                    ConsoleJson.known(level.actual() + none),
                    ConsoleJson.known(level.budgetLeft() + none),
                    ConsoleJson.known(level.burnRates().getOrDefault(BURN_WINDOW, Double.NaN) + none),
                    level.total()));
        }
        return slos;
    }

    private Latency latency(Shown shown) {
        double line =
                shown.objective == null ? Double.NaN : metrics.serviceLevels().threshold(shown.objective);
        double[] coarse = shown.metric.buckets();
        double last = Double.isNaN(line) ? coarse[coarse.length - 1] : line * BEYOND_OBJECTIVE;
        double[] bounds = new double[BARS];
        for (int i = 0; i < BARS; i++) {
            bounds[i] = last * (i + 1) / BARS;
        }
        long[] counts = metrics.distribution(shown.metric, bounds);
        List<Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < BARS; i++) {
            buckets.add(new Bucket(ConsoleJson.known(bounds[i]), counts[i]));
        }
        buckets.add(new Bucket(null, counts[BARS]));
        MetricsSnapshot.Figures of = metrics.figures(shown.metric);
        double none = of.count() == 0 ? Double.NaN : 0;
        return new Latency(
                shown.name,
                shown.label,
                shown.metric.help(),
                shown.unit,
                ConsoleJson.known(line),
                ConsoleJson.known(of.p50() + none),
                ConsoleJson.known(of.p95() + none),
                ConsoleJson.known(of.p99() + none),
                of.count(),
                buckets);
    }

    private Gauges gauges(Map<String, Double> now) {
        List<Gpu> graphics = new ArrayList<>();
        for (GpuSource.Gpu gpu : gpus.get()) {
            graphics.add(new Gpu(
                    gpu.id(),
                    ConsoleJson.known(gpu.memoryUsedBytes()),
                    ConsoleJson.known(gpu.memoryTotalBytes()),
                    ConsoleJson.known(gpu.utilizationPercent()),
                    ConsoleJson.known(gpu.temperatureCelsius()),
                    ConsoleJson.known(gpu.powerWatts())));
        }
        List<Double> loads = new ArrayList<>();
        for (LoopStats loop : loops.get()) {
            loads.add(Math.round(loop.load() * 1e4) / 1e4);
        }
        return new Gauges(
                OverviewApi.Processors.read(),
                OverviewApi.memory(),
                graphics,
                Math.round(now.getOrDefault(VoiceMetric.WORKER_INFERENCE_QUEUE_DEPTH.metricName(), 0.0)),
                loads,
                Math.round(now.getOrDefault(VoiceMetric.SESSIONS_ACTIVE.metricName(), 0.0)));
    }
}
