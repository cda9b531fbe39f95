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

/** ONNX Runtime: one call, a window for each stream. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class OrtBenchmark {
    /** Streams in a call. */
    @Param({"1", "64"})
    int streams;

    private Windows windows = Idle.WINDOWS;

    /** For JMH. */
    public OrtBenchmark() {}

    /** Opens the model; refuses to time wrong results. */
    @Setup
    public void open() {
        Material material = Material.ofThisProcess();
        windows = new OrtWindows(material.model(), material.audio(), streams);
        material.requireAgreement("ONNX Runtime with " + streams + " streams", windows, streams);
        windows.begin(DuplexBenchmark.STRIDE);
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
