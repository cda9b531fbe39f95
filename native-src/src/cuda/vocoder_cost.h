#ifndef VOICE_CUDA_VOCODER_COST_H
#define VOICE_CUDA_VOCODER_COST_H

#include "vocoder/generator.h"

namespace voice::cuda {

/* What a second of audio asks of a device at the least, by arithmetic from a generator's layers. Values are of 16 bits. */
struct VocoderCost {
    double operations = 0;   // a product and its sum are two; taps that meet padding counted
    double layer_values = 0; // read and written if each layer takes its input from memory and puts its output there
    double weights = 0;      // of all layers, read once for each batch

    explicit VocoderCost(const vocoder::Generator &generator, double frames_a_second) {
        double rows = frames_a_second;
        add(generator.pre, rows, 0);
        for (const vocoder::Stage &stage : generator.stages) {
            const vocoder::Upsampling &up = stage.up;
            add_layer(static_cast<double>(up.weight.size()), rows,
                      rows * static_cast<double>(up.inputs) + rows * static_cast<double>(up.rate * up.outputs));
            rows *= static_cast<double>(up.rate);
            for (const vocoder::ResidualBlock &block : stage.blocks) {
                for (const vocoder::Convolution &convolution : block.first) {
                    add(convolution, rows, block.second.empty() ? convolution.outputs : 0);
                }
                for (const vocoder::Convolution &convolution : block.second) {
                    add(convolution, rows, convolution.outputs);
                }
            }
        }
        add(generator.post, rows, 0);
    }

private:
    // residual: values of a row that are added to what comes out.
    void add(const vocoder::Convolution &convolution, double rows, size_t residual) {
        add_layer(static_cast<double>(convolution.weight.size()), rows,
                  rows * static_cast<double>(convolution.inputs + convolution.outputs + residual));
    }

    void add_layer(double layer_weights, double rows, double values) {
        operations += 2 * layer_weights * rows; // each weight meets each row once
        layer_values += values;
        weights += layer_weights;
    }
};

} // namespace voice::cuda

#endif
