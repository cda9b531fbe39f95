package dev.duplexvoice.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.nio.file.Path;
import java.util.List;

/**
 * JVM, process, disk and open files, by Micrometer's own binders and under its own names: {@code jvm_memory_used_bytes}, {@code
 * process_cpu_usage}, {@code disk_free_bytes}, {@code process_files_open_files}.
 */
public final class SystemMetrics implements MeterBinder, AutoCloseable {
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final List<MeterBinder> binders;

    /** @param folder on the disk whose space is told: that of logs and recordings */
    public SystemMetrics(Path folder) {
        binders = List.of(
                new ClassLoaderMetrics(),
                new JvmMemoryMetrics(),
                collections,
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics(),
                new FileDescriptorMetrics(),
                new DiskSpaceMetrics(folder.toFile()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        binders.forEach(binder -> binder.bindTo(registry));
    }

    /** Hears of collections no more. */
    @Override
    public void close() {
        collections.close();
    }
}
