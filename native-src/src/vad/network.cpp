#include "vad/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace voice::vad {

namespace {

constexpr size_t max_input = 64 + 512 + 64; // context, window, reflection
constexpr size_t max_bins = 129;
constexpr size_t max_channels = 129;
constexpr size_t max_stft_columns = 272; // 258 in whole panels
constexpr size_t padded_frames = stft_frames + 2;

/* Frames of channels between two frames of zeros, the padding of a convolution. */
struct Frames {
    float values[padded_frames * max_channels];
    size_t count;

    void resize(size_t frames, size_t channels) {
        count = frames;
        std::fill_n(values, channels, 0.0f);
        std::fill_n(values + (frames + 1) * channels, channels, 0.0f);
    }
};

float sigmoid(float x) {
    return 1.0f / (1.0f + std::exp(-x));
}

// Context, the new samples, and the mirrored end (without the last sample itself); keeps the next window's context.
void gather_input(const Geometry &geometry, const int16_t *samples, float *context, float *input) {
    std::copy_n(context, geometry.context, input);
    float *window = input + geometry.context;
    for (size_t i = 0; i < geometry.window; i++) {
        window[i] = static_cast<float>(samples[i]) * (1.0f / 32768.0f);
    }
    const size_t length = geometry.context + geometry.window;
    for (size_t i = 0; i < geometry.context; i++) {
        input[length + i] = input[length - 2 - i];
    }
    std::copy_n(input + length - geometry.context, geometry.context, context);
}

void magnitude_spectrum(const Weights &weights, const float *input, Frames &frames) {
    const size_t bins = weights.geometry.bins;
    float spectrum[stft_frames * max_stft_columns];
    const size_t columns = weights.stft.padded_columns();
    multiply(input, weights.geometry.hop, stft_frames, weights.stft, nullptr, spectrum, columns);
    frames.resize(stft_frames, bins);
    for (size_t frame = 0; frame < stft_frames; frame++) {
        const float *real = spectrum + frame * columns;
        const float *imaginary = real + bins;
        float *magnitude = frames.values + (frame + 1) * bins;
        for (size_t bin = 0; bin < bins; bin++) {
            magnitude[bin] = std::sqrt(real[bin] * real[bin] + imaginary[bin] * imaginary[bin]);
        }
    }
}

void convolve_relu(const Convolution &layer, const Frames &input, Frames &output) {
    output.resize((input.count - 1) / layer.stride + 1, layer.outputs);
    float *result = output.values + layer.outputs;
    multiply(input.values, layer.stride * layer.inputs, output.count, layer.weights, layer.bias.data(), result,
             layer.outputs);
    for (size_t i = 0; i < output.count * layer.outputs; i++) {
        result[i] = std::max(result[i], 0.0f);
    }
}

// h and c are updated in place.
void lstm_cell(const Weights &weights, const float *features, float *h, float *c) {
    float input[2 * hidden];
    std::copy_n(features, hidden, input);
    std::copy_n(h, hidden, input + hidden);
    float gates[4 * hidden];
    multiply(input, 0, 1, weights.lstm, weights.lstm_bias.data(), gates, 0);
    for (size_t cell = 0; cell < hidden; cell++) {
        const float input_gate = sigmoid(gates[cell]);
        const float forget_gate = sigmoid(gates[hidden + cell]);
        const float candidate = std::tanh(gates[2 * hidden + cell]);
        const float output_gate = sigmoid(gates[3 * hidden + cell]);
        c[cell] = forget_gate * c[cell] + input_gate * candidate;
        h[cell] = output_gate * std::tanh(c[cell]);
    }
}

} // namespace

Network::Network(Weights weights) : weights_(std::move(weights)) {}

float Network::process(const int16_t *samples, float *state) const {
    float *h = state;
    float *c = state + hidden;
    float *context = state + 2 * hidden;

    float input[max_input];
    gather_input(weights_.geometry, samples, context, input);
    Frames even;
    Frames odd;
    magnitude_spectrum(weights_, input, even);
    convolve_relu(weights_.encoder[0], even, odd);
    convolve_relu(weights_.encoder[1], odd, even);
    convolve_relu(weights_.encoder[2], even, odd);
    convolve_relu(weights_.encoder[3], odd, even);
    lstm_cell(weights_, even.values + hidden, h, c);

    float logit = weights_.output_bias;
    for (size_t cell = 0; cell < hidden; cell++) {
        logit += std::max(h[cell], 0.0f) * weights_.output[cell];
    }
    return sigmoid(logit);
}

} // namespace voice::vad
