#include "cuda/flat_weights.h"

namespace voice::cuda {

namespace {

std::vector<float> joined_rows(const std::vector<float> &left, const std::vector<float> &right, size_t columns) {
    std::vector<float> values;
    values.reserve(left.size() + right.size());
    for (size_t from = 0; from < left.size(); from += columns) {
        values.insert(values.end(), &left[from], &left[from] + columns);
        values.insert(values.end(), &right[from], &right[from] + columns);
    }
    return values;
}

} // namespace

FlatWeights::FlatWeights(const vad::Weights &weights)
    : lstm_(joined_rows(weights.lstm_input, weights.lstm_recurrent, vad::hidden)), view_() {
    view_.sample_rate = weights.geometry.sample_rate;
    view_.filter = static_cast<uint32_t>(weights.geometry.filter);
    view_.bins = static_cast<uint32_t>(weights.geometry.bins);
    view_.stft = weights.stft.data();
    for (int layer = 0; layer < 4; layer++) {
        view_.conv[layer] = weights.encoder[layer].weight.data();
        view_.conv_bias[layer] = weights.encoder[layer].bias.data();
    }
    view_.lstm = lstm_.data();
    view_.lstm_bias = weights.lstm_bias.data();
    view_.output = weights.output.data();
    view_.output_bias = weights.output_bias;
}

} // namespace voice::cuda
