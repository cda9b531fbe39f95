package dev.duplexvoice.benchmarks;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A window of 32 ms for each of {@code callers} callers, judged in one call; divide by the callers for the cost of one. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class DetectorBenchmark {
    /** Callers in the batch. */
    @Param({"1", "8", "64"})
    int callers;

    private final NativeVoiceProvider provider = new NativeVoiceProvider();
    private final VoiceActivityDetector detector = provider.openDetector("duplex", null, 16_000);
    private VadBatch batch = detector.newBatch(1);
    private final short[] window = new short[512];

    /** For JMH. */
    public DetectorBenchmark() {}

    /** Opens the batch. */
    @Setup
    public void open() {
        batch.close();
        batch = detector.newBatch(callers);
        for (int i = 0; i < callers; i++) {
            batch.acquire();
        }
        Random random = new Random(1);
        for (int i = 0; i < window.length; i++) {
            window[i] = (short) (random.nextGaussian() * 1_000);
        }
    }

    /** Closes it. */
    @TearDown
    public void close() {
        batch.close();
        detector.close();
    }

    /** One window each. */
    @Benchmark
    public int windows() {
        for (int i = 0; i < callers; i++) {
            batch.submit(i, window, 0);
        }
        return batch.run();
    }
}
