package dev.duplexvoice.benchmarks.vad;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What calls allocate on the Java heap, counted after each iteration on the thread that makes them. JMH's gc profiler counts all
 * threads and JMH's own work around an iteration too, which comes to several bytes for each call of a large batch.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Heap {
    /** In each iteration. */
    static final int CALLS = 4;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes, {@link #CALLS} calls together. */
    public long heapBytes;

    /** For JMH. */
    public Heap() {}

    /** Counts. */
    void count(Windows windows) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            windows.advance();
        }
        heapBytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
