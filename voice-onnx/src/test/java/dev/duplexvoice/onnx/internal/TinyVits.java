package dev.duplexvoice.onnx.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A VITS voice in small: ids are looked up, each lasts as long as its duration says, and a decoder of convolutions makes four samples of
 * each frame. With speakers, their embedding goes into the decoder too, as in the real ones.
 */
public final class TinyVits {
    static final int SYMBOLS = 40;
    static final int SAMPLES_PER_FRAME = 4;
    private static final int CHANNELS = 6;
    private static final int HIDDEN = 8;
    private static final int SPEAKER_WIDTH = 5;
    private static final float NOTHING = 0f;

    int speakers = 1;
    int speakerRows = -1;
    int symbolRows = SYMBOLS;
    boolean takesSpeaker;
    /** What the decoder's first weight is called. */
    String firstWeight = "dec.conv_pre.weight";
    /** Whether the decoder is a HiFi-GAN in all its parts. */
    boolean hifiGan;
    /** An operation at the end of the decoder that mixes all times. */
    boolean mixesTimes;
    /** Frames of each id of the text, the pads 1. */
    float framesOfSymbol = 3;
    /** Durations rounded up by this operation. */
    String rounding = "Ceil";

    /** One with a single speaker. */
    public static TinyVits single() {
        return new TinyVits();
    }

    /** One with several. */
    public static TinyVits of(int speakers) {
        TinyVits voice = new TinyVits();
        voice.speakers = speakers;
        voice.takesSpeaker = true;
        return voice;
    }

    private final Random random = new Random(7);

