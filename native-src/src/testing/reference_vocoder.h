#ifndef VOICE_TESTING_REFERENCE_VOCODER_H
#define VOICE_TESTING_REFERENCE_VOCODER_H

#include <cmath>
#include <vector>

#include "vocoder/generator.h"

namespace voice::testing {

/* A generator written down as it is defined, over the whole utterance, in double precision and without a thought for
   speed. */
class ReferenceVocoder {
public:
    explicit ReferenceVocoder(const vocoder::Generator &generator) : g_(generator) {}

    /* frames is [channels][count], conditioning the speaker's vector or NULL. */
    std::vector<double> speak(const std::vector<float> &frames, const float *conditioning) const {
        const size_t count = frames.size() / g_.channels;
        Values x(g_.channels, std::vector<double>(count));
        for (size_t channel = 0; channel < g_.channels; channel++) {
            for (size_t i = 0; i < count; i++) {
                x[channel][i] = frames[channel * count + i];
            }
        }
        x = convolve(g_.pre, x);
        for (size_t o = 0; conditioning != nullptr && o < g_.conditioning.outputs; o++) {
            double sum = g_.conditioning.bias[o];
            for (size_t i = 0; i < g_.conditioning.inputs; i++) {
                sum += static_cast<double>(g_.conditioning.weight[o * g_.conditioning.inputs + i]) * conditioning[i];
            }
            for (double &value : x[o]) {
                value += sum;
            }
        }
        for (const vocoder::Stage &stage : g_.stages) {
            x = upsample(stage.up, leaky(x, 0.1));
            Values mean(x.size(), std::vector<double>(x[0].size()));
            for (const vocoder::ResidualBlock &block : stage.blocks) {
                add(mean, run(block, x), 1.0 / static_cast<double>(stage.blocks.size()));
            }
            x = mean;
        }
        std::vector<double> samples = convolve(g_.post, leaky(x, 0.01))[0];
        for (double &sample : samples) {
            sample = std::tanh(sample);
        }
        return samples;
    }

private:
    using Values = std::vector<std::vector<double>>;

    static Values leaky(Values x, double slope) {
        for (std::vector<double> &row : x) {
            for (double &value : row) {
                value = value > 0 ? value : slope * value;
            }
        }
        return x;
    }

    static void add(Values &x, const Values &y, double scale) {
        for (size_t channel = 0; channel < x.size(); channel++) {
            for (size_t i = 0; i < x[channel].size(); i++) {
                x[channel][i] += scale * y[channel][i];
            }
        }
    }

    static Values run(const vocoder::ResidualBlock &block, Values x) {
        for (size_t i = 0; i < block.first.size(); i++) {
            Values y = convolve(block.first[i], leaky(x, 0.1));
            if (!block.second.empty()) {
                y = convolve(block.second[i], leaky(y, 0.1));
            }
            add(x, y, 1);
        }
        return x;
    }

    static Values convolve(const vocoder::Convolution &layer, const Values &x) {
        const size_t count = x[0].size();
        Values y(layer.outputs, std::vector<double>(count));
        for (size_t o = 0; o < layer.outputs; o++) {
            for (size_t t = 0; t < count; t++) {
                double sum = layer.bias[o];
                for (size_t k = 0; k < layer.kernel; k++) {
                    const size_t at = t + k * layer.dilation - layer.padding(); // wraps around below zero
                    for (size_t i = 0; at < count && i < layer.inputs; i++) {
                        sum += x[i][at] * layer.weight[(o * layer.inputs + i) * layer.kernel + k];
                    }
                }
                y[o][t] = sum;
            }
        }
        return y;
    }

    static Values upsample(const vocoder::Upsampling &layer, const Values &x) {
        const size_t count = x[0].size() * layer.rate;
        Values y(layer.outputs, std::vector<double>(count));
        for (size_t o = 0; o < layer.outputs; o++) {
            for (double &value : y[o]) {
                value = layer.bias[o];
            }
            for (size_t t = 0; t < x[0].size(); t++) {
                for (size_t k = 0; k < layer.kernel; k++) {
                    const size_t at = t * layer.rate + k - layer.padding();
                    for (size_t i = 0; at < count && i < layer.inputs; i++) {
                        y[o][at] += x[i][t] * layer.weight[(i * layer.outputs + o) * layer.kernel + k];
                    }
                }
            }
        }
        return y;
    }

    const vocoder::Generator &g_;
};

} // namespace voice::testing

#endif
