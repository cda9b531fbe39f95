package dev.duplexvoice.onnx.internal;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes small ONNX models for tests. Opset 15. */
final class TinyOnnx {
    private static final int OPSET = 15;
    private static final int IR = 8;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    TinyOnnx node(String operator, List<String> inputs, String output) {
        return node(operator, inputs, output, Map.of());
    }

    /** A node with attributes that are lists of integers; those named to, axis, keepdims, group are single ones. */
    TinyOnnx node(String operator, List<String> inputs, String output, Map<String, long[]> attributes) {
        return add(1, message(node -> {
            for (String input : inputs) {
                node.writeString(1, input);
            }
            node.writeString(2, output);
            node.writeString(4, operator);
            for (Map.Entry<String, long[]> attribute : attributes.entrySet()) {
                node.writeByteArray(5, message(out -> {
                    out.writeString(1, attribute.getKey());
                    if (attribute.getKey().equals("alpha")) { // in thousandths
                        out.writeFloat(2, attribute.getValue()[0] / 1_000f);
                        out.writeInt32(20, 1);
                    } else if (List.of("to", "axis", "keepdims", "group").contains(attribute.getKey())) {
                        out.writeInt64(3, attribute.getValue()[0]);
                        out.writeInt32(20, 2);
                    } else {
                        for (long value : attribute.getValue()) {
                            out.writeInt64(8, value);
                        }
                        out.writeInt32(20, 7);
                    }
                }));
            }
        }));
    }

    TinyOnnx floats(String name, long[] shape, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(name, OnnxModel.FLOAT, shape, raw.array());
    }

    TinyOnnx longs(String name, long[] shape, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return tensor(name, OnnxModel.INT64, shape, raw.array());
    }

    private TinyOnnx tensor(String name, int type, long[] shape, byte[] raw) {
        return add(5, message(out -> {
            for (long size : shape) {
                out.writeInt64(1, size);
            }
            out.writeInt32(2, type);
            out.writeString(8, name);
            out.writeByteArray(9, raw);
        }));
    }

    /** A weight that the model says is in another file. */
    TinyOnnx externalFloats(String name, long... shape) {
        return add(5, message(out -> {
            for (long size : shape) {
                out.writeInt64(1, size);
            }
            out.writeInt32(2, OnnxModel.FLOAT);
            out.writeString(8, name);
            out.writeInt32(14, 1);
        }));
    }

    TinyOnnx input(String name, int type, long... shape) {
        return add(11, value(name, type, shape));
    }

    TinyOnnx output(String name, long... shape) {
        return add(12, value(name, OnnxModel.FLOAT, shape));
    }

    private static byte[] value(String name, int type, long... shape) {
        byte[] dimensions = message(out -> {
            for (int i = 0; i < shape.length; i++) {
                long size = shape[i];
                String symbol = name + i;
                out.writeByteArray(1, message(dimension -> {
                    if (size < 0) {
                        dimension.writeString(2, symbol);
                    } else {
                        dimension.writeInt64(1, size);
                    }
                }));
            }
        });
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(
                    2,
                    message(of -> of.writeByteArray(1, message(tensor -> {
                        tensor.writeInt32(1, type);
                        tensor.writeByteArray(2, dimensions);
                    }))));
        });
    }

    /** Writes the model. */
    Path write(Path file) {
        byte[] bytes = message(model -> {
            model.writeInt64(1, IR);
            model.writeString(2, "test");
            model.writeByteArray(7, message(out -> {
                out.writeString(2, "tiny");
                out.writeRawBytes(graph.toByteArray());
            }));
            model.writeByteArray(8, message(opset -> opset.writeInt64(2, OPSET)));
        });
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TinyOnnx add(int field, byte[] message) {
        graph.writeBytes(message(out -> out.writeByteArray(field, message)));
        return this;
    }

    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            body.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Path text(Path file, String text) {
        try {
            return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
