package dev.duplexvoice.nativecore.internal;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

/** States in one block of direct memory, {@code [capacity][stateFloats]}, advanced by the thread that asks. */
final class CpuVadStates implements VadStates {
    /** A call with more windows costs as much for each, and a window takes more memory than its stream's state. */
    private static final int MOST_WINDOWS = 64;

    private final VoiceLibrary.Vad vad;
    private final int room;
    private final ShortBuffer windows;
    private final ShortPointer windowsPointer;
    private final FloatBuffer states;
    private final FloatPointer statesPointer;
    private final float[] zeroState;

    CpuVadStates(VoiceLibrary.Vad vad, int capacity) {
        this.vad = vad;
        int windowSamples = VoiceLibrary.voice_vad_window_samples(vad);
        int stateFloats = VoiceLibrary.voice_vad_state_floats(vad);
        room = Math.min(capacity, MOST_WINDOWS);
        windows = DirectMemory.allocate(room * windowSamples * Short.BYTES).asShortBuffer();
        windowsPointer = new ShortPointer(windows);
        states = DirectMemory.allocate(capacity * stateFloats * Float.BYTES).asFloatBuffer();
        statesPointer = new FloatPointer(states);
        zeroState = new float[stateFloats];
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
        return VoiceLibrary.voice_vad_process(vad, count, windowsPointer, statesPointer, rowsPointer, probabilities);
    }

    @Override
    public int clear(int caller) {
        states.put(caller * zeroState.length, zeroState);
        return Status.OK;
    }

    /** Does nothing: the memory goes with the buffers. */
    @Override
    public void close() {}
}
