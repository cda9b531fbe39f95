package dev.duplexvoice.micrometer.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Our histograms in a Prometheus registry of Micrometer's, as we count them. Micrometer's own round each value up to a whole number before
 * they look for its bucket: every real-time factor would be 1. Loaded only where that registry is.
 */
final class PrometheusHistograms implements MultiCollector {
    private final Meters meters;

    private PrometheusHistograms(Meters meters) {
        this.meters = meters;
    }

    /** What takes them out again; null if it is another kind of registry. */
    static @Nullable Runnable addTo(MeterRegistry registry, Meters meters) {
        if (registry instanceof PrometheusMeterRegistry prometheus) {
            PrometheusHistograms histograms = new PrometheusHistograms(meters);
            prometheus.getPrometheusRegistry().register(histograms);
            return () -> prometheus.getPrometheusRegistry().unregister(histograms);
        }
        return null;
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        meters.histograms((name, metric, series) -> {
            double[] bounds = metric.buckets();
            double[] upper = Arrays.copyOf(bounds, bounds.length + 1);
            upper[bounds.length] = Double.POSITIVE_INFINITY;
            HistogramSnapshot.Builder histogram =
                    HistogramSnapshot.builder().name(name).help(metric.help());
            series.forEach((values, of) -> histogram.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(Labels.of(metric.labels(), values))
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(upper, of.counts()))
                    .sum(of.sum())
                    .build()));
            all.metricSnapshot(histogram.build());
        });
        return all.build();
    }
}
