package dev.duplexvoice.onnx.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The structure of an ONNX file. Weights and whatever else nobody asks about are known by their place in the file only.
 *
 * @param file the file
 * @param header the fields of the model besides its graph, as they stand in the file, tags included
 * @param nodes in the order of the file, which is topological
 * @param initializers by name
 * @param sparseInitializers each without its tag
 * @param inputs those that a caller gives
 * @param outputs of the graph
 */
record OnnxModel(
        Path file,
        List<Slice> header,
        List<Node> nodes,
        Map<String, Tensor> initializers,
        List<Slice> sparseInitializers,
        List<Value> inputs,
        List<Value> outputs) {
    static final int FLOAT = 1;
    static final int INT64 = 7;

    /** Bytes of the file. */
    record Slice(long offset, int length) {}

    /**
     * An operation.
     *
     * @param captured tensors that graphs within it take from outside
     * @param integers its attributes that are integers or lists of them
     * @param automaticPadding its attribute {@code auto_pad}, empty if there is none
     */
    record Node(
            String operator,
            List<String> inputs,
            List<String> outputs,
            Set<String> captured,
            Map<String, long[]> integers,
            String automaticPadding,
            Slice bytes) {

        /** The attribute, or a list of one value if the node has none of this name. */
        long[] integers(String name, long otherwise) {
            return integers.getOrDefault(name, new long[] {otherwise});
        }
    }

    /** A constant. */
    record Tensor(String name, long[] shape, Slice bytes) {}

    /** An input or output; {@code elementType} is 0 if it is not a tensor or not told. */
    record Value(String name, int elementType, Slice bytes) {}

    /** Whether a caller must give it. */
    boolean takes(String input) {
        return inputs.stream().anyMatch(value -> value.name().equals(input));
    }
}
