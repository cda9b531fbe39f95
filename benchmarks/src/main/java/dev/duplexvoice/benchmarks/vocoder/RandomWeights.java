package dev.duplexvoice.benchmarks.vocoder;

import java.util.SplittableRandom;

/** Weights of no use but for timing: the same each time, of a size that keeps values from vanishing or growing from layer to layer. */
final class RandomWeights implements HifiGan.Weights {
    private static final double BIAS = 0.1;

    private final SplittableRandom random = new SplittableRandom(7);

    @Override
    public float[] of(String name, int inputs, int... shape) {
        // Uniform in ±√3 σ; a residual block adds to what goes in, so its layers' results are to be smaller.
        double deviation = (name.startsWith("resblocks") ? 0.5 : 1) / Math.sqrt(inputs);
        double range = shape.length == 1 ? BIAS : Math.sqrt(3) * deviation;
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * range);
        }
        return values;
    }
}
