package dev.duplexvoice.micrometer.internal;

import dev.duplexvoice.micrometer.MetricsSnapshot;
import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.telemetry.LatencyRecorder;
import dev.duplexvoice.telemetry.LatencySnapshot;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The meters of the catalogue, made when they are first used, at all registries that were bound. Thread-safe. */
public final class Meters {
    /** Values as a {@link LatencyRecorder} takes them: it counts nanoseconds, up to half an hour of them. */
    private static final double FINE = 1e6;

    /** Of what lasts longer. */
    private static final double COARSE = 1e3;

    private static final double LONGEST_FINE_BUCKET = 60_000;

    private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
    private final UnaryOperator<String> names;
    private final LabelLimit labels;
    private final Duration window;
    private final LongSupplier clock;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Key, DistributionSummary> histograms = new ConcurrentHashMap<>();
    private final Map<Key, AtomicLong> gauges = new ConcurrentHashMap<>();
    private final Map<VoiceMetric, LatencyRecorder> recorders = new ConcurrentHashMap<>();
    private final Map<VoiceMetric, SlidingLatency> sliding = new ConcurrentHashMap<>();

    private record Key(VoiceMetric metric, List<String> values) {}

    /**
     * None yet.
     *
     * @param names from the catalogue's to those at the registries
     * @param mostLabelValues of each label
     * @param window of percentiles
     * @param clock nanoseconds
     */
    public Meters(UnaryOperator<String> names, int mostLabelValues, Duration window, LongSupplier clock) {
        this.names = names;
        this.window = window;
        this.clock = clock;
        this.labels = new LabelLimit(mostLabelValues, label -> count(VoiceMetric.METRICS_LABELS_CAPPED, 1, label));
    }

    /** Everything from now on goes there too. */
    public void add(MeterRegistry bound) {
        registry.add(bound);
    }

    /** Makes a series that may stay at 0: what is missing cannot be asked for. */
    public void prepare(VoiceMetric metric, String... values) {
        if (metric.kind() == VoiceMetric.Kind.HISTOGRAM) {
            histogram(key(metric, values));
        } else if (metric.kind() == VoiceMetric.Kind.COUNTER) {
            counter(key(metric, values));
        } else {
            gauge(key(metric, values));
        }
    }

    /** Adds to a counter. */
    public void count(VoiceMetric metric, double amount, String... values) {
        counter(key(metric, values)).increment(amount);
    }

    /** Moves a gauge. */
    public void move(VoiceMetric metric, long change, String... values) {
        gauge(key(metric, values)).addAndGet(change);
    }

    /** Records a value of a histogram. */
    public void record(VoiceMetric metric, double value, String... values) {
        record(metric, value, 1, values);
        LatencyRecorder recorder = recorders.computeIfAbsent(metric, any -> new LatencyRecorder());
        long scaled = Math.round(value * scale(metric));
        synchronized (recorder) {
            recorder.record(scaled);
        }
        sliding.computeIfAbsent(metric, any -> new SlidingLatency(recorder::snapshot, window, clock));
    }

    /** Records a value so many times, in the histogram and not in the window; see {@link #slide(VoiceMetric, Supplier)}. */
    void record(VoiceMetric metric, double value, long times, String... values) {
        DistributionSummary summary = histogram(key(metric, values));
        for (long i = 0; i < times; i++) {
            summary.record(value);
        }
    }

    /** A metric's window is of what somebody else records, in nanoseconds. */
    void slide(VoiceMetric metric, Supplier<LatencySnapshot> recorded) {
        sliding.put(metric, new SlidingLatency(recorded, window, clock));
    }

    /** A counter that somebody else counts. */
    void counter(VoiceMetric metric, LongSupplier count, String... values) {
        FunctionCounter.builder(name(metric), count, LongSupplier::getAsLong)
                .description(metric.help())
                .tags(tags(key(metric, values)))
                .register(registry);
    }

