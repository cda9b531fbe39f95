package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

/** A {@code voice_resampler}. */
public final class NativeResampler implements Resampler {
    /** Samples that go into one native call, at 48 kHz 20 ms. */
    private static final int CHUNK_SAMPLES = 960;
    /**
     * Half the filter's length at the default quality, at the lower of the two rates: what may be held back at one time
     * and come out at another. SpeexDSP's table has 80 taps for quality 5; twice that leaves room for other qualities.
     */
    private static final int FILTER_SAMPLES = 80;

    private final VoiceLibrary.ResamplerHandle resampler;
    private final NativeHandle handle;
    private final int inputRate;
    private final int outputRate;
    private final int heldOutput;

    private final ShortBuffer input;
    private final ShortBuffer output;
    private final IntBuffer inputCount = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
    private final IntBuffer outputCount = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
    private final ShortPointer inputPointer;
    private final ShortPointer outputPointer;
    private final IntPointer inputCountPointer;
    private final IntPointer outputCountPointer;

    private NativeResampler(VoiceLibrary.ResamplerHandle resampler, int inputRate, int outputRate) {
        this.resampler = resampler;
        this.inputRate = inputRate;
        this.outputRate = outputRate;
        this.heldOutput = FILTER_SAMPLES * Math.max(1, (outputRate + inputRate - 1) / inputRate) + 1;
        this.input = DirectMemory.allocate(CHUNK_SAMPLES * Short.BYTES).asShortBuffer();
        this.output =
                DirectMemory.allocate(maxOutput(CHUNK_SAMPLES) * Short.BYTES).asShortBuffer();
        this.inputPointer = new ShortPointer(input);
        this.outputPointer = new ShortPointer(output);
        this.inputCountPointer = new IntPointer(inputCount);
        this.outputCountPointer = new IntPointer(outputCount);
        this.handle = new NativeHandle("resampler", () -> VoiceLibrary.voice_resampler_close(resampler));
    }

    /**
     * Opens a resampler.
     *
     * @throws VoiceException if a rate is not supported
     */
    public static NativeResampler open(int inputRate, int outputRate) {
        NativeLoader.require();
        VoiceLibrary.ResamplerHandle resampler = new VoiceLibrary.ResamplerHandle();
        Status.check(VoiceLibrary.voice_resampler_open(inputRate, outputRate, null, resampler));
        return new NativeResampler(resampler, inputRate, outputRate);
    }

    @Override
    public int inputRate() {
        return inputRate;
    }

    @Override
    public int outputRate() {
        return outputRate;
    }

    @Override
    public synchronized int process(short[] input, int inputOffset, int inputLength, short[] output, int outputOffset) {
        Objects.checkFromIndexSize(inputOffset, inputLength, input.length);
        checkRoom(output, outputOffset, maxOutput(inputLength));
        handle.enter();
        try {
            int used = 0;
            int made = 0;
            while (used < inputLength) {
                int chunk = Math.min(inputLength - used, CHUNK_SAMPLES);
                this.input.put(0, input, inputOffset + used, chunk);
                inputCount.put(0, chunk);
                outputCount.put(0, this.output.capacity());
                Status.check(VoiceLibrary.voice_resampler_process(
                        resampler, inputPointer, inputCountPointer, outputPointer, outputCountPointer));
                int samples = outputCount.get(0);
                this.output.get(0, output, outputOffset + made, samples);
                made += samples;
                used += inputCount.get(0);
            }
            return made;
        } finally {
            handle.exit();
        }
    }

    @Override
    public synchronized int flush(short[] output, int outputOffset) {
        checkRoom(output, outputOffset, maxOutput(0));
        handle.enter();
        try {
            int made = 0;
            int status;
            do {
                outputCount.put(0, this.output.capacity());
                status = Status.check(VoiceLibrary.voice_resampler_flush(resampler, outputPointer, outputCountPointer));
                int samples = outputCount.get(0);
                this.output.get(0, output, outputOffset + made, samples);
                made += samples;
            } while (status != Status.END);
            Status.check(VoiceLibrary.voice_resampler_reset(resampler));
            return made;
        } finally {
            handle.exit();
        }
    }

    private static void checkRoom(short[] output, int outputOffset, int needed) {
        if (outputOffset < 0 || output.length - outputOffset < needed) {
            throw new IllegalArgumentException("output.length=" + output.length + ", outputOffset=" + outputOffset
                    + ": needs room for " + needed + " samples");
        }
    }

    @Override
    public int maxOutput(int inputLength) {
        return Math.toIntExact(((long) inputLength * outputRate + inputRate - 1) / inputRate + heldOutput);
    }

    @Override
    public synchronized void reset() {
        handle.enter();
        try {
            Status.check(VoiceLibrary.voice_resampler_reset(resampler));
        } finally {
            handle.exit();
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
