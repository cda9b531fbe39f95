package dev.duplexvoice.benchmarks.vocoder;

import dev.duplexvoice.benchmarks.vocoder.OnnxGraph.Attribute;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a HiFi-GAN generator, as its config.json tells it.
 *
 * @param paired residual blocks of type 1, two convolutions for each dilation; else type 2, one
 * @param channels of the first layer; each upsampling halves them
 */
record HifiGan(
        String name,
        boolean paired,
        int channels,
        List<Integer> rates,
        List<Integer> rateKernels,
        List<Integer> blockKernels,
        List<List<Integer>> dilations) {
    static final int MELS = 80;
    static final int SAMPLE_RATE = 22_050;
    static final String INPUT = "mel";
    static final String OUTPUT = "output";

    private static final int END_KERNEL = 7;
    private static final float SLOPE = 0.1f;
    private static final float LAST_SLOPE = 0.01f;
    private static final List<Integer> LONG_KERNELS = List.of(3, 7, 11);
    private static final List<List<Integer>> LONG_DILATIONS =
            List.of(List.of(1, 3, 5), List.of(1, 3, 5), List.of(1, 3, 5));

    /** The published configurations. */
    static final HifiGan V1 = new HifiGan(
            "HiFi-GAN V1", true, 512, List.of(8, 8, 2, 2), List.of(16, 16, 4, 4), LONG_KERNELS, LONG_DILATIONS);

    static final HifiGan V2 = new HifiGan(
            "HiFi-GAN V2", true, 128, List.of(8, 8, 2, 2), List.of(16, 16, 4, 4), LONG_KERNELS, LONG_DILATIONS);
    static final HifiGan V3 = new HifiGan(
            "HiFi-GAN V3",
            false,
            256,
            List.of(8, 8, 4),
            List.of(16, 16, 8),
            List.of(3, 5, 7),
            List.of(List.of(1, 2), List.of(2, 6), List.of(3, 12)));

    /** Where weights come from. */
    interface Weights {
        /** A tensor; {@code inputs} is how many products each of the layer's sums has. */
        float[] of(String name, int inputs, int... shape);
    }

    /** The generator as an ONNX model, its tensors named as in a VITS voice, which the native core reads, too. */
    byte[] onnx(Weights weights) {
        return new Writer(this, weights).bytes();
    }

    private static final class Writer {
        private final HifiGan shape;
        private final Weights weights;
        private final OnnxGraph graph = new OnnxGraph();
        private int made;

        Writer(HifiGan shape, Weights weights) {
            this.shape = shape;
            this.weights = weights;
        }

        byte[] bytes() {
            graph.input(INPUT, 1, MELS);
            graph.output(OUTPUT, 1, 1);
            int blocks = shape.blockKernels.size();
            graph.tensor("blocks", new float[] {blocks});
            int channels = shape.channels;
            String values = convolution(INPUT, "conv_pre", MELS, channels, END_KERNEL, 1);
            for (int stage = 0; stage < shape.rates.size(); stage++) {
                values = upsampling(leaky(values, SLOPE), stage, channels);
                channels /= 2;
                List<String> results = new ArrayList<>();
                for (int block = 0; block < blocks; block++) {
                    results.add(block(values, stage * blocks + block, block, channels));
                }
                values = results.get(0);
                for (String result : results.subList(1, blocks)) {
                    values = node("Add", List.of(values, result));
                }
                values = node("Div", List.of(values, "blocks"));
            }
            values = convolution(leaky(values, LAST_SLOPE), "conv_post", channels, 1, END_KERNEL, 1);
            graph.node("Tanh", List.of(values), OUTPUT);
            return graph.bytes();
        }

        private String block(String values, int number, int index, int channels) {
            String name = "resblocks." + number;
            int kernel = shape.blockKernels.get(index);
            List<Integer> dilations = shape.dilations.get(index);
            String result = values;
            for (int i = 0; i < dilations.size(); i++) {
                String convolutions = name + (shape.paired ? ".convs1." : ".convs.") + i;
                String added =
                        convolution(leaky(result, SLOPE), convolutions, channels, channels, kernel, dilations.get(i));
                if (shape.paired) {
                    added = convolution(leaky(added, SLOPE), name + ".convs2." + i, channels, channels, kernel, 1);
                }
                result = node("Add", List.of(result, added));
            }
            return result;
        }

        private String convolution(String input, String name, int inputs, int outputs, int kernel, int dilation) {
            layer(name, inputs * kernel, outputs, outputs, inputs, kernel);
            long padding = (long) dilation * (kernel - 1) / 2;
            return node(
                    "Conv",
                    List.of(input, weight(name), bias(name)),
                    Attribute.of("kernel_shape", kernel),
                    Attribute.of("dilations", dilation),
                    Attribute.of("pads", padding, padding));
        }

        private String upsampling(String input, int stage, int channels) {
            String name = "ups." + stage;
            int kernel = shape.rateKernels.get(stage);
            int rate = shape.rates.get(stage);
            layer(name, channels * kernel / rate, channels / 2, channels, channels / 2, kernel);
            long padding = (kernel - rate) / 2;
            return node(
                    "ConvTranspose",
                    List.of(input, weight(name), bias(name)),
                    Attribute.of("kernel_shape", kernel),
                    Attribute.of("strides", rate),
                    Attribute.of("pads", padding, padding));
        }

        private void layer(String name, int products, int outputs, int... weightShape) {
            graph.tensor(weight(name), weights.of(name + ".weight", products, weightShape), weightShape);
            graph.tensor(bias(name), weights.of(name + ".bias", products, outputs), outputs);
        }

        private static String weight(String name) {
            return "dec." + name + ".weight";
        }

        private static String bias(String name) {
            return "dec." + name + ".bias";
        }

        private String leaky(String input, float slope) {
            return node("LeakyRelu", List.of(input), new Attribute("alpha", slope));
        }

        private String node(String operator, List<String> inputs, Attribute... attributes) {
            String output = "t" + made++;
            graph.node(operator, inputs, output, attributes);
            return output;
        }
    }
}
