package dev.duplexvoice.benchmarks.vad;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.nativecore.internal.VoiceLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to go from Java to C++ and back, through the binding that the detector uses. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class CrossingBenchmark {
    // Before the pointers below, which need the library loaded.
    private final @Nullable String problem = new NativeVoiceProvider().unavailable();

    private final VoiceLibrary.Vad vad = new VoiceLibrary.Vad();
    private final ShortPointer windows = new ShortPointer(memory(1_024).asShortBuffer());
    private final FloatPointer states = new FloatPointer(memory(1_280).asFloatBuffer());
    private final IntPointer rows = new IntPointer(memory(4).asIntBuffer());
    private final FloatPointer probabilities = new FloatPointer(memory(4).asFloatBuffer());

    /** For JMH. */
    public CrossingBenchmark() {}

    private static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Opens the model. */
    @Setup
    public void open() throws IOException {
        byte[] model = Files.readAllBytes(Material.ofThisProcess().model());
        VoiceLibrary.VadOptions options = new VoiceLibrary.VadOptions(new BytePointer(memory(8)))
                .struct_size(8)
                .sample_rate(Material.SAMPLE_RATE);
        if (problem != null
                || VoiceLibrary.voice_vad_open_memory(
                                new BytePointer(memory(model.length).put(0, model)), model.length, options, vad)
                        < 0) {
            throw new IllegalStateException("the model cannot be opened: " + problem);
        }
    }

    /** Closes it. */
    @TearDown
    public void close() {
        VoiceLibrary.voice_vad_close(vad);
    }

    /** The call of a batch, with all its arguments, of no windows. */
    @Benchmark
    public int processNothing() {
        return VoiceLibrary.voice_vad_process(vad, 0, windows, states, rows, probabilities);
    }

    /** The cheapest call there is: no argument, a constant back. */
    @Benchmark
    public int constant() {
        return VoiceLibrary.voice_tts_voice_count();
    }
}
