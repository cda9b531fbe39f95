package dev.duplexvoice.benchmarks.vocoder;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes an ONNX model node by node, opset 15. Field numbers are those of the published format. */
final class OnnxGraph {
    private static final int OPSET = 15;
    private static final int IR = 8;
    private static final int FLOAT = 1;
    private static final int FLOAT_ATTRIBUTE = 1;
    private static final int INTEGERS_ATTRIBUTE = 7;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /** An attribute of a node. */
    record Attribute(String name, float number, long... integers) {
        static Attribute of(String name, long... integers) {
            return new Attribute(name, 0, integers);
        }
    }

    void node(String operator, List<String> inputs, String output, Attribute... attributes) {
        add(1, node -> {
            for (String input : inputs) {
                node.writeString(1, input);
            }
            node.writeString(2, output);
            node.writeString(4, operator);
            for (Attribute attribute : attributes) {
                node.writeByteArray(5, message(out -> write(attribute, out)));
            }
        });
    }

    private static void write(Attribute attribute, CodedOutputStream out) throws IOException {
        out.writeString(1, attribute.name());
        if (attribute.integers().length == 0) {
            out.writeFloat(2, attribute.number());
            out.writeInt32(20, FLOAT_ATTRIBUTE);
            return;
        }
        for (long value : attribute.integers()) {
            out.writeInt64(8, value);
        }
        out.writeInt32(20, INTEGERS_ATTRIBUTE);
    }

    /** A constant. */
    void tensor(String name, float[] values, int... shape) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        add(5, out -> {
            for (int size : shape) {
                out.writeInt64(1, size);
            }
            out.writeInt32(2, FLOAT);
            out.writeString(8, name);
            out.writeByteArray(9, raw.array());
        });
    }

    /** What goes in: float32, of three dimensions of which the last is open. */
    void input(String name, int first, int second) {
        add(11, value(name, first, second));
    }

    /** What comes out, in the same form. */
    void output(String name, int first, int second) {
        add(12, value(name, first, second));
    }

    private static Body value(String name, int first, int second) {
        byte[] shape = message(out -> {
            for (int size : List.of(first, second)) {
                out.writeByteArray(1, message(dimension -> dimension.writeInt64(1, size)));
            }
            out.writeByteArray(1, message(dimension -> dimension.writeString(2, name + "_length")));
        });
        byte[] tensor = message(out -> {
            out.writeInt32(1, FLOAT);
            out.writeByteArray(2, shape);
        });
        return out -> {
            out.writeString(1, name);
            out.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        };
    }

    /** The model. */
    byte[] bytes() {
        return message(model -> {
            model.writeInt64(1, IR);
            model.writeByteArray(7, message(out -> {
                out.writeString(2, "generator");
                out.writeRawBytes(graph.toByteArray());
            }));
            model.writeByteArray(8, message(opset -> opset.writeInt64(2, OPSET)));
        });
    }

    private void add(int field, Body body) {
        graph.writeBytes(message(out -> out.writeByteArray(field, message(body))));
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
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }
}
