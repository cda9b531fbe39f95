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
import java.util.concurrent.CopyOnWriteArrayList;
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
    private static final boolean PROMETHEUS = hasPrometheus();

    private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
    /** Those that cannot be given our histograms, and make their own. */
    private final CompositeMeterRegistry others = new CompositeMeterRegistry();

    private final List<Runnable> removals = new CopyOnWriteArrayList<>();
    private final List<LongSupplier> asked = new CopyOnWriteArrayList<>();
    private final UnaryOperator<String> names;
    private final LabelLimit labels;
    private final Duration window;
    private final LongSupplier clock;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Key, DistributionSummary> summaries = new ConcurrentHashMap<>();
    private final Map<VoiceMetric, Map<List<String>, HistogramSeries>> histograms = new ConcurrentHashMap<>();
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
        Runnable removal = PROMETHEUS ? PrometheusHistograms.addTo(bound, this) : null;
        if (removal == null) {
            others.add(bound);
        } else {
            removals.add(removal);
        }
    }

    /** Whether it was added. */
    public boolean has(MeterRegistry bound) {
        return registry.getRegistries().contains(bound);
    }

    /** Takes all meters out of the registries. Idempotent. */
    public void close() {
        removals.forEach(Runnable::run);
        removals.clear();
        registry.getMeters().forEach(registry::remove);
        others.getMeters().forEach(others::remove);
    }

    private static boolean hasPrometheus() {
        try {
            Class.forName(
                    "io.micrometer.prometheusmetrics.PrometheusMeterRegistry", false, Meters.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Takes the series of a histogram by their label values. */
    interface Visitor {
        void histogram(String name, VoiceMetric metric, Map<List<String>, HistogramSeries> series);
    }

    void histograms(Visitor visitor) {
        histograms.forEach((metric, series) -> visitor.histogram(name(metric), metric, series));
    }

    /** A histogram that somebody else counts. */
    void histogram(VoiceMetric metric, HistogramSeries series, String... values) {
        series(metric).put(key(metric, values).values, series);
    }

    private Map<List<String>, HistogramSeries> series(VoiceMetric metric) {
        return histograms.computeIfAbsent(metric, any -> new ConcurrentHashMap<>());
    }

    private FixedHistogram histogram(Key key) {
        return (FixedHistogram)
                series(key.metric).computeIfAbsent(key.values, any -> new FixedHistogram(key.metric.buckets()));
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
        Key key = key(metric, values);
        histogram(key).record(value);
        if (!others.getRegistries().isEmpty()) {
            summary(key).record(value);
        }
        LatencyRecorder recorder = recorders.computeIfAbsent(metric, any -> new LatencyRecorder());
        sliding.computeIfAbsent(metric, any -> new SlidingLatency(recorder::snapshot, window, clock))
                .slide();
        long scaled = Math.round(value * scale(metric));
        synchronized (recorder) {
            recorder.record(scaled);
        }
    }

    /** Records a value so many times, of a histogram that somebody else counts, for registries that cannot be given it. */
    void recordElsewhere(VoiceMetric metric, double value, long times, String... values) {
        if (others.getRegistries().isEmpty()) {
            return;
        }
        DistributionSummary summary = summary(key(metric, values));
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
        // Micrometer holds it weakly, and counts 0 once it is collected.
        asked.add(count);
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

    private DistributionSummary summary(Key key) {
        DistributionSummary known = summaries.get(key);
        return known != null
                ? known
                : summaries.computeIfAbsent(
                        key,
                        made -> DistributionSummary.builder(name(made.metric))
                                .description(made.metric.help())
                                .tags(tags(made))
                                .serviceLevelObjectives(made.metric.buckets())
                                .register(others));
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
                snapshot.max() / scale,
                snapshot.min() / scale,
                snapshot.mean() / scale);
    }

    /** How many values of the window do not exceed each bound, and last how many there are at all. */
    public long[] distribution(VoiceMetric metric, double... bounds) {
        SlidingLatency of = sliding.get(metric);
        LatencySnapshot snapshot = of == null ? LatencySnapshot.EMPTY : of.snapshot();
        long[] counts = new long[bounds.length + 1];
        for (int i = 0; i < bounds.length; i++) {
            counts[i] = snapshot.countUpTo(Math.round(bounds[i] * scale(metric)));
        }
        counts[bounds.length] = snapshot.count();
        return counts;
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
