package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.onnx.internal.OnnxModel.Node;
import dev.duplexvoice.onnx.internal.OnnxModel.Slice;
import dev.duplexvoice.onnx.internal.OnnxModel.Tensor;
import dev.duplexvoice.onnx.internal.OnnxModel.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Decoders of one or two operations, worked out by hand. */
class ReceptiveFieldTest {
    private static final Slice NOWHERE = new Slice(0, 0);

    private static Node node(String operator, String input, String output, Map<String, long[]> attributes) {
        return new Node(operator, List.of(input, "weight"), List.of(output), Set.of(), attributes, "", NOWHERE);
    }

    private static ReceptiveField field(long kernel, Node... nodes) {
        OnnxModel model = new OnnxModel(
                Path.of("none"),
                List.of(),
                List.of(nodes),
                Map.of("weight", new Tensor("weight", new long[] {1, 1, kernel}, NOWHERE)),
                List.of(),
                List.of(),
                List.of(new Value("out", OnnxModel.FLOAT, NOWHERE)));
        return ReceptiveField.of(List.of(nodes), model, "in");
    }

    private static Map<String, long[]> padded(long before, long after) {
        return Map.of("pads", new long[] {before, after});
    }

    @Test
    void shouldReachAsFarAsAConvolutionDoes() {
        assertThat(field(7, node("Conv", "in", "out", padded(3, 3)))).isEqualTo(new ReceptiveField(1, 3));
        assertThat(field(7, node("Conv", "in", "out", padded(5, 1)))).isEqualTo(new ReceptiveField(1, 5));
        assertThat(field(7, node("Conv", "in", "out", padded(0, 6)))).isEqualTo(new ReceptiveField(1, 6));
        Map<String, long[]> dilated = Map.of("pads", new long[] {12, 12}, "dilations", new long[] {4});
        assertThat(field(7, node("Conv", "in", "out", dilated))).isEqualTo(new ReceptiveField(1, 12));
        assertThat(field(7, node("Conv", "in", "half", padded(3, 3)), node("Conv", "half", "out", padded(3, 3))))
                .isEqualTo(new ReceptiveField(1, 6));
    }

    private static Map<String, long[]> upsampling(long times, long before, long after) {
        return Map.of("strides", new long[] {times}, "pads", new long[] {before, after});
    }

    @Test
    void shouldReachAsFarAsAnUpsamplingDoes() {
        // Sample o is made of the frames from (o + before - 15) / 4 to (o + before) / 4.
        assertThat(field(16, node("ConvTranspose", "in", "out", upsampling(4, 6, 6))))
                .isEqualTo(new ReceptiveField(4, 2));
        assertThat(field(16, node("ConvTranspose", "in", "out", upsampling(4, 2, 10))))
                .isEqualTo(new ReceptiveField(4, 3));
        assertThat(field(16, node("ConvTranspose", "in", "out", upsampling(4, 10, 2))))
                .isEqualTo(new ReceptiveField(4, 3));
    }

    @Test
    void shouldGiveUpWhenTimesAreNotKeptApart() {
        assertThat(field(7, node("Conv", "in", "out", padded(2, 3)))).isNull();
        assertThat(field(7, node("Conv", "in", "out", Map.of("strides", new long[] {2}, "pads", new long[] {3, 3}))))
                .isNull();
        assertThat(field(16, node("ConvTranspose", "in", "out", upsampling(4, 6, 5))))
                .isNull();
        assertThat(field(7, node("Softmax", "in", "out", Map.of()))).isNull();
        assertThat(field(7, node("Conv", "elsewhere", "out", padded(3, 3)))).isNull();
    }
}
