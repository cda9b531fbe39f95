package dev.duplexvoice.micrometer;

import dev.duplexvoice.micrometer.GpuSource.Gpu;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** Gauges of the GPUs that are there when this is bound; none where there is none. They are read at most once a second. */
public final class GpuMetrics implements MeterBinder {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String worker;
    private final GpuSource source;
    private final LongSupplier clock;
    private List<Gpu> known = List.of();
    private long readAt;

    /** @param worker this process's name as a label, as {@link VoiceMetrics.Builder#worker} has it */
    public GpuMetrics(String worker, GpuSource source) {
        this(worker, source, System::nanoTime);
    }

    GpuMetrics(String worker, GpuSource source, LongSupplier clock) {
        this.worker = Objects.requireNonNull(worker);
        this.source = Objects.requireNonNull(source);
        this.clock = clock;
        this.readAt = clock.getAsLong() - FRESH_NANOS;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Gpu gpu : gpus()) {
            bind(registry, VoiceMetric.WORKER_GPU_MEMORY_USED_BYTES, gpu.id(), Gpu::memoryUsedBytes);
            bind(registry, VoiceMetric.WORKER_GPU_MEMORY_TOTAL_BYTES, gpu.id(), Gpu::memoryTotalBytes);
            bind(registry, VoiceMetric.WORKER_GPU_UTILIZATION_PERCENT, gpu.id(), Gpu::utilizationPercent);
            bind(registry, VoiceMetric.WORKER_GPU_TEMPERATURE_CELSIUS, gpu.id(), Gpu::temperatureCelsius);
            bind(registry, VoiceMetric.WORKER_GPU_POWER_WATTS, gpu.id(), Gpu::powerWatts);
        }
    }

    private void bind(MeterRegistry registry, VoiceMetric metric, String id, ToDoubleFunction<Gpu> figure) {
        List<Tag> tags = new ArrayList<>();
        for (String label : metric.labels()) {
            tags.add(Tag.of(label, label.equals("worker") ? worker : id));
        }
        Gauge.builder(metric.metricName(), () -> value(id, figure))
                .description(metric.help())
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private double value(String id, ToDoubleFunction<Gpu> figure) {
        return gpus().stream()
                .filter(gpu -> gpu.id().equals(id))
                .mapToDouble(figure)
                .findFirst()
                .orElse(Double.NaN);
    }

    private synchronized List<Gpu> gpus() {
        long now = clock.getAsLong();
        if (now - readAt >= FRESH_NANOS) {
            readAt = now;
            known = List.copyOf(source.read());
        }
        return known;
    }
}
