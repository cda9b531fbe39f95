package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderStream;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** A {@code voice_vocoder}. Immutable; its streams keep what they need of it. */
public final class NativeVocoder implements Vocoder {
    private static final int INFO_BYTES = 72;
    private static final int STREAM_OPTIONS_BYTES = 16;

    private final VoiceLibrary.Generator generator;
    private final NativeHandle handle;
    private final int channels;
    private final int samplesPerFrame;
    private final int lookAheadSamples;
    private final int conditionChannels;
    private final long weightBytes;
    private final long streamBytes;
    private final int sampleRate;
    private final String file;
    /** Why it computes here and not on a GPU. */
    private volatile @Nullable String problem;

    private NativeVocoder(String file, VoiceLibrary.Generator generator, VoiceLibrary.GeneratorInfo info) {
        this.generator = generator;
        this.file = file;
        this.handle = new NativeHandle("vocoder " + file, () -> VoiceLibrary.voice_vocoder_close(generator));
        this.channels = info.channels();
        this.samplesPerFrame = info.hop();
        this.lookAheadSamples = info.lookahead_samples();
        this.conditionChannels = info.conditioning_channels();
        this.weightBytes = info.weight_bytes();
        this.streamBytes = info.stream_bytes();
        this.sampleRate = info.sample_rate();
    }

    /**
     * Opens the generator of a voice's file.
     *
     * @throws VoiceException if it cannot be used, UNSUPPORTED if it is a network in which there is none
     */
    public static NativeVocoder open(Path model) {
        NativeLoader.require();
        // Allocated before there is something that would be left when it cannot be.
        VoiceLibrary.GeneratorInfo info =
                new VoiceLibrary.GeneratorInfo(new BytePointer(DirectMemory.allocate(INFO_BYTES)));
        VoiceLibrary.Generator generator = new VoiceLibrary.Generator();
        Status.check(VoiceLibrary.voice_vocoder_open(DirectMemory.string(model.toString()), null, generator));
        Status.check(VoiceLibrary.voice_vocoder_get_info(generator, info.struct_size(INFO_BYTES)));
        return new NativeVocoder(model.toString(), generator, info);
    }

    @Override
    public String name() {
        return "native";
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int samplesPerFrame() {
        return samplesPerFrame;
    }

    @Override
    public int lookAheadSamples() {
        return lookAheadSamples;
    }

    @Override
    public int conditionChannels() {
        return conditionChannels;
    }

    /** Bytes of the weights, which all streams share. */
    public long weightBytes() {
        return weightBytes;
    }

    /** Bytes that each stream takes: what it remembers, and the space it computes in. */
    public long streamBytes() {
        return streamBytes;
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    @Override
    public @Nullable String problem() {
        return problem;
    }

    /** {@inheritDoc} That it was opened for a GPU and has none is told at once. */
    @Override
    public void telemetry(VoiceTelemetry telemetry) {
        String reason = problem;
        if (reason != null) {
            VoiceTelemetry.guarded(telemetry).on(new ServiceEvent.FellBack(System.nanoTime(), "vocoder", reason));
        }
    }

    /** It was to compute on a GPU, and why it does not. */
    NativeVocoder withoutGpu(String reason) {
        problem = reason;
        return this;
    }

    /** Runs something with the generator, which is not freed meanwhile. */
    int with(ToIntFunction<VoiceLibrary.Generator> action) {
        handle.enter();
        try {
            return action.applyAsInt(generator);
        } finally {
            handle.exit();
        }
    }

    @Override
    public VocoderStream newStream(@Nullable FloatBuffer condition) {
        int given = condition == null ? 0 : condition.remaining();
        if (given != conditionChannels) {
            throw new IllegalArgumentException(
                    "condition.length=" + given + ": this voice takes " + conditionChannels + " values");
        }
        String reason = problem;
        if (reason != null) {
            // Not when it was opened: who will have no other device is told so, and nothing runs here.
            GpuFallback.VOCODER.unavailable(file, reason);
        }
        VoiceLibrary.GeneratorStreamOptions options = streamOptions(condition);
        handle.enter();
        try {
            IntBuffer count = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
            VoiceLibrary.GeneratorStream stream = new VoiceLibrary.GeneratorStream();
            Status.check(
                    VoiceLibrary.voice_vocoder_stream_open(generator, options, stream), VoiceException.Code.SYNTHESIS);
            return new NativeVocoderStream(this, stream, count);
        } finally {
            handle.exit();
            Reference.reachabilityFence(condition); // the options hold its address only
        }
    }

    /** Options that hold the condition's address only; null for those of a model with one voice. */
    static VoiceLibrary.@Nullable GeneratorStreamOptions streamOptions(@Nullable FloatBuffer condition) {
        if (condition == null) {
            return null;
        }
        return new VoiceLibrary.GeneratorStreamOptions(new BytePointer(DirectMemory.allocate(STREAM_OPTIONS_BYTES)))
                .struct_size(STREAM_OPTIONS_BYTES)
                .conditioning(pointer(condition));
    }

    /** The memory of a direct buffer, from its position on. */
    static FloatPointer pointer(FloatBuffer buffer) {
        if (!buffer.isDirect() || buffer.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("buffer=" + buffer + ": must be direct and of the machine's byte order, "
                    + ByteOrder.nativeOrder());
        }
        return new FloatPointer(buffer.slice());
    }

    @Override
    public void close() {
        handle.close();
    }
}