    private float[] weights(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (random.nextFloat() - 0.5f) * 0.6f;
        }
        return values;
    }

    /** Writes {@code name.onnx} and {@code name.onnx.json}; returns the former. */
    public Path write(Path folder, String name) {
        TinyOnnx.text(folder.resolve(name + ".onnx.json"), json());
        return model().write(folder.resolve(name + ".onnx"));
    }

    private TinyOnnx model() {
        TinyOnnx graph = new TinyOnnx()
                .input("input", OnnxModel.INT64, 1, -1)
                .input("input_lengths", OnnxModel.INT64, 1)
                .input("scales", OnnxModel.FLOAT, 3)
                .output("output", 1, 1, -1);
        if (takesSpeaker) {
            int rows = speakerRows < 0 ? speakers : speakerRows;
            graph.input("sid", OnnxModel.INT64, 1)
                    .floats("emb_g.weight", new long[] {rows, SPEAKER_WIDTH}, weights(rows * SPEAKER_WIDTH))
                    .longs("last", new long[] {1}, -1)
                    .node("Gather", List.of("emb_g.weight", "sid"), "g0")
                    .node("Unsqueeze", List.of("g0", "last"), "g");
        }
        front(graph);
        decoder(graph);
        return graph;
    }

    private void front(TinyOnnx graph) {
        float[] frames = new float[symbolRows];
        for (int i = 0; i < symbolRows; i++) {
            frames[i] = i < 3 ? 1 : framesOfSymbol;
        }
        graph.floats("enc.emb.weight", new long[] {symbolRows, CHANNELS}, weights(symbolRows * CHANNELS))
                .floats("enc.frames", new long[] {symbolRows}, frames)
                .longs("one", new long[] {1}, 1)
                .longs("row", new long[] {2}, 1, -1)
                .floats("zero", new long[] {}, NOTHING)
                .floats("step", new long[] {}, 1f)
                .longs("index1", new long[] {1}, 1)
                .node("Gather", List.of("enc.emb.weight", "input"), "x0")
                .node("Transpose", List.of("x0"), "x", Map.of("perm", new long[] {0, 2, 1}))
                .node("Gather", List.of("enc.frames", "input"), "w0")
                .node("Gather", List.of("scales", "index1"), "length")
                .node("Mul", List.of("w0", "length"), "w")
                .node(rounding, List.of("w"), "w_ceil")
                .node("CumSum", List.of("w_ceil", "one"), "ends0")
                .node("Reshape", List.of("ends0", "row"), "ends")
                .node("ReduceMax", List.of("ends"), "total", Map.of("keepdims", new long[] {0}))
                .node("Range", List.of("zero", "total", "step"), "times0")
                .node("Unsqueeze", List.of("times0", "one"), "times")
                .node("LessOrEqual", List.of("ends", "times"), "over")
                .node("Cast", List.of("over"), "over_i", Map.of("to", new long[] {OnnxModel.INT64}))
                .node("ReduceSum", List.of("over_i", "one"), "which", Map.of("keepdims", new long[] {0}))
                .node("Gather", List.of("x", "which"), "z", Map.of("axis", new long[] {2}));
    }

    private void decoder(TinyOnnx graph) {
        graph.floats(firstWeight, new long[] {HIDDEN, CHANNELS, 7}, weights(HIDDEN * CHANNELS * 7))
                .floats("dec.conv_pre.bias", new long[] {HIDDEN}, weights(HIDDEN))
                .node(
                        "Conv",
                        List.of("z", firstWeight, "dec.conv_pre.bias"),
                        "d0",
                        Map.of("kernel_shape", new long[] {7}, "pads", new long[] {3, 3}));
        String first = "d0";
        if (takesSpeaker) {
            graph.floats("dec.cond.weight", new long[] {HIDDEN, SPEAKER_WIDTH, 1}, weights(HIDDEN * SPEAKER_WIDTH))
                    .floats("dec.cond.bias", new long[] {HIDDEN}, weights(HIDDEN))
                    .node(
                            "Conv",
                            List.of("g", "dec.cond.weight", "dec.cond.bias"),
                            "c",
                            Map.of("kernel_shape", new long[] {1}))
                    .node("Add", List.of("d0", "c"), "d1");
            first = "d1";
        }
        if (hifiGan) {
            hifiGan(graph, first);
            return;
        }
        int half = HIDDEN / 2;
        graph.floats("dec.ups.0.weight", new long[] {HIDDEN, half, 8}, weights(HIDDEN * half * 8))
                .floats("dec.res.weight", new long[] {half, half, 3}, weights(half * half * 3))
                .floats("dec.conv_post.weight", new long[] {1, half, 7}, weights(half * 7))
                .node("LeakyRelu", List.of(first), "d2")
                .node(
                        "ConvTranspose",
                        List.of("d2", "dec.ups.0.weight"),
                        "d3",
                        Map.of(
                                "kernel_shape", new long[] {8},
                                "strides", new long[] {4},
                                "pads", new long[] {2, 2}))
                .node(
                        "Conv",
                        List.of("d3", "dec.res.weight"),
                        "d4",
                        Map.of(
                                "kernel_shape", new long[] {3},
                                "dilations", new long[] {5},
                                "pads", new long[] {5, 5}))
                .node("Add", List.of("d3", "d4"), "d5")
                .node(
                        "Conv",
                        List.of("d5", "dec.conv_post.weight"),
                        "d6",
                        Map.of("kernel_shape", new long[] {7}, "pads", new long[] {3, 3}));
        if (mixesTimes) {
            graph.node("Softmax", List.of("d6"), "d7", Map.of("axis", new long[] {-1}));
        }
        graph.node("Tanh", List.of(mixesTimes ? "d7" : "d6"), "output");
    }

    /** One upsampling and one residual block of two convolutions, as the smallest of its kind has them. */
    private void hifiGan(TinyOnnx graph, String first) {
        int half = HIDDEN / 2;
        long[] alpha = {100};
        graph.floats("dec.ups.0.weight", new long[] {HIDDEN, half, 8}, weights(HIDDEN * half * 8))
                .floats("dec.ups.0.bias", new long[] {half}, weights(half))
                .node("LeakyRelu", List.of(first), "u0", Map.of("alpha", alpha))
                .node(
                        "ConvTranspose",
                        List.of("u0", "dec.ups.0.weight", "dec.ups.0.bias"),
                        "r0",
                        Map.of(
                                "kernel_shape", new long[] {8},
                                "strides", new long[] {4},
                                "pads", new long[] {2, 2}));
        for (int i = 0; i < 2; i++) {
            String name = "dec.resblocks.0.convs." + i;
            long dilation = 2L * i + 1;
            graph.floats(name + ".weight", new long[] {half, half, 3}, weights(half * half * 3))
                    .floats(name + ".bias", new long[] {half}, weights(half))
                    .node("LeakyRelu", List.of("r" + i), "a" + i, Map.of("alpha", alpha))
                    .node(
                            "Conv",
                            List.of("a" + i, name + ".weight", name + ".bias"),
                            "b" + i,
                            Map.of(
                                    "kernel_shape", new long[] {3},
                                    "dilations", new long[] {dilation},
                                    "pads", new long[] {dilation, dilation}))
                    .node("Add", List.of("r" + i, "b" + i), "r" + (i + 1));
        }
        graph.floats("dec.conv_post.weight", new long[] {1, half, 7}, weights(half * 7))
                .node("LeakyRelu", List.of("r2"), "p0")
                .node(
                        "Conv",
                        List.of("p0", "dec.conv_post.weight"),
                        "p1",
                        Map.of("kernel_shape", new long[] {7}, "pads", new long[] {3, 3}))
                .node("Tanh", List.of("p1"), "output");
    }

    /** The ids: pad, begin and end as Piper has them, then the letters and marks. */
    String json() {
        StringBuilder map = new StringBuilder("\"_\": [0], \"^\": [1], \"$\": [2], \" \": [3], \".\": [4], \",\": [5]");
        for (char letter = 'a'; letter <= 'z'; letter++) {
            map.append(", \"")
                    .append(letter)
                    .append("\": [")
                    .append(6 + letter - 'a')
                    .append(']');
        }
        return "{\"audio\": {\"sample_rate\": 16000}, \"language\": {\"code\": \"en_US\"}, \"phoneme_type\": \"text\","
                + "\"inference\": {\"noise_scale\": 0.667, \"length_scale\": 1, \"noise_w\": 0.8},"
                + "\"num_speakers\": " + speakers + ", \"speaker_id_map\": " + speakerMap()
                + ", \"phoneme_id_map\": {" + map + "}}";
    }

    private String speakerMap() {
        return speakers > 2 ? "{\"anna\": 1, \"bert\": 2}" : "{}";
    }
}
