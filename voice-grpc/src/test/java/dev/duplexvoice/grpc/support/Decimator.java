package dev.duplexvoice.grpc.support;

import dev.duplexvoice.audio.Resampler;

/** Leaves out samples, so that what is left can be told from what was given. */
public record Decimator(int inputRate, int outputRate) implements Resampler {

    /** Null if the input's rate is no multiple of the output's. */
    public static Resampler between(int inputRate, int outputRate) {
        return inputRate % outputRate == 0 ? new Decimator(inputRate, outputRate) : null;
    }

    @Override
    public int process(short[] input, int inputOffset, int inputLength, short[] output, int outputOffset) {
        int step = inputRate / outputRate;
        int samples = inputLength / step;
        for (int i = 0; i < samples; i++) {
            output[outputOffset + i] = input[inputOffset + i * step];
        }
        return samples;
    }

    @Override
    public int flush(short[] output, int outputOffset) {
        return 0;
    }

    @Override
    public int maxOutput(int inputLength) {
        return inputLength;
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}
}
