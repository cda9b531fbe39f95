package dev.duplexvoice.benchmarks.vad;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Ours: a window for each stream, submitted, run and read. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class DuplexBenchmark {
    /** Windows between the beginnings of two streams: no divisor of the recording's 1,875, so that all differ. */
    static final int STRIDE = 37;

    /** The SIMD path, see {@link SimdPath}. */
    @Param("")
    String simd = "";

    /** Streams in a call. */
    @Param({"1", "8", "64", "512", "10000"})
    int streams;

    private Windows windows = Idle.WINDOWS;

    /** For JMH. */
    public DuplexBenchmark() {}

    /** Opens the model; refuses to time wrong results or another path. */
    @Setup
    public void open() {
        SimdPath.require(simd);
        Material material = Material.ofThisProcess();
        windows = new DuplexWindows(material.model(), material.audio(), streams);
        material.requireAgreement("the path " + simd + " with " + streams + " streams", windows, streams);
        windows.begin(STRIDE);
    }

    /** Counts what a call allocates. */
    @TearDown(Level.Iteration)
    public void count(Heap heap) {
        heap.count(windows);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        windows.close();
    }

    /** The call. */
    @Benchmark
    public double call() {
        return windows.advance();
    }
}
