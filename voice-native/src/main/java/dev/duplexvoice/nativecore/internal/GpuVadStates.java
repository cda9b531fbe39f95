package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

/** States that stay on a GPU, a {@code voice_vad_gpu}; windows are put into the two pinned buffers that it copies from. */
final class GpuVadStates implements VadStates {
    /** {@code voice_vad_gpu_precision}. */
    private enum Precision {
        TENSOR,
        FLOAT
    }

    private static final int OPTIONS_BYTES = 20;
    private static final int ALL_STREAMS = -1;

    private final VoiceLibrary.VadGpu gpu;
    private final int room;
    private final ShortBuffer even;
    private final long evenAddress;
    private final ShortBuffer odd;
    private ShortBuffer windows;

    private GpuVadStates(VoiceLibrary.VadGpu gpu, int room, int samples) {
        this.gpu = gpu;
        this.room = room;
        evenAddress = VoiceLibrary.voice_vad_gpu_windows_address(gpu);
        even = buffer(gpu, samples);
        // The second buffer comes after a tick. Two ticks also show, before any caller depends on it, that the GPU
        // computes.
        FloatBuffer probability = DirectMemory.allocate(Float.BYTES).asFloatBuffer();
        FloatPointer probabilityPointer = new FloatPointer(probability);
        Status.check(VoiceLibrary.voice_vad_gpu_process(gpu, 1, null, probabilityPointer));
        odd = buffer(gpu, samples);
        Status.check(VoiceLibrary.voice_vad_gpu_process(gpu, 1, null, probabilityPointer));
        Status.check(VoiceLibrary.voice_vad_gpu_reset(gpu, ALL_STREAMS));
        windows = current();
    }

    private static ShortBuffer buffer(VoiceLibrary.VadGpu gpu, int samples) {
        ShortPointer pointer = VoiceLibrary.voice_vad_gpu_windows(gpu);
        return pointer.capacity(samples).asBuffer();
    }

    private ShortBuffer current() {
        return VoiceLibrary.voice_vad_gpu_windows_address(gpu) == evenAddress ? even : odd;
    }

    /**
     * Opens states on the first GPU: on its tensor cores, or in floats where it has too little shared memory for those.
     *
     * @throws VoiceException if there is no plugin, no GPU or not enough memory, or the GPU does not compute
     */
    static GpuVadStates open(VoiceLibrary.Vad vad, int capacity) {
        GpuPlugin.locate();
        VoiceLibrary.VadGpu gpu = new VoiceLibrary.VadGpu();
        int status = open(vad, capacity, Precision.TENSOR, gpu);
        if (status == Status.ERROR_UNSUPPORTED) {
            status = open(vad, capacity, Precision.FLOAT, gpu);
        }
        Status.check(status);
        try {
            return new GpuVadStates(gpu, capacity, capacity * VoiceLibrary.voice_vad_window_samples(vad));
        } catch (Throwable e) {
            VoiceLibrary.voice_vad_gpu_close(gpu);
            throw e;
        }
    }

    private static int open(VoiceLibrary.Vad vad, int capacity, Precision precision, VoiceLibrary.VadGpu gpu) {
        VoiceLibrary.VadGpuOptions options =
                new VoiceLibrary.VadGpuOptions(new BytePointer(DirectMemory.allocate(OPTIONS_BYTES)));
        options.struct_size(OPTIONS_BYTES)
                .device(0)
                .max_streams(capacity)
                .precision(precision.ordinal())
                .chunk_streams(0);
        return VoiceLibrary.voice_vad_gpu_open(vad, options, gpu);
    }

    @Override
    public int room() {
        return room;
    }

    @Override
    public ShortBuffer windows() {
        return windows;
    }

    @Override
    public int advance(int count, IntBuffer rows, IntPointer rowsPointer, FloatPointer probabilities) {
        int status = VoiceLibrary.voice_vad_gpu_process(
                gpu, count, inOrder(count, rows) ? null : rowsPointer, probabilities);
        if (status == Status.OK) {
            windows = current();
        }
        return status;
    }

    /** All callers from the first one on, each at its own place: a tick of that kind is the fastest. */
    private static boolean inOrder(int count, IntBuffer rows) {
        for (int i = 0; i < count; i++) {
            if (rows.get(i) != i) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int clear(int caller) {
        return VoiceLibrary.voice_vad_gpu_reset(gpu, caller);
    }

    @Override
    public void close() {
        VoiceLibrary.voice_vad_gpu_close(gpu);
    }
}
