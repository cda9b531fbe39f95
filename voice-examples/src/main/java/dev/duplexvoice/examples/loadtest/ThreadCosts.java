package dev.duplexvoice.examples.loadtest;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * CPU time and allocations by kind of thread, of a group of threads. What a thread did is known while it lives: {@link #sample} is to be called now and
 * then, and what a thread did after its last sample is lost.
 */
final class ThreadCosts {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** CPU time so far, in nanoseconds: of the whole process, of the group's threads, and of these by kind. */
    record Spent(
            long wall, long process, long threads, long loops, long feeders, long workers, long loopBytes, long bytes) {
        Spent since(Spent earlier) {
            return new Spent(
                    wall - earlier.wall,
                    process - earlier.process,
                    threads - earlier.threads,
                    loops - earlier.loops,
                    feeders - earlier.feeders,
                    workers - earlier.workers,
                    loopBytes - earlier.loopBytes,
                    bytes - earlier.bytes);
        }

        double cores(long nanos) {
            return (double) nanos / wall;
        }
    }

    private record Thread(String name, long cpu, long bytes) {}

    private final Supplier<long[]> ids;
    private final Map<Long, Thread> last = new HashMap<>();

    /** Of all threads. */
    ThreadCosts() {
        ids = THREADS::getAllThreadIds;
    }

    /** Of a group's threads: each belongs to the group of the one that began it, unless that decides otherwise. */
    ThreadCosts(ThreadGroup group) {
        ids = () -> {
            java.lang.Thread[] threads = new java.lang.Thread[2 * group.activeCount() + 16];
            int count = group.enumerate(threads);
            return Arrays.stream(threads, 0, count)
                    .mapToLong(java.lang.Thread::getId)
                    .toArray();
        };
    }

    /** Looks at all of its threads. */
    Spent sample() {
        long[] ids = this.ids.get();
        ThreadInfo[] infos = THREADS.getThreadInfo(ids);
        long[] cpu = THREADS.getThreadCpuTime(ids);
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null && cpu[i] >= 0) {
                last.put(ids[i], new Thread(infos[i].getThreadName(), cpu[i], bytes[i]));
            }
        }
        return new Spent(
                System.nanoTime(),
                PROCESS.getProcessCpuTime(),
                cpu(""),
                cpu("voice-loop-"),
                cpu(Feeder.THREAD),
                cpu("voice-synthesis-") + cpu("voice-host-"),
                last.values().stream()
                        .filter(thread -> thread.name.startsWith("voice-loop-"))
                        .mapToLong(Thread::bytes)
                        .sum(),
                last.values().stream().mapToLong(Thread::bytes).sum());
    }

    private long cpu(String prefix) {
        return last.values().stream()
                .filter(thread -> thread.name.startsWith(prefix))
                .mapToLong(Thread::cpu)
                .sum();
    }
}
