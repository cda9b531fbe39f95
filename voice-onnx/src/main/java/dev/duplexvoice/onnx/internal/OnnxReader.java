package dev.duplexvoice.onnx.internal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.internal.OnnxModel.Node;
import dev.duplexvoice.onnx.internal.OnnxModel.Slice;
import dev.duplexvoice.onnx.internal.OnnxModel.Tensor;
import dev.duplexvoice.onnx.internal.OnnxModel.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure of an ONNX file in one pass over its wire format. Field numbers are those of the published format; fields
 * that are not needed are skipped, weights among them, so a file of any size costs little memory.
 */
final class OnnxReader {
    /** Graphs within graphs; a file that nests deeper was made to harm. */
    private static final int DEEPEST = 16;

    private static final int EXTERNAL = 1;

    private final Path file;
    private final long size;
    private final CodedInputStream in;

    private final List<Slice> header = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final List<Slice> sparse = new ArrayList<>();
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private boolean graphSeen;

    private OnnxReader(Path file, long size, CodedInputStream in) {
        this.file = file;
        this.size = size;
        this.in = in;
    }

    /**
     * Reads a file.
     *
     * @throws VoiceException if it cannot be read or is no complete ONNX model with all its weights
     */
    static OnnxModel read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            long size = Files.size(file);
            if (size > Integer.MAX_VALUE) {
                throw new VoiceException(
                        VoiceException.Code.UNSUPPORTED,
                        "model=" + file + ": is larger than 2 GiB, the most that a model may have");
            }
            try (InputStream bytes = Files.newInputStream(file)) {
                CodedInputStream in = CodedInputStream.newInstance(bytes, 1 << 16);
                in.setSizeLimit(Integer.MAX_VALUE);
                return new OnnxReader(file, size, in).model();
            }
        } catch (NoSuchFileException e) {
            throw new VoiceException(VoiceException.Code.NOT_FOUND, "model=" + file + ": there is no such file", e);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw damaged(file, e);
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, "model=" + file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static VoiceException damaged(Path file, @Nullable Throwable cause) {
        return new VoiceException(
                VoiceException.Code.MODEL,
                "model=" + file + ": is no ONNX model, or only a part of one; download it again",
                cause);
    }

    private OnnxModel model() throws IOException {
        while (!in.isAtEnd()) {
            long begin = in.getTotalBytesRead();
            int tag = in.readTag();
            if (tag == tag(7)) {
                graphSeen = true;
                within(this::graph);
            } else {
                in.skipField(tag);
                header.add(slice(begin));
            }
        }
        if (!graphSeen || nodes.isEmpty() || outputs.isEmpty()) {
            throw damaged(file, null);
        }
        inputs.removeIf(
                input -> initializers.containsKey(input.name())); // older files list their weights as inputs too
        return new OnnxModel(file, header, nodes, initializers, sparse, inputs, outputs);
    }

    private void graph(long end) throws IOException {
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (tag == tag(1)) {
                nodes.add(node(0));
            } else if (tag == tag(5)) {
                Tensor tensor = tensor();
                initializers.put(tensor.name(), tensor);
            } else if (tag == tag(11)) {
                inputs.add(value());
            } else if (tag == tag(12)) {
                outputs.add(value());
            } else if (tag == tag(15)) {
                int length = in.readRawVarint32();
                sparse.add(new Slice(in.getTotalBytesRead(), length));
                in.skipRawBytes(length);
            } else {
                in.skipField(tag);
            }
        }
    }

    private Node node(int depth) throws IOException {
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        Set<String> captured = new HashSet<>();
        Map<String, long[]> integers = new HashMap<>();
        String[] texts = {"", ""}; // operator, auto_pad
        Slice bytes = within(end -> {
            while (in.getTotalBytesRead() < end) {
                int tag = in.readTag();
                if (tag == tag(1)) {
                    from.add(in.readString());
                } else if (tag == tag(2)) {
                    to.add(in.readString());
                } else if (tag == tag(4)) {
                    texts[0] = in.readString();
                } else if (tag == tag(5)) {
                    within(e -> attribute(e, integers, captured, texts, depth));
                } else {
                    in.skipField(tag);
                }
            }
        });
        return new Node(texts[0], from, to, captured, integers, texts[1], bytes);
    }

    private void attribute(long end, Map<String, long[]> integers, Set<String> captured, String[] texts, int depth)
            throws IOException {
        String name = "";
        String text = "";
        LongArray values = new LongArray();
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (tag == tag(1)) {
                name = in.readString();
            } else if (tag == tag(4)) {
                text = in.readString();
            } else if (tag == tag(6) || tag == tag(11)) {
                within(e -> innerGraph(e, captured, depth + 1));
            } else if (WireFormat.getTagFieldNumber(tag) == 3 || WireFormat.getTagFieldNumber(tag) == 8) {
                integers(tag, values);
            } else {
                in.skipField(tag);
            }
        }
        if (values.size() > 0) {
            integers.put(name, values.toArray());
        }
        if (name.equals("auto_pad")) {
            texts[1] = text;
        }
    }

    /** What its nodes take may come from outside; more than that does no harm. */
    private void innerGraph(long end, Set<String> captured, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw damaged(file, null);
        }
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (tag == tag(1)) {
                Node node = node(depth);
                captured.addAll(node.inputs());
                captured.addAll(node.captured());
            } else if (tag == tag(12)) {
                captured.add(value().name());
            } else {
                in.skipField(tag);
            }
        }
    }

    private Tensor tensor() throws IOException {
        LongArray shape = new LongArray();
        String[] name = {""};
        boolean[] external = {false};
        Slice bytes = within(end -> {
            while (in.getTotalBytesRead() < end) {
                int tag = in.readTag();
                int field = WireFormat.getTagFieldNumber(tag);
                if (field == 1) {
                    integers(tag, shape);
                } else if (tag == tag(8)) {
                    name[0] = in.readString();
                } else if (field == 14 && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                    external[0] = in.readRawVarint32() == EXTERNAL;
                } else {
                    in.skipField(tag);
                }
            }
        });
        if (external[0]) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "model=" + file + ": keeps " + name[0] + " in a file of its own; use a model that is one file");
        }
        return new Tensor(name[0], shape.toArray(), bytes);
    }

    private Value value() throws IOException {
        String[] name = {""};
        int[] elementType = {0};
        Slice bytes = within(end -> {
            while (in.getTotalBytesRead() < end) {
                int tag = in.readTag();
                if (tag == tag(1)) {
                    name[0] = in.readString();
                } else if (tag == tag(2)) {
                    within(e -> type(e, elementType));
                } else {
                    in.skipField(tag);
                }
            }
        });
        return new Value(name[0], elementType[0], bytes);
    }

    private void type(long end, int[] elementType) throws IOException {
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (tag == tag(1)) {
                within(e -> tensorType(e, elementType));
            } else {
                in.skipField(tag);
            }
        }
    }

    private void tensorType(long end, int[] elementType) throws IOException {
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (tag == varint(1)) {
                elementType[0] = in.readRawVarint32();
            } else {
                in.skipField(tag);
            }
        }
    }

    /** One value, or many in one field. */
    private void integers(int tag, LongArray values) throws IOException {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            values.add(in.readRawVarint64());
        } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            within(end -> {
                while (in.getTotalBytesRead() < end) {
                    values.add(in.readRawVarint64());
                }
            });
        } else {
            in.skipField(tag);
        }
    }

    /** Something that reads up to a place in the file. */
    private interface Body {
        void read(long end) throws IOException;
    }

    /** Reads a field's length and what is in it. */
    private Slice within(Body body) throws IOException {
        int length = in.readRawVarint32();
        long begin = in.getTotalBytesRead();
        if (length < 0 || begin + length > size) {
            throw damaged(file, null);
        }
        int outer = in.pushLimit(length);
        body.read(begin + length);
        in.popLimit(outer);
        if (in.getTotalBytesRead() != begin + length) {
            throw damaged(file, null);
        }
        return new Slice(begin, length);
    }

    private Slice slice(long begin) {
        return new Slice(begin, (int) (in.getTotalBytesRead() - begin));
    }

    private static int tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int varint(int field) {
        return field << 3 | WireFormat.WIRETYPE_VARINT;
    }
}
