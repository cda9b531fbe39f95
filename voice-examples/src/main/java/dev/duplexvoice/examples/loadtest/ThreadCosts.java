package dev.duplexvoice.examples.loadtest;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;

/**
 * CPU time and allocations by kind of thread. What a thread did is known while it lives: {@link #sample} is to be called now and
 * then, and what a thread did after its last sample is lost.
 */
final class ThreadCosts {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** CPU time so far, in nanoseconds. */
    record Spent(long wall, long process, long loops, long feeders, long workers, long loopBytes) {
        Spent since(Spent earlier) {
            return new Spent(
                    wall - earlier.wall,
                    process - earlier.process,
                    loops - earlier.loops,
                    feeders - earlier.feeders,
                    workers - earlier.workers,
                    loopBytes - earlier.loopBytes);
        }

        double cores(long nanos) {
            return (double) nanos / wall;
        }
    }

    private record Thread(String name, long cpu, long bytes) {}

    private final Map<Long, Thread> last = new HashMap<>();

    /** CPU time of the whole process so far, by the operating system, in nanoseconds. */
    static long processCpu() {
        return PROCESS.getProcessCpuTime();
    }

    /** Looks at all threads. */
    Spent sample() {
        long[] ids = THREADS.getAllThreadIds();
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
                processCpu(),
                cpu("voice-loop-"),
                cpu(Feeder.THREAD),
                cpu("voice-synthesis-") + cpu("voice-host-"),
                last.values().stream()
                        .filter(thread -> thread.name.startsWith("voice-loop-"))
                        .mapToLong(Thread::bytes)
                        .sum());
    }

    private long cpu(String prefix) {
        return last.values().stream()
                .filter(thread -> thread.name.startsWith(prefix))
                .mapToLong(Thread::cpu)
                .sum();
    }
}
