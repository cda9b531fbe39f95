package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.onnx.internal.OnnxModel.Node;
import java.util.ArrayList;
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

    /** Some frame far from both ends. */
    private static final long FRAME = 1L << 32;

    /** How the times of a node's output and input belong together: {@code output = input * times - shift + 0..span}. */
    private record Times(long times, long shift, long span) {
        static final Times SAME = new Times(1, 0, 0);
    }

    /** Samples from one to another, that one included. */
    private record Span(long first, long last) {
        Span with(@Nullable Span other) {
            return other == null ? this : new Span(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    /** Looks at a decoder; null if it does what is not known to keep the times apart. */
    static @Nullable ReceptiveField of(List<Node> decoder, OnnxModel model, String frames) {
        String output = model.outputs().get(0).name();
        Map<String, Long> steps = new HashMap<>(); // samples of a frame, for each tensor that has a time
        List<Times> times = new ArrayList<>();
        steps.put(frames, 1L);
        for (Node node : decoder) {
            Times of = times(node, model, steps.keySet());
            if (of == null) {
                return null;
            }
            times.add(of);
            for (String input : node.inputs()) {
                Long step = steps.get(input);
                if (step != null) {
                    Long before = steps.put(node.outputs().get(0), step * of.times);
                    if (step * of.times > LARGEST_STEP || before != null && before != step * of.times) {
                        return null;
                    }
                }
            }
        }
        Long step = steps.get(output);
        if (step == null) {
            return null;
        }
        Map<String, Span> needed = new HashMap<>();
        needed.put(output, new Span(FRAME * step, (FRAME + 1) * step - 1));
        for (int i = decoder.size() - 1; i >= 0; i--) {
            Span made = needed.get(decoder.get(i).outputs().get(0));
            if (made != null) {
                Times of = times.get(i);
                Span taken = new Span(
                        -Math.floorDiv(-(made.first + of.shift - of.span), of.times),
                        Math.floorDiv(made.last + of.shift, of.times));
                for (String input : decoder.get(i).inputs()) {
                    if (steps.containsKey(input)) {
                        needed.put(input, taken.with(needed.get(input)));
                    }
                }
            }
        }
        Span taken = needed.get(frames);
        if (taken == null) {
            return null;
        }
        long context = Math.max(0, Math.max(FRAME - taken.first, taken.last - FRAME));
        return context > LARGEST_CONTEXT ? null : new ReceptiveField(step.intValue(), (int) context);
    }

    private static @Nullable Times times(Node node, OnnxModel model, Set<String> timed) {
        if (node.captured().stream().anyMatch(timed::contains)) {
            return null;
        }
        if (node.inputs().stream().noneMatch(timed::contains)) {
            return Times.SAME; // made of constants or conditions
        }
        return switch (node.operator()) {
            case "Conv", "ConvTranspose" -> {
                OnnxModel.Tensor weight = node.inputs().size() > 1
                        ? model.initializers().get(node.inputs().get(1))
                        : null;
                boolean padsAsTold = node.automaticPadding().isEmpty()
                        || node.automaticPadding().equals("NOTSET");
                if (weight == null || weight.shape().length != 3 || !padsAsTold) {
                    yield null;
                }
                long span = (weight.shape()[2] - 1) * node.integers("dilations", 1)[0];
                yield node.operator().equals("Conv") ? convolved(node, span) : upsampled(node, span);
            }
            default -> POINTWISE.contains(node.operator()) ? Times.SAME : null;
        };
    }

    /** One that keeps the length. */
    private static @Nullable Times convolved(Node node, long span) {
        long[] pads = pads(node);
        if (node.integers("strides", 1)[0] != 1 || pads[0] < 0 || pads[1] < 0 || pads[0] + pads[1] != span) {
            return null;
        }
        return new Times(1, pads[1], span);
    }

    /** One that makes the length a multiple of itself. */
    private static @Nullable Times upsampled(Node node, long span) {
        long[] pads = pads(node);
        long times = node.integers("strides", 1)[0];
        long extra = node.integers("output_padding", 0)[0];
        if (times < 1
                || times > LARGEST_STEP
                || pads[0] < 0
                || pads[0] > span
                || span + 1 + extra - pads[0] - pads[1] != times
                || node.integers().containsKey("output_shape")) {
            return null;
        }
        return new Times(times, pads[0], span);
    }

    private static long[] pads(Node node) {
        long[] pads = node.integers("pads", 0);
        return pads.length == 2 ? pads : new long[] {pads[0], pads[0]};
    }
}
