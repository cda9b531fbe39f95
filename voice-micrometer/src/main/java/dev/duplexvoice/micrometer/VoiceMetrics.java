package dev.duplexvoice.micrometer;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.micrometer.internal.EventMeters;
import dev.duplexvoice.micrometer.internal.LoopFigures;
import dev.duplexvoice.micrometer.internal.Meters;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetrySource;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of {@link VoiceMetric}, at any of Micrometer's registries.
 *
 * <pre>{@code
 * PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
 * VoiceMetrics metrics = VoiceMetrics.create();
 * metrics.bindTo(prometheus);
 * VoiceEngine engine = VoiceEngine.builder().telemetry(metrics).build();
 * … prometheus.scrape() …
 * }</pre>
 *
 * <p>Bind before the engine is built: what was counted before is not told to a registry. A registry is never called on an audio loop. A
 * Prometheus registry reads our histograms when it is scraped, so their buckets are exact; others are told each value, those that loops
 * recorded every {@value #DRAIN_MILLIS} ms. Thread-safe.
 */
public final class VoiceMetrics implements VoiceTelemetry, MeterBinder, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VoiceMetrics.class);
    private static final long DRAIN_MILLIS = 200;
    private static final List<String> COMPONENTS = List.of("tts", "stt", "llm", "vad", "vocoder", "redis");

    private static final List<VoiceMetric> VOCODER = List.of(
            VoiceMetric.WORKER_VOCODER_QUEUE_WAIT_MS,
            VoiceMetric.WORKER_VOCODER_BATCH_STREAMS,
            VoiceMetric.WORKER_VOCODER_BATCH_MS,
            VoiceMetric.WORKER_VOCODER_DEADLINE_MISSES,
            VoiceMetric.WORKER_VOCODER_FAILED_BATCHES);

    private final Meters meters;
    private final LoopFigures loops;
    private final EventMeters events;
    private final ServiceLevels levels;
    private final String worker;
    private final Set<TelemetrySource> sources = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor drainer;
    private boolean prepared;
    private boolean vocoderPrepared;

    private VoiceMetrics(Builder builder) {
        worker = builder.worker;
        meters = new Meters(builder.names, builder.maxLabelValues, builder.window, builder.clock);
        levels = new ServiceLevels(builder.clock, builder.firstAudioMillis);
        loops = new LoopFigures(meters, worker);
        events = new EventMeters(
                meters,
                loops,
                new EventMeters.Levels() {
                    @Override
                    public void judge(ServiceLevels.Objective objective, double value) {
                        levels.judge(objective, value);
                    }

                    @Override
                    public void count(ServiceLevels.Objective objective, long good, long bad) {
                        levels.count(objective, good, bad);
                    }
                },
                worker);
        drainer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "voice-metrics");
            thread.setDaemon(true);
            return thread;
        });
        drainer.scheduleWithFixedDelay(this::drain, DRAIN_MILLIS, DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Metrics with the defaults. */
    public static VoiceMetrics create() {
        return builder().build();
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Series that are there before anything happens: a rate of what is missing is nothing, and not 0. */
    private void prepare() {
        loops.prepare();
        for (VoiceException.Code code : VoiceException.Code.values()) {
            meters.prepare(VoiceMetric.SESSION_ERRORS, code.name().toLowerCase(Locale.ROOT));
        }
        for (String component : COMPONENTS) {
            meters.prepare(VoiceMetric.FALLBACKS, component);
            meters.prepare(VoiceMetric.RETRIES, component);
        }
        for (String type : List.of("speech_start", "speech_end", "false_alarm")) {
            meters.prepare(VoiceMetric.VAD_EVENTS, type);
        }
        for (String type : List.of("timeout", "overload", "model_error")) {
            meters.prepare(VoiceMetric.ASR_ERRORS, type);
        }
        meters.prepare(VoiceMetric.CONVERSATIONS, "completed");
        meters.prepare(VoiceMetric.CONVERSATIONS, "failed");
        meters.prepare(VoiceMetric.CONVERSATION_DURATION_MS);
        meters.prepare(VoiceMetric.CONVERSATION_TURNS);
        meters.prepare(VoiceMetric.VAD_DETECTION_LATENCY_MS);
        meters.prepare(VoiceMetric.ENDPOINTING_DELAY_MS);
        meters.prepare(VoiceMetric.WEBSOCKET_CONNECTIONS_ACTIVE);
        meters.prepare(VoiceMetric.TELEMETRY_EVENTS_LOST);
        meters.prepare(VoiceMetric.WORKER_AUDIO_FRAME_DROPS, worker, "interrupted");
        meters.gauge(VoiceMetric.WORKER_INFERENCE_QUEUE_DEPTH, () -> sum(TelemetrySource::synthesisQueue), worker);
        meters.gauge(
                VoiceMetric.WORKER_MODEL_MANAGER_RESIDENT_COUNT, () -> sum(TelemetrySource::residentModels), worker);
    }

    /** Only where there is one: rows of a GPU are not to be where none is. Called by one thread at a time. */
    private void prepareVocoder() {
        if (vocoderPrepared) {
            return;
        }
        vocoderPrepared = true;
        meters.gauge(
                VoiceMetric.WORKER_VOCODER_QUEUE_DEPTH,
                () -> sum(source -> Math.max(0, source.vocoderQueue())),
                worker);
        for (VoiceMetric metric : VOCODER) {
            meters.prepare(metric, worker);
        }
    }

    private double sum(ToIntFunction<TelemetrySource> figure) {
        return sources.stream().mapToInt(figure).sum();
    }

    /** {@inheritDoc} Any number of registries, those of a composite one by one; what happens from now on is told to all of them. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (registry instanceof CompositeMeterRegistry several) {
            several.getRegistries().forEach(this::bindTo);
            return;
        }
        if (meters.has(registry)) {
            return;
        }
        meters.add(registry);
        if (!prepared) {
            prepared = true;
            prepare();
        }
    }

    /** {@inheritDoc} Nobody looks more often. */
    @Override
    public Duration patience() {
        return Duration.ofMillis(50);
    }

    @Override
    public void on(TelemetryEvent event) {
        if (event instanceof ServiceEvent.SourceOpened opened) {
            sources.add(opened.source());
            if (opened.source().vocoderQueue() >= 0) {
                prepareVocoder();
            }
        } else if (event instanceof ServiceEvent.SourceClosed closed) {
            sources.remove(closed.source());
        } else {
            events.on(event);
        }
    }

    @Override
    public void tick(long latenessNanos) {
        loops.tick(latenessNanos);
    }

    @Override
    public void frameEmitted(long latenessNanos) {
        loops.frame(latenessNanos);
    }

    @Override
    public void frameStarved(String sessionId) {
        loops.starved();
    }

    @Override
    public void framesRefused(boolean input, int frames) {
        if (input) {
            loops.dropped(frames);
        } else {
            loops.blocked(frames);
        }
    }

    @Override
    public void connections(String transport, int change) {
        if (transport.equals("websocket")) {
            meters.move(VoiceMetric.WEBSOCKET_CONNECTIONS_ACTIVE, change);
        }
    }

    @Override
    public void messageSent(String type) {
        meters.count(VoiceMetric.WEBSOCKET_MESSAGES_SENT, 1, type);
    }

    @Override
    public void messageReceived(String type, long nanos) {
        meters.count(VoiceMetric.WEBSOCKET_MESSAGES_RECEIVED, 1, type);
        meters.record(VoiceMetric.MESSAGE_PROCESSING_MS, nanos / 1e6, type);
    }

    /** Takes what audio loops have counted so far to service levels and to registries that do not ask. Done every 200 ms. */
    public void flush() {
        ServiceLevels.Objective jitter = ServiceLevels.Objective.FRAME_JITTER;
        loops.drain(
                levels.threshold(jitter),
                count -> levels.count(jitter, count, 0),
                count -> levels.count(jitter, 0, count));
        meters.slide();
    }

    private void drain() {
        try {
            flush();
        } catch (RuntimeException | Error e) {
            LOG.atWarn().setCause(e).log("A meter registry threw");
        }
    }

    /**
     * Tells how many lines the log has lost, which only the log knows: {@code metrics.lostLogLines(() -> logging.statistics().lost())}. Once;
     * without it there is no such row.
     *
     * @param count since the start; never less than before
     */
    public void lostLogLines(LongSupplier count) {
        meters.counter(VoiceMetric.LOG_LINES_LOST, count);
    }

    /** Watches Redis clients; for those who have Lettuce on the class path. */
    public RedisMetrics redis() {
        return new RedisMetrics(meters);
    }

    /** How what is promised is kept. */
    public ServiceLevels serviceLevels() {
        return levels;
    }

    /** The metrics now, with percentiles of the last minutes: for an endpoint of one's own. */
    public MetricsSnapshot snapshot() {
        flush();
        return meters.snapshot();
    }

    /** The percentiles of one histogram within the window, of all label values together; figures of nothing if nothing was recorded. */
    public MetricsSnapshot.Figures figures(VoiceMetric metric) {
        return meters.figures(metric);
    }

    /**
     * One histogram within the window, of all label values together, at bounds of one's own: for drawing it finer than the catalogue's.
     *
     * @param bounds in the metric's unit, ascending; values up to 3.2 % below one may be counted at the next
     * @return how many values do not exceed each bound, and last how many there are at all
     */
    public long[] distribution(VoiceMetric metric, double... bounds) {
        return meters.distribution(metric, bounds);
    }

    /**
     * Ends the thread, and takes our meters out of the registries, so that others of the same names may come. Idempotent; close it after
     * the engine, and after registries that send their last figures when they are closed.
     */
    @Override
    public void close() {
        drainer.shutdownNow();
        drain();
        meters.close();
    }

    /** Collects what metrics are made of; not thread-safe. */
    public static final class Builder {
        private String worker = "local";
        private UnaryOperator<String> names = UnaryOperator.identity();
        private int maxLabelValues = 100;
        private Duration window = Duration.ofMinutes(5);
        private double firstAudioMillis = 500;
        private LongSupplier clock = System::nanoTime;

        private Builder() {}

        /** What this process is called in the label {@code worker}: {@code tts-a@0}; {@code local} by default. */
        public Builder worker(String name) {
            worker = Objects.requireNonNull(name);
            return this;
        }

        /** Other names than the catalogue's, for those metrics that the map has. */
        public Builder names(Map<String, String> replaced) {
            Map<String, String> copy = Map.copyOf(replaced);
            for (String name : copy.keySet()) {
                if (Arrays.stream(VoiceMetric.values())
                        .noneMatch(metric -> metric.metricName().equals(name))) {
                    throw new IllegalArgumentException(
                            "names=" + name + ": there is no such metric; use names of VoiceMetric");
                }
            }
            names = name -> copy.getOrDefault(name, name);
            return this;
        }

        /** Values of each label, 1 to 10,000; 100 by default. What comes after them is counted as {@code other}. */
        public Builder maxLabelValues(int count) {
            if (count < 1 || count > 10_000) {
                throw new IllegalArgumentException("maxLabelValues=" + count + ": must be 1 to 10000");
            }
            maxLabelValues = count;
            return this;
        }

        /** How far back percentiles of {@link VoiceMetrics#snapshot} look, 1 s to 1 h; 5 min by default. */
        public Builder window(Duration value) {
            if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("window=" + value + ": must be 1 s to 1 h");
            }
            window = value;
            return this;
        }

        /** Within which first audio is promised, 1 ms to 1 min; 500 ms by default, 300 ms is for voices on a GPU. */
        public Builder firstAudio(Duration value) {
            if (value.toMillis() < 1 || value.toMillis() > 60_000) {
                throw new IllegalArgumentException("firstAudio=" + value + ": must be 1 ms to 1 min");
            }
            firstAudioMillis = value.toMillis();
            return this;
        }

        /** Nanoseconds by which windows slide, for tests. */
        Builder clock(LongSupplier value) {
            clock = value;
            return this;
        }

        /** The metrics. */
        public VoiceMetrics build() {
            return new VoiceMetrics(this);
        }
    }
}
