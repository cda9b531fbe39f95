package dev.duplexvoice.onnx.internal;

import com.google.protobuf.CodedOutputStream;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.internal.OnnxModel.Node;
import dev.duplexvoice.onnx.internal.OnnxModel.Slice;
import dev.duplexvoice.onnx.internal.OnnxModel.Tensor;
import dev.duplexvoice.onnx.internal.OnnxModel.Value;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a model of some of another model's nodes. Its nodes and weights are read from the file straight to where ONNX Runtime takes
 * them from, so each weight is in memory once.
 */
final class OnnxWriter {
    /** A piece of the new model: bytes of the old file, or new ones. */
    private sealed interface Piece {
        int length();
    }

    private record Old(Slice slice) implements Piece {
        @Override
        public int length() {
            return slice.length();
        }
    }

    private record New(byte[] bytes) implements Piece {
        @Override
        public int length() {
            return bytes.length;
        }
    }

    private final OnnxModel model;
    private final List<Piece> graph = new ArrayList<>();

    private OnnxWriter(OnnxModel model) {
        this.model = model;
    }

    /**
     * A model of these nodes in a direct buffer, ready to be read.
     *
     * @param nodes in topological order
     * @param oldInputs inputs of the model that stay inputs
     * @param newInputs tensors of float32 that become inputs
     * @param outputs tensors that become outputs
     * @throws VoiceException if the file cannot be read any more
     */
    static ByteBuffer write(
            OnnxModel model, List<Node> nodes, List<Value> oldInputs, List<String> newInputs, List<String> outputs) {
        OnnxWriter writer = new OnnxWriter(model);
        writer.addGraph(nodes, oldInputs, newInputs, outputs);
        try (FileChannel file = FileChannel.open(model.file())) {
            return writer.assemble(file);
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, "model=" + model.file() + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private void addGraph(List<Node> nodes, List<Value> oldInputs, List<String> newInputs, List<String> outputs) {
        Set<String> used = new HashSet<>();
        for (Node node : nodes) {
            used.addAll(node.inputs());
            used.addAll(node.captured());
            addOld(1, node.bytes());
        }
        graph.add(new New(field(2, "part".getBytes(StandardCharsets.US_ASCII))));
        for (Tensor tensor : model.initializers().values()) {
            if (used.contains(tensor.name())) {
                addOld(5, tensor.bytes());
            }
        }
        // Their names are not known; what is not used does no harm.
        model.sparseInitializers().forEach(slice -> addOld(15, slice));
        oldInputs.forEach(input -> addOld(11, input.bytes()));
        newInputs.forEach(input -> graph.add(new New(field(11, floatValue(input)))));
        outputs.forEach(output -> graph.add(new New(field(12, message(out -> out.writeString(1, output))))));
    }

    private void addOld(int field, Slice slice) {
        graph.add(new New(head(field, slice.length())));
        graph.add(new Old(slice));
    }

    private ByteBuffer assemble(FileChannel file) throws IOException {
        long graphLength = graph.stream().mapToLong(Piece::length).sum();
        List<Piece> all = new ArrayList<>();
        model.header().forEach(slice -> all.add(new Old(slice)));
        all.add(new New(head(7, Math.toIntExact(graphLength))));
        all.addAll(graph);
        long length = all.stream().mapToLong(Piece::length).sum();
        ByteBuffer target = ByteBuffer.allocateDirect(Math.toIntExact(length));
        for (Piece piece : all) {
            if (piece instanceof New fresh) {
                target.put(fresh.bytes());
            } else if (piece instanceof Old old) {
                copy(file, old.slice(), target);
            }
        }
        return target.flip();
    }

    private static void copy(FileChannel file, Slice slice, ByteBuffer target) throws IOException {
        int end = target.position() + slice.length();
        target.limit(end);
        long at = slice.offset();
        while (target.hasRemaining()) {
            int read = file.read(target, at);
            if (read < 0) {
                throw new EOFException("it became shorter while it was being read");
            }
            at += read;
        }
        target.limit(target.capacity());
    }

    /** Without a shape: it is the graph that knows. */
    private static byte[] floatValue(String name) {
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, field(1, message(tensor -> tensor.writeInt32(1, OnnxModel.FLOAT))));
        });
    }

    private static byte[] head(int field, int length) {
        return message(out -> {
            out.writeTag(field, 2);
            out.writeUInt32NoTag(length);
        });
    }

    private static byte[] field(int field, byte[] content) {
        return message(out -> out.writeByteArray(field, content));
    }

    /** Something that writes fields. */
    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);
        try {
            body.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }
}
