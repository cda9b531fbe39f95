package dev.duplexvoice.examples.loadtest;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the process holds, in bytes.
 *
 * @param heap live objects, after a collection
 * @param direct direct buffers
 * @param beside resident, neither heap nor a file's pages: native memory, code, the JVM. Exact if the heap is touched when it is taken
 *     ({@code -XX:+AlwaysPreTouch}), else too low by what is not touched yet
 */
record Memory(long heap, long direct, long beside) {

    private static final int SETTLE_MILLIS = 500;

    /** After a collection. */
    static Memory settled() throws InterruptedException {
        System.gc();
        // The collector gives pages back some time after it has counted them as given back.
        long anonymous = status("RssAnon:");
        for (long before = Long.MAX_VALUE; anonymous < before; anonymous = status("RssAnon:")) {
            before = anonymous;
            Thread.sleep(SETTLE_MILLIS);
        }
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new Memory(heap.getUsed(), direct, Math.max(0, anonymous - heap.getCommitted()));
    }

    /** Resident bytes now; 0 where the system does not tell. */
    static long resident() {
        return status("VmRSS:");
    }

    private static long status(String field) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
                }
            }
        } catch (IOException e) {
            // Not Linux.
        }
        return 0;
    }
}
