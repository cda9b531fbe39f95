package dev.duplexvoice.onnx.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What a decoder's runs read from and write to, outside the heap, so that ONNX Runtime takes it as it is. */
final class ChunkMemory {
    private final int frames;
    private final FloatBuffer input;
    private final FloatBuffer output;

    /** Memory for runs of so many frames. */
    ChunkMemory(int frames, int channels, int samplesPerFrame) {
        this.frames = frames;
        this.input = floats(frames, channels);
        this.output = floats(frames, samplesPerFrame);
    }

    private static FloatBuffer floats(int rows, int columns) {
        int bytes = Math.multiplyExact(Math.multiplyExact(rows, columns), Float.BYTES);
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** Frames that fit. */
    int frames() {
        return frames;
    }

    /** Room for an input of so many values. */
    FloatBuffer input(int values) {
        return input.slice(0, values);
    }

    /** Room for an output of so many values. */
    FloatBuffer output(int values) {
        return output.slice(0, values);
    }
}
