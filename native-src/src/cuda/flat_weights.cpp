#include "cuda/flat_weights.h"

namespace voice::cuda {

namespace {

float element(const vad::PackedMatrix &matrix, size_t row, size_t column) {
    constexpr size_t width = vad::PackedMatrix::panel_columns;
    return matrix.panel(column / width)[row * width + column % width];
}

std::vector<float> transposed(const vad::PackedMatrix &matrix, size_t depth, size_t columns) {
    std::vector<float> values(columns * depth);
    for (size_t column = 0; column < columns; column++) {
        for (size_t row = 0; row < depth; row++) {
            values[column * depth + row] = element(matrix, row, column);
        }
    }
    return values;
}

} // namespace

FlatWeights::FlatWeights(const vad::Weights &weights)
    : stft_(transposed(weights.stft, weights.geometry.filter, 2 * weights.geometry.bins)),
      lstm_(transposed(weights.lstm, 2 * vad::hidden, 4 * vad::hidden)), lstm_bias_(weights.lstm_bias),
      output_(weights.output), view_() {
    view_.sample_rate = weights.geometry.sample_rate;
    view_.filter = static_cast<uint32_t>(weights.geometry.filter);
    view_.bins = static_cast<uint32_t>(weights.geometry.bins);
    view_.stft = stft_.data();
    for (int layer = 0; layer < 4; layer++) {
        const vad::Convolution &convolution = weights.encoder[layer];
        conv_[layer].resize(convolution.outputs * convolution.inputs * 3);
        for (size_t i = 0; i < conv_[layer].size(); i++) {
            const size_t tap = i % 3;
            const size_t input = i / 3 % convolution.inputs;
            const size_t output = i / 3 / convolution.inputs;
            conv_[layer][i] = element(convolution.weights, tap * convolution.inputs + input, output);
        }
        conv_bias_[layer] = convolution.bias;
        view_.conv[layer] = conv_[layer].data();
        view_.conv_bias[layer] = conv_bias_[layer].data();
    }
    view_.lstm = lstm_.data();
    view_.lstm_bias = lstm_bias_.data();
    view_.output = output_.data();
    view_.output_bias = weights.output_bias;
}

} // namespace voice::cuda
