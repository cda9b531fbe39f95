package dev.duplexvoice.onnx.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Kokoro voice in small, whose audio tells what it was given: the ids in thousandths, the style's first value, the speed in tenths. */
public final class TinyKokoro {
    private TinyKokoro() {}

    /** Writes a model. */
    public static Path model(Path file) {
        return new TinyOnnx()
                .input("input_ids", OnnxModel.INT64, 1, -1)
                .input("style", OnnxModel.FLOAT, 1, 256)
                .input("speed", OnnxModel.FLOAT, 1)
                .output("waveform", -1)
                .longs("flat", new long[] {1}, -1)
                .longs("zero", new long[] {1}, 0)
                .longs("one", new long[] {1}, 1)
                .floats("thousandth", new long[] {1}, 0.001f)
                .floats("tenth", new long[] {1}, 0.1f)
                .node("Cast", List.of("input_ids"), "f0", Map.of("to", new long[] {OnnxModel.FLOAT}))
                .node("Reshape", List.of("f0", "flat"), "f1")
                .node("Mul", List.of("f1", "thousandth"), "ids")
                .node("Reshape", List.of("style", "flat"), "s0")
                .node("Slice", List.of("s0", "zero", "one"), "first")
                .node("Mul", List.of("speed", "tenth"), "fast")
                .node("Concat", List.of("ids", "first", "fast"), "waveform", Map.of("axis", new long[] {0}))
                .write(file);
    }

    /** Writes a vocabulary as {@code config.json} has it. */
    public static Path vocabulary(Path file) {
        return TinyOnnx.text(
                file,
                "{\"n_token\": 60, \"vocab\": {\"$\": 0, \" \": 16, \".\": 4, \"h\": 50, \"ə\": 83, \"l\": 54, \"ˈ\": 156,"
                        + " \"o\": 57, \"ʊ\": 135, \"O\": 31}}");
    }

    /** Writes styles whose first value is the row's number in thousandths. */
    public static Path styles(Path file, int rows) {
        ByteBuffer bytes = values(rows);
        if (file.toString().endsWith(".npy")) {
            String shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", 1, 256), }";
            String header = shape + " ".repeat(127 - 10 - shape.length()) + "\n";
            ByteBuffer npy = ByteBuffer.allocate(10 + header.length() + bytes.remaining())
                    .order(ByteOrder.LITTLE_ENDIAN);
            npy.put((byte) 0x93)
                    .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                    .put((byte) 1)
                    .put((byte) 0);
            npy.putShort((short) header.length())
                    .put(header.getBytes(StandardCharsets.US_ASCII))
                    .put(bytes);
            bytes = npy;
        }
        return write(file, bytes.array());
    }

    private static ByteBuffer values(int rows) {
        ByteBuffer bytes = ByteBuffer.allocate(rows * 256 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            bytes.putFloat(row * 256 * Float.BYTES, row / 1000f);
        }
        return bytes;
    }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
