#ifndef VOICE_TESTING_REFERENCE_NETWORK_H
#define VOICE_TESTING_REFERENCE_NETWORK_H

#include <cmath>
#include <random>
#include <vector>

#include "vad/weights.h"

namespace voice::testing {

/* The network written down as it is defined, in double precision and without a thought for speed. */
class ReferenceNetwork {
public:
    explicit ReferenceNetwork(const vad::Weights &weights) : w_(weights) {}

    float process(const int16_t *samples, float *state) const {
        const vad::Geometry &g = w_.geometry;
        std::vector<double> input(state + 2 * vad::hidden, state + 2 * vad::hidden + g.context);
        for (size_t i = 0; i < g.window; i++) {
            input.push_back(samples[i] / 32768.0);
        }
        for (size_t i = 0; i < g.context; i++) {
            state[2 * vad::hidden + i] = static_cast<float>(input[g.window + i]);
        }
        for (size_t i = 0; i < g.context; i++) {
            input.push_back(input[g.context + g.window - 2 - i]);
        }
        Frames frames(4, std::vector<double>(g.bins));
        for (size_t frame = 0; frame < 4; frame++) {
            for (size_t bin = 0; bin < g.bins; bin++) {
                double re = 0;
                double im = 0;
                for (size_t i = 0; i < g.filter; i++) {
                    re += input[frame * g.hop + i] * w_.stft[bin * g.filter + i];
                    im += input[frame * g.hop + i] * w_.stft[(g.bins + bin) * g.filter + i];
                }
                frames[frame][bin] = std::sqrt(re * re + im * im);
            }
        }
        constexpr size_t strides[] = {1, 2, 2, 1};
        for (size_t layer = 0; layer < 4; layer++) {
            frames = convolve(w_.encoder[layer], strides[layer], frames);
        }
        return cell(frames[0], state, state + vad::hidden);
    }

private:
    using Frames = std::vector<std::vector<double>>;

    static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

    static Frames convolve(const vad::Convolution &layer, size_t stride, const Frames &input) {
        Frames output;
        for (size_t centre = 0; centre < input.size(); centre += stride) {
            output.emplace_back(layer.outputs);
            for (size_t o = 0; o < layer.outputs; o++) {
                double sum = layer.bias[o];
                for (size_t tap = 0; tap < 3; tap++) {
                    for (size_t i = 0; centre + tap >= 1 && centre + tap - 1 < input.size() && i < layer.inputs; i++) {
                        sum += input[centre + tap - 1][i] * layer.weight[(o * layer.inputs + i) * 3 + tap];
                    }
                }
                output.back()[o] = sum > 0 ? sum : 0;
            }
        }
        return output;
    }

    float cell(const std::vector<double> &features, float *h, float *c) const {
        constexpr size_t hidden = vad::hidden;
        std::vector<double> gates(w_.lstm_bias.begin(), w_.lstm_bias.end());
        for (size_t gate = 0; gate < gates.size(); gate++) {
            for (size_t i = 0; i < hidden; i++) {
                gates[gate] += features[i] * w_.lstm_input[gate * hidden + i];
                gates[gate] += static_cast<double>(h[i]) * w_.lstm_recurrent[gate * hidden + i];
            }
        }
        double logit = w_.output_bias;
        for (size_t i = 0; i < hidden; i++) {
            const double candidate = std::tanh(gates[2 * hidden + i]);
            const double next = sigmoid(gates[hidden + i]) * c[i] + sigmoid(gates[i]) * candidate;
            const double out = sigmoid(gates[3 * hidden + i]) * std::tanh(next);
            c[i] = static_cast<float>(next);
            h[i] = static_cast<float>(out);
            logit += (out > 0 ? out : 0) * w_.output[i];
        }
        return static_cast<float>(sigmoid(logit));
    }

    const vad::Weights &w_;
};

inline std::vector<float> hann_fourier_basis(size_t n) {
    const double two_pi = 2 * std::acos(-1.0);
    const size_t bins = n / 2 + 1;
    std::vector<float> rows(2 * bins * n);
    for (size_t bin = 0; bin < bins; bin++) {
        for (size_t i = 0; i < n; i++) {
            const double window = 0.5 - 0.5 * std::cos(two_pi * static_cast<double>(i) / static_cast<double>(n));
            const double angle = two_pi * static_cast<double>(bin * i) / static_cast<double>(n);
            rows[bin * n + i] = static_cast<float>(window * std::cos(angle));
            rows[(bins + bin) * n + i] = static_cast<float>(-window * std::sin(angle));
        }
    }
    return rows;
}

/* A network of random weights that neither fades nor saturates. */
inline vad::Weights random_weights(uint32_t sample_rate, unsigned seed) {
    std::mt19937 random(seed);
    const auto values = [&](size_t count, double scale) {
        std::normal_distribution<float> normal(0, static_cast<float>(scale));
        std::vector<float> result(count);
        for (float &value : result) {
            value = normal(random);
        }
        return result;
    };
    vad::Weights weights = {};
    weights.geometry = vad::geometry_of(sample_rate);
    weights.stft = hann_fourier_basis(weights.geometry.filter);
    const size_t channels[] = {weights.geometry.bins, 128, 64, 64, vad::hidden};
    for (size_t i = 0; i < 4; i++) {
        const size_t in = channels[i];
        const size_t out = channels[i + 1];
        weights.encoder[i] = {in, out, values(out * in * 3, 0.7 / std::sqrt(3.0 * static_cast<double>(in))),
                              values(out, 0.1)};
    }
    weights.lstm_input = values(4 * vad::hidden * vad::hidden, 0.09);
    weights.lstm_recurrent = values(4 * vad::hidden * vad::hidden, 0.09);
    weights.lstm_bias = values(4 * vad::hidden, 0.2);
    weights.output = values(vad::hidden, 0.3);
    weights.output_bias = 0.1f;
    return weights;
}

} // namespace voice::testing

#endif
