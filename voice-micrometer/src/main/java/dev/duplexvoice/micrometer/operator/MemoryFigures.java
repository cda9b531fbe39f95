package dev.duplexvoice.micrometer.operator;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a process holds now, in bytes. What the system does not tell is -1.
 *
 * @param resident of the whole process in memory: heap, native parts, code, files
 * @param virtual addresses that it has reserved
 * @param available memory of the machine, or of the container if that may have less
 * @param heapUsed live objects and garbage
 * @param heapCommitted the heap's size now
 * @param heapMax to which it may grow
 * @param nonHeapUsed classes and compiled code
 * @param direct direct buffers, which native parts and the network use
 * @param mapped files in memory
 * @param threads of Java
 * @param collections garbage collections since the start
 * @param collectionMillis that they took, as the collectors tell
 */
public record MemoryFigures(
        long resident,
        long virtual,
        long available,
        long heapUsed,
        long heapCommitted,
        long heapMax,
        long nonHeapUsed,
        long direct,
        long mapped,
        int threads,
        long collections,
        long collectionMillis) {
    private static final Path CONTAINER = Path.of("/sys/fs/cgroup/memory.max");

    /** Now. */
    public static MemoryFigures read() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long count = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            count += Math.max(0, collector.getCollectionCount());
            millis += Math.max(0, collector.getCollectionTime());
        }
        return new MemoryFigures(
                kibibytes("/proc/self/status", "VmRSS:"),
                kibibytes("/proc/self/status", "VmSize:"),
                memoryThereIs(),
                heap.getUsed(),
                heap.getCommitted(),
                heap.getMax(),
                ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed(),
                buffers("direct"),
                buffers("mapped"),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                count,
                millis);
    }

    private static long buffers(String pool) {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(of -> of.getName().equals(pool))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long memoryThereIs() {
        long machine = kibibytes("/proc/meminfo", "MemTotal:");
        try {
            String limit = Files.readString(CONTAINER).strip();
            return limit.matches("\\d{1,18}") ? Math.min(machine, Long.parseLong(limit)) : machine;
        } catch (IOException e) {
            return machine;
        }
    }

    private static long kibibytes(String file, String field) {
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
                }
            }
        } catch (IOException e) {
            // Not Linux.
        }
        return -1;
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("resident_bytes", known(resident));
        fields.put("virtual_bytes", known(virtual));
        fields.put("available_bytes", known(available));
        fields.put("heap_used_bytes", heapUsed);
        fields.put("heap_committed_bytes", heapCommitted);
        fields.put("heap_max_bytes", known(heapMax));
        fields.put("non_heap_used_bytes", nonHeapUsed);
        fields.put("direct_bytes", direct);
        fields.put("mapped_bytes", mapped);
        fields.put("threads", threads);
        fields.put("collections", collections);
        fields.put("collection_ms", collectionMillis);
        return fields;
    }

    /** NaN, which JSON writes as null, where the system does not tell. */
    private static Number known(long bytes) {
        return bytes < 0 ? Double.valueOf(Double.NaN) : Long.valueOf(bytes);
    }
}
