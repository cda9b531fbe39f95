package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** A {@code voice_vad}. Immutable; freed when it and the last of its batches are closed. */
public final class NativeVoiceActivityDetector implements VoiceActivityDetector {
    private static final int MAX_CAPACITY = 65_536;
    private static final int OPTIONS_BYTES = 8;

    private final String name;
    private final VoiceLibrary.Vad vad;
    private final NativeHandle handle;
    private final int sampleRate;
    private final int windowSamples;
    private volatile VadDevice device = VadDevice.CPU;
    private volatile VoiceTelemetry telemetry = VoiceTelemetry.disabled();
    /** Why there is no GPU for it though one was asked for. */
    private volatile @Nullable String fallback;

    private NativeVoiceActivityDetector(String name, VoiceLibrary.Vad vad) {
        this.name = name;
        this.vad = vad;
        this.handle = new NativeHandle("detector " + name, () -> VoiceLibrary.voice_vad_close(vad));
        this.sampleRate = VoiceLibrary.voice_vad_sample_rate(vad);
        this.windowSamples = VoiceLibrary.voice_vad_window_samples(vad);
    }

    /** With a GPU that has been tried, or, without one, on the CPU. */
    private NativeVoiceActivityDetector on(VadDevice wanted) {
        if (wanted == VadDevice.CUDA) {
            try {
                GpuVadStates.open(vad, 1).close();
                device = VadDevice.CUDA;
            } catch (VoiceException e) {
                GpuFallback.DETECTOR.unavailable(name, e.getMessage() + GpuPlugin.remedy());
                fallback = String.valueOf(e.getMessage());
            }
        }
        return this;
    }

    /**
     * Opens a model file.
     *
     * @param device where to compute; on the CPU if that cannot be
     * @throws VoiceException if it cannot be used
     */
    public static NativeVoiceActivityDetector open(String name, Path model, int sampleRate, VadDevice device) {
        NativeLoader.require();
        VoiceLibrary.Vad vad = new VoiceLibrary.Vad();
        Status.check(VoiceLibrary.voice_vad_open_file(DirectMemory.string(model.toString()), options(sampleRate), vad));
        return new NativeVoiceActivityDetector(name, vad).on(device);
    }

    /**
     * Opens a model that is in memory.
     *
     * @param device where to compute; on the CPU if that cannot be
     * @throws VoiceException if it cannot be used
     */
    public static NativeVoiceActivityDetector open(String name, byte[] model, int sampleRate, VadDevice device) {
        NativeLoader.require();
        ByteBuffer memory = DirectMemory.allocate(model.length).put(0, model);
        VoiceLibrary.Vad vad = new VoiceLibrary.Vad();
        Status.check(
                VoiceLibrary.voice_vad_open_memory(new BytePointer(memory), model.length, options(sampleRate), vad));
        return new NativeVoiceActivityDetector(name, vad).on(device);
    }

    private static VoiceLibrary.VadOptions options(int sampleRate) {
        VoiceLibrary.VadOptions options =
                new VoiceLibrary.VadOptions(new BytePointer(DirectMemory.allocate(OPTIONS_BYTES)));
        return options.struct_size(OPTIONS_BYTES).sample_rate(sampleRate);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    @Override
    public int windowSamples() {
        return windowSamples;
    }

    @Override
    public VadDevice device() {
        return device;
    }

    /** {@inheritDoc} That it was opened for a GPU and has none is told at once. */
    @Override
    public void telemetry(VoiceTelemetry value) {
        telemetry = value;
        String reason = fallback;
        if (reason != null) {
            value.on(new ServiceEvent.FellBack(System.nanoTime(), "vad", reason));
        }
    }

    @Override
    public VadBatch newBatch(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity=" + capacity + ": must be 1 to " + MAX_CAPACITY);
        }
        // The batch stays entered until it is closed: that is what keeps the model alive.
        handle.enter();
        try {
            return new NativeVadBatch(this, capacity);
        } catch (Throwable e) {
            handle.exit();
            throw e;
        }
    }

    @Override
    public void close() {
        handle.close();
    }

    VoiceLibrary.Vad vad() {
        return vad;
    }

    /** States for a batch, which closes them. */
    VadStates newStates(int capacity) {
        if (device == VadDevice.CUDA) {
            try {
                return GpuVadStates.open(vad, capacity);
            } catch (VoiceException e) {
                gpuFailed(String.valueOf(e.getMessage()));
            }
        }
        return new CpuVadStates(vad, capacity);
    }

    /** The GPU has failed a batch: the next ones compute on the CPU. */
    void gpuFailed(String reason) {
        boolean first;
        synchronized (this) {
            first = device == VadDevice.CUDA;
            device = VadDevice.CPU;
        }
        GpuFallback.DETECTOR.failed(name, reason);
        if (first) {
            telemetry.on(new ServiceEvent.FellBack(System.nanoTime(), "vad", reason));
        }
    }

    /** Called once by a batch that is closed. */
    void batchClosed() {
        handle.exit();
    }
}
