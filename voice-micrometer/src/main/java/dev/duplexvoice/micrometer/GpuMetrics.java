package dev.duplexvoice.micrometer;

import dev.duplexvoice.spi.GpuSource;
import dev.duplexvoice.spi.GpuSource.Gpu;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gauges of the GPUs, read every 5 seconds. A row is there while its figure is known: not where there is no GPU, not for what a GPU does
 * not tell, and no longer for one that is lost or a driver that hangs, until they are back. Where the first read tells of no GPU nothing is
 * read again. Thread-safe.
 */
public final class GpuMetrics implements MeterBinder, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GpuMetrics.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Map<VoiceMetric, ToDoubleFunction<Gpu>> ROWS = Map.of(
            VoiceMetric.WORKER_GPU_MEMORY_USED_BYTES, Gpu::memoryUsedBytes,
            VoiceMetric.WORKER_GPU_MEMORY_TOTAL_BYTES, Gpu::memoryTotalBytes,
            VoiceMetric.WORKER_GPU_UTILIZATION_PERCENT, Gpu::utilizationPercent,
            VoiceMetric.WORKER_GPU_TEMPERATURE_CELSIUS, Gpu::temperatureCelsius,
            VoiceMetric.WORKER_GPU_POWER_WATTS, Gpu::powerWatts);

    private final String worker;
    private final GpuSource source;
    private final Duration interval;
    private final Duration patience;
    private final ScheduledExecutorService timer = daemon("voice-gpus");
    /** Of its own, because a driver in trouble never comes back. */
    private final ExecutorService reader = daemon("voice-gpus-read");

    private final List<Shown> shown = new ArrayList<>();
    private volatile Map<String, Gpu> known = Map.of();
    private @Nullable Future<List<Gpu>> reading;
    private boolean begun;
    private boolean found;
    private boolean ended;
    private boolean told;

    private record Shown(VoiceMetric metric, MultiGauge gauge) {}

    /**
     * Gauges of what a source reads.
     *
     * @param worker this process's name as a label, as {@link VoiceMetrics.Builder#worker} has it
     * @param source closed with this
     */
    public GpuMetrics(String worker, GpuSource source) {
        this(worker, source, INTERVAL, PATIENCE);
    }

    GpuMetrics(String worker, GpuSource source, Duration interval, Duration patience) {
        this.worker = Objects.requireNonNull(worker);
        this.source = Objects.requireNonNull(source);
        this.interval = interval;
        this.patience = patience;
    }

    /** The GPUs of the last look, a few seconds old; empty where there are none. Never blocks. */
    public Collection<Gpu> gpus() {
        return known.values();
    }

    /** Gauges of what the first {@link GpuSource} reads that the service loader finds; none if it finds none. */
    public static GpuMetrics installed(String worker) {
        return new GpuMetrics(
                worker,
                ServiceLoader.load(GpuSource.class, GpuMetrics.class.getClassLoader())
                        .findFirst()
                        .orElse(List::of));
    }

    private static ScheduledExecutorService daemon(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** {@inheritDoc} The first time it waits until the GPUs were read, at most 2 seconds. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        for (VoiceMetric metric : ROWS.keySet()) {
            shown.add(new Shown(
                    metric,
                    MultiGauge.builder(metric.metricName())
                            .description(metric.help())
                            .register(registry)));
        }
        if (begun) {
            show();
            return;
        }
        begun = true;
        refresh();
        if (!ended) {
            timer.scheduleWithFixedDelay(
                    this::refresh, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Reads, or goes on waiting for who reads, and shows what is known then. */
    synchronized void refresh() {
        if (ended) {
            return;
        }
        Future<List<Gpu>> now = reading == null ? reader.submit(source::read) : reading;
        reading = now;
        try {
            List<Gpu> read = now.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            reading = null;
            known = read.stream().collect(Collectors.toMap(Gpu::id, Function.identity(), (first, same) -> first));
            if (read.isEmpty() && !found) {
                end();
            }
            found = true;
        } catch (TimeoutException e) {
            forget("they do not answer", null);
        } catch (ExecutionException e) {
            reading = null;
            forget("reading them failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        show();
    }

    private void forget(String why, @Nullable Throwable cause) {
        known = Map.of();
        if (!told) {
            told = true;
            LOG.atWarn().addKeyValue("reason", why).setCause(cause).log("No metrics of GPUs until they are read again");
        }
    }

    private void show() {
        for (Shown row : shown) {
            ToDoubleFunction<Gpu> figure = Objects.requireNonNull(ROWS.get(row.metric));
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            for (Gpu gpu : known.values()) {
                if (!Double.isNaN(figure.applyAsDouble(gpu))) {
                    rows.add(MultiGauge.Row.of(tags(row.metric, gpu.id()), this, all -> all.value(gpu.id(), figure)));
                }
            }
            // Those that are there stay as they are, so that none is missing for a moment.
            row.gauge.register(rows, false);
        }
    }

    private Tags tags(VoiceMetric metric, String id) {
        Tags tags = Tags.empty();
        for (String label : metric.labels()) {
            tags = tags.and(label, label.equals("worker") ? worker : id);
        }
        return tags;
    }

    private double value(String id, ToDoubleFunction<Gpu> figure) {
        Gpu gpu = known.get(id);
        return gpu == null ? Double.NaN : figure.applyAsDouble(gpu);
    }

    private void end() {
        ended = true;
        timer.shutdownNow();
        reader.shutdown(); // nobody who reads is interrupted
        source.close();
    }

    /** Takes the gauges out of the registries and reads no more. Idempotent. */
    @Override
    public synchronized void close() {
        known = Map.of();
        show();
        shown.clear();
        if (!ended) {
            end();
        }
    }
}
