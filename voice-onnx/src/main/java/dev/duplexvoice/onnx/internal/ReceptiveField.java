package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.onnx.internal.OnnxModel.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the samples that a decoder makes depend on its frames; worked out from the sizes, steps and paddings of its convolutions. With
 * {@code context} frames more on each side, a part of the frames gives the very samples that all of them would give.
 *
 * @param samplesPerFrame samples of one frame
 * @param context frames on each side that a frame's samples depend on
 */
record ReceptiveField(int samplesPerFrame, int context) {
    private static final int LARGEST_STEP = 1 << 16;
    private static final int LARGEST_CONTEXT = 1 << 10;

    /** Operations that take each sample by itself, or several of one time. */
    private static final Set<String> POINTWISE = Set.of(
            "Abs",
            "Add",
            "Cast",
            "Clip",
            "Cos",
            "Div",
            "Elu",
            "Exp",
            "Identity",
            "LeakyRelu",
            "Mul",
            "Neg",
            "Pow",
            "PRelu",
            "Reciprocal",
            "Relu",
            "Sigmoid",
            "Sin",
            "Sqrt",
            "Sub",
            "Sum",
            "Tanh",
            "Unsqueeze");

    /** Sample {@code i} of a tensor depends on the frames from {@code (i - before) / step} to {@code (i + after) / step}. */
    private record Reach(long step, long before, long after) {}

    /** Looks at a decoder; null if it does what is not known to keep the times apart. */
    static @Nullable ReceptiveField of(List<Node> decoder, OnnxModel model, String frames) {
        Map<String, Reach> reaches = new HashMap<>();
        reaches.put(frames, new Reach(1, 0, 0));
        for (Node node : decoder) {
            if (node.captured().stream().anyMatch(reaches::containsKey)) {
                return null;
            }
            if (node.inputs().stream().noneMatch(reaches::containsKey)) {
                continue; // made of constants or conditions
            }
            Reach reach = reach(node, model, reaches);
            if (reach == null
                    || reach.step > LARGEST_STEP
                    || Math.max(reach.before, reach.after) > LARGEST_CONTEXT * reach.step) {
                return null;
            }
            reaches.put(node.outputs().get(0), reach);
        }
        Reach whole = reaches.get(model.outputs().get(0).name());
        if (whole == null) {
            return null;
        }
        long context = Math.max(ceilDiv(whole.before, whole.step), ceilDiv(whole.after, whole.step));
        return new ReceptiveField((int) whole.step, (int) context);
    }

    private static @Nullable Reach reach(Node node, OnnxModel model, Map<String, Reach> reaches) {
        return switch (node.operator()) {
            case "Conv", "ConvTranspose" -> {
                Reach input = reaches.get(node.inputs().get(0));
                OnnxModel.Tensor weight = node.inputs().size() > 1
                        ? model.initializers().get(node.inputs().get(1))
                        : null;
                boolean padsItself = node.automaticPadding().isEmpty()
                        || node.automaticPadding().equals("NOTSET");
                if (input == null || weight == null || weight.shape().length != 3 || !padsItself) {
                    yield null;
                }
                yield node.operator().equals("Conv")
                        ? convolved(node, weight.shape()[2], input)
                        : upsampled(node, weight.shape()[2], input);
            }
            default -> POINTWISE.contains(node.operator()) ? widest(node, reaches) : null;
        };
    }

    /** One that keeps the length. */
    private static @Nullable Reach convolved(Node node, long size, Reach input) {
        long[] pads = pads(node);
        long span = (size - 1) * node.integers("dilations", 1)[0];
        if (node.integers("strides", 1)[0] != 1 || pads[0] < 0 || pads[1] < 0 || pads[0] + pads[1] != span) {
            return null;
        }
        return new Reach(input.step, input.before + pads[0], input.after + pads[1]);
    }

    /** One that makes the length a multiple of itself. */
    private static @Nullable Reach upsampled(Node node, long size, Reach input) {
        long[] pads = pads(node);
        long times = node.integers("strides", 1)[0];
        long span = (size - 1) * node.integers("dilations", 1)[0];
        long extra = node.integers("output_padding", 0)[0];
        if (times < 1
                || times > LARGEST_STEP
                || pads[0] < 0
                || pads[0] > span
                || span + 1 + extra - pads[0] - pads[1] != times
                || node.integers().containsKey("output_shape")) {
            return null;
        }
        return new Reach(input.step * times, input.before * times + span - pads[0], input.after * times + pads[0]);
    }

    private static long[] pads(Node node) {
        long[] pads = node.integers("pads", 0);
        return pads.length == 2 ? pads : new long[] {pads[0], pads[0]};
    }

    private static @Nullable Reach widest(Node node, Map<String, Reach> reaches) {
        Reach widest = null;
        for (String name : node.inputs()) {
            Reach input = reaches.get(name);
            if (input != null) {
                if (widest != null && widest.step != input.step) {
                    return null;
                }
                widest = widest == null
                        ? input
                        : new Reach(
                                input.step, Math.max(widest.before, input.before), Math.max(widest.after, input.after));
            }
        }
        return widest;
    }

    private static long ceilDiv(long value, long by) {
        return (value + by - 1) / by;
    }
}
