package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.onnx.internal.OnnxModel.Node;
import dev.duplexvoice.onnx.internal.OnnxModel.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a VITS graph comes apart: before the first convolution of its decoder. Names of nodes and of most tensors change from
 * exporter to exporter, those of weights do not, so the convolution is found by its weight.
 *
 * @param front the nodes that make the frames
 * @param decoder the nodes that make the waveform of them
 * @param frames the tensor between them, float32 {@code [1, channels, frames]}
 * @param channels of a frame
 * @param conditions other tensors that the decoder takes from the front part: the speaker's embedding, where there are speakers
 * @param durations the tensor that tells how many frames each id has, or null if it is not known for certain
 * @param field how much of the frames a sample depends on, or null if that is not known
 */
record GraphCut(
        List<Node> front,
        List<Node> decoder,
        String frames,
        int channels,
        List<String> conditions,
        @Nullable String durations,
        @Nullable ReceptiveField field) {
    private static final String FIRST_WEIGHT = "conv_pre.weight";

    /** Finds the place, or returns null if there is none. */
    static @Nullable GraphCut find(OnnxModel model) {
        Node first = firstConvolution(model);
        if (first == null || model.outputs().size() != 1) {
            return null;
        }
        String cut = first.inputs().get(0);
        Tensor weight = model.initializers().get(first.inputs().get(1));
        if (weight == null || weight.shape().length != 3) {
            return null;
        }
        Map<String, Node> makers = new HashMap<>();
        model.nodes().forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
        Set<String> varying = following(model, startingPoints(model));
        Set<String> ofCut = following(model, Set.of(cut));

        Set<Node> decoder = new HashSet<>();
        Set<String> conditions = new LinkedHashSet<>();
        collect(model.outputs().get(0).name(), makers, decoder, tensor -> {
            if (!tensor.equals(cut)
                    && !ofCut.contains(tensor)
                    && varying.contains(tensor)
                    && !isSpeakersLayer(makers.get(tensor))) {
                conditions.add(tensor);
                return true;
            }
            return tensor.equals(cut);
        });
        if (!decoder.contains(first)) {
            return null;
        }
        Set<Node> front = new HashSet<>();
        collect(cut, makers, front, tensor -> false);
        conditions.forEach(condition -> collect(condition, makers, front, tensor -> false));
        List<Node> frontNodes = inOrder(model, front);
        List<Node> decoderNodes = inOrder(model, decoder);
        return new GraphCut(
                frontNodes,
                decoderNodes,
                cut,
                Math.toIntExact(weight.shape()[1]),
                List.copyOf(conditions),
                durations(frontNodes),
                ReceptiveField.of(decoderNodes, model, cut));
    }

    /** It is the decoder's: what goes into it is the vector of the speaker, which other decoders take as well. */
    private static boolean isSpeakersLayer(@Nullable Node maker) {
        return maker != null
                && maker.operator().equals("Conv")
                && maker.inputs().size() > 1
                && maker.inputs().get(1).endsWith("dec.cond.weight");
    }

    private static @Nullable Node firstConvolution(OnnxModel model) {
        Node found = null;
        for (Node node : model.nodes()) {
            if (node.operator().equals("Conv")
                    && node.inputs().size() > 1
                    && isFirstWeight(node.inputs().get(1))) {
                if (found != null) {
                    return null; // two decoders: nobody knows which one speaks
                }
                found = node;
            }
        }
        return found;
    }

    private static boolean isFirstWeight(String name) {
        return name.equals(FIRST_WEIGHT) || name.endsWith("." + FIRST_WEIGHT);
    }

    /** In VITS the number of frames of each id is rounded up, once, and nothing else is. */
    private static @Nullable String durations(List<Node> front) {
        List<Node> rounding =
                front.stream().filter(node -> node.operator().equals("Ceil")).toList();
        return rounding.size() == 1 ? rounding.get(0).outputs().get(0) : null;
    }

    /** What differs from run to run begins here. */
    private static Set<String> startingPoints(OnnxModel model) {
        Set<String> starts = new HashSet<>();
        model.inputs().forEach(input -> starts.add(input.name()));
        for (Node node : model.nodes()) {
            if (node.operator().startsWith("Random")) {
                starts.addAll(node.outputs());
            }
        }
        return starts;
    }

    /** The tensors that depend on one of these, and these. */
    private static Set<String> following(OnnxModel model, Set<String> starts) {
        Set<String> tensors = new HashSet<>(starts);
        for (Node node : model.nodes()) {
            if (node.inputs().stream().anyMatch(tensors::contains)
                    || node.captured().stream().anyMatch(tensors::contains)) {
                tensors.addAll(node.outputs());
            }
        }
        return tensors;
    }

    private interface Boundary {
        boolean endsAt(String tensor);
    }

    /** Adds the nodes that a tensor is made by, back to the boundary. */
    private static void collect(String target, Map<String, Node> makers, Set<Node> nodes, Boundary boundary) {
        List<String> open = new ArrayList<>(List.of(target));
        while (!open.isEmpty()) {
            String tensor = open.remove(open.size() - 1);
            if (boundary.endsAt(tensor)) {
                continue;
            }
            Node maker = makers.get(tensor);
            if (maker != null && nodes.add(maker)) {
                open.addAll(maker.inputs());
                open.addAll(maker.captured());
            }
        }
    }

    private static List<Node> inOrder(OnnxModel model, Set<Node> nodes) {
        return model.nodes().stream().filter(nodes::contains).toList();
    }
}
