package dev.duplexvoice.benchmarks.output;

import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.internal.output.OutputChain;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A second of audio through a session's output chain, 40 ms at a time: the time is µs for a second of audio. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class OutputChainBenchmark {
    private static final int PIECES = 25;

    /** Of the output, in Hz. */
    @Param({"8000", "48000"})
    int rate;

    /** What is done: nothing, each step alone, the default, and all of it. */
    @Param({"none", "dc", "limiter", "loudness", "default", "all"})
    String chain = "";

    /** The largest sample in dBFS; at 0 the limiter works all the time. */
    @Param({"-12", "0"})
    int peak;

    private short[] second = {};
    private short[] piece = {};
    private OutputChain processing = new OutputChain(48_000, OutputProcessing.NONE);

    /** For JMH. */
    public OutputChainBenchmark() {}

    /** Makes tones of a voice with noise between them. */
    @Setup
    public void prepare() {
        OutputProcessing none = OutputProcessing.NONE;
        OutputProcessing options = switch (chain) {
            case "dc" -> none.withDcRemoval(true);
            case "limiter" -> none.withCeiling(-1);
            case "loudness" -> none.withLoudness(-20);
            case "default" -> OutputProcessing.DEFAULT;
            case "all" -> OutputProcessing.DEFAULT.withLoudness(-20);
            default -> none;
        };
        processing = new OutputChain(rate, options);
        Random random = new Random(1);
        second = new short[rate];
        piece = new short[rate / PIECES];
        double scale = 32_767 * Math.pow(10, peak / 20.0);
        for (int i = 0; i < rate; i++) {
            double tone = Math.sin(2 * Math.PI * 130 * i / rate) + 0.5 * Math.sin(2 * Math.PI * 1_100 * i / rate);
            double value = i % (rate / 5) < rate / 7 ? tone / 1.5 : 0.1 * (random.nextDouble() - 0.5);
            second[i] = (short) (scale * value);
        }
    }

    /** A second. */
    @Benchmark
    public int second() {
        int made = 0;
        for (int at = 0; at < second.length; at += piece.length) {
            System.arraycopy(second, at, piece, 0, piece.length);
            made += processing.process(piece, piece.length);
        }
        return made + piece[0];
    }
}
