package dev.duplexvoice.micrometer.operator;

import dev.duplexvoice.micrometer.GpuMetrics;
import dev.duplexvoice.micrometer.SystemMetrics;
import dev.duplexvoice.micrometer.VoiceMetrics;
import dev.duplexvoice.spi.GpuSource;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that an operator needs of a process, in one piece: the metrics at a Prometheus registry, with those of the JVM, the machine and its
 * GPUs, and the last errors. Needs {@code micrometer-registry-prometheus}. Thread-safe.
 *
 * <pre>{@code
 * try (ObservedProcess observed = ObservedProcess.builder("tts-a@0").build();
 *         VoiceEngine engine = VoiceEngine.builder().telemetry(observed.telemetry()).build();
 *         OperatorEndpoint endpoint = OperatorEndpoint.start(address, observed.pages(health), null)) {
 *     …
 * }
 * }</pre>
 */
public final class ObservedProcess implements AutoCloseable {
    private final String worker;
    private final String version;
    private final Path folder;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final VoiceMetrics metrics;
    private final SystemMetrics system;
    private final GpuMetrics gpus;
    private final RecentErrors errors;
    private final long begunAt = System.nanoTime();

    private ObservedProcess(Builder builder) {
        worker = builder.worker;
        version = builder.version;
        folder = builder.folder;
        metrics = VoiceMetrics.builder().worker(worker).window(builder.window).build();
        metrics.bindTo(registry);
        system = new SystemMetrics(folder);
        system.bindTo(registry);
        gpus = builder.gpus == null ? GpuMetrics.installed(worker) : new GpuMetrics(worker, builder.gpus);
        gpus.bindTo(registry);
        errors = new RecentErrors(builder.redaction, System::nanoTime);
    }

    /** A builder; the name is the label {@code worker} of the metrics. */
    public static Builder builder(String worker) {
        return new Builder(worker);
    }

    /** For the engine. */
    public VoiceTelemetry telemetry() {
        return VoiceTelemetry.of(metrics, errors);
    }

    /** The metrics. */
    public VoiceMetrics metrics() {
        return metrics;
    }

    /** Its GPUs. */
    public GpuMetrics gpus() {
        return gpus;
    }

    /** The last errors. */
    public RecentErrors errors() {
        return errors;
    }

    /** The pages, for an {@link OperatorEndpoint} or a server that one has anyway. */
    public OperatorPages pages(HealthSource health) {
        return new OperatorPages(this, Objects.requireNonNull(health));
    }

    String worker() {
        return worker;
    }

    String version() {
        return version;
    }

    Path folder() {
        return folder;
    }

    String scrape() {
        return registry.scrape();
    }

    double uptimeSeconds() {
        return (System.nanoTime() - begunAt) / 1e9;
    }

    /** A gauge of Micrometer's binders by its name there, {@code process.cpu.usage}; NaN if there is none. */
    double gauge(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? Double.NaN : gauge.value();
    }

    /** Idempotent; after the engine. */
    @Override
    public void close() {
        metrics.close();
        system.close();
        gpus.close();
        registry.close();
    }

    /** Collects what is known of the process; not thread-safe. */
    public static final class Builder {
        private final String worker;
        private String version = "unknown";
        private Path folder = Path.of(".");
        private Duration window = Duration.ofMinutes(5);
        private UnaryOperator<String> redaction = UnaryOperator.identity();
        private @Nullable GpuSource gpus;

        private Builder(String worker) {
            this.worker = Objects.requireNonNull(worker);
        }

        /** What is running; {@code unknown} by default. */
        public Builder version(String value) {
            version = Objects.requireNonNull(value);
            return this;
        }

        /** On the disk whose space is told; the working directory by default. */
        public Builder folder(Path value) {
            folder = Objects.requireNonNull(value);
            return this;
        }

        /** How far back percentiles look, as {@link VoiceMetrics.Builder#window}; 5 minutes by default. */
        public Builder window(Duration value) {
            window = Objects.requireNonNull(value);
            return this;
        }

        /** Takes secrets out of errors' messages; they are shown as they are by default. */
        public Builder redaction(UnaryOperator<String> value) {
            redaction = Objects.requireNonNull(value);
            return this;
        }

        /** Reads the GPUs, and is closed with the process; by default what the service loader finds, as {@code voice-native} brings it. */
        public Builder gpus(GpuSource value) {
            gpus = Objects.requireNonNull(value);
            return this;
        }

        /** With its metrics bound, before anything has happened. */
        public ObservedProcess build() {
            return new ObservedProcess(this);
        }
    }
}