    /** A gauge that is asked for. */
    public void gauge(VoiceMetric metric, DoubleSupplier value, String... values) {
        Gauge.builder(name(metric), value, DoubleSupplier::getAsDouble)
                .description(metric.help())
                .tags(tags(key(metric, values)))
                .strongReference(true)
                .register(registry);
    }

    private Key key(VoiceMetric metric, String... values) {
        List<String> capped = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            String label = metric.labels().get(i);
            // What is replaced is counted by this label.
            capped.add(metric == VoiceMetric.METRICS_LABELS_CAPPED ? values[i] : labels.value(label, values[i]));
        }
        return new Key(metric, capped);
    }

    private Counter counter(Key key) {
        Counter known = counters.get(key);
        return known != null
                ? known
                : counters.computeIfAbsent(
                        key,
                        made -> Counter.builder(name(made.metric))
                                .description(made.metric.help())
                                .tags(tags(made))
                                .register(registry));
    }

    private DistributionSummary histogram(Key key) {
        DistributionSummary known = histograms.get(key);
        return known != null
                ? known
                : histograms.computeIfAbsent(
                        key,
                        made -> DistributionSummary.builder(name(made.metric))
                                .description(made.metric.help())
                                .tags(tags(made))
                                .serviceLevelObjectives(made.metric.buckets())
                                .register(registry));
    }

    private AtomicLong gauge(Key key) {
        AtomicLong known = gauges.get(key);
        return known != null
                ? known
                : gauges.computeIfAbsent(key, made -> {
                    AtomicLong value = new AtomicLong();
                    Gauge.builder(name(made.metric), value, AtomicLong::get)
                            .description(made.metric.help())
                            .tags(tags(made))
                            .strongReference(true)
                            .register(registry);
                    return value;
                });
    }

    private String name(VoiceMetric metric) {
        return names.apply(metric.metricName());
    }

    private static List<Tag> tags(Key key) {
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < key.values.size(); i++) {
            tags.add(Tag.of(key.metric.labels().get(i), key.values.get(i)));
        }
        return tags;
    }

    private static double scale(VoiceMetric metric) {
        double[] buckets = metric.buckets();
        return buckets.length > 0 && buckets[buckets.length - 1] > LONGEST_FINE_BUCKET ? COARSE : FINE;
    }

    /** Lets all windows slide. */
    public void slide() {
        sliding.values().forEach(SlidingLatency::slide);
    }

    /** What was recorded of a histogram within the window; figures of nothing if nothing was. */
    public MetricsSnapshot.Figures figures(VoiceMetric metric) {
        SlidingLatency of = sliding.get(metric);
        LatencySnapshot snapshot = of == null ? LatencySnapshot.EMPTY : of.snapshot();
        double scale = scale(metric);
        return new MetricsSnapshot.Figures(
                snapshot.count(),
                snapshot.percentile(50) / scale,
                snapshot.percentile(95) / scale,
                snapshot.percentile(99) / scale,
                snapshot.max() / scale);
    }

    /** All histograms, counters and gauges, by the names that they have at registries. */
    public MetricsSnapshot snapshot() {
        Map<String, MetricsSnapshot.Figures> latencies = new TreeMap<>();
        for (VoiceMetric metric : sliding.keySet()) {
            latencies.put(name(metric), figures(metric));
        }
        Map<String, Double> totals = new TreeMap<>();
        counters.forEach((key, counter) -> totals.merge(name(key.metric), counter.count(), Double::sum));
        for (VoiceMetric metric : VoiceMetric.values()) {
            registry.find(name(metric))
                    .functionCounters()
                    .forEach(counter -> totals.merge(name(metric), counter.count(), Double::sum));
        }
        Map<String, Double> now = new TreeMap<>();
        for (VoiceMetric metric : VoiceMetric.values()) {
            registry.find(name(metric)).gauges().forEach(gauge -> now.merge(name(metric), gauge.value(), Double::sum));
        }
        return new MetricsSnapshot(window, latencies, totals, now);
    }
}
