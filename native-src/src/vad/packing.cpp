#include "vad/packing.h"

#include <algorithm>

namespace voice::vad {

namespace {

size_t whole_panels(size_t columns, size_t panel_columns) {
    return (columns + panel_columns - 1) / panel_columns * panel_columns;
}

} // namespace

LayerStorage::LayerStorage(size_t taps, size_t inputs, size_t outputs, size_t panel_columns)
    : taps_(taps), inputs_(inputs), panel_columns_(panel_columns),
      weights_(taps * inputs * whole_panels(outputs, panel_columns)), bias_(whole_panels(outputs, panel_columns)) {}

void LayerStorage::set(size_t tap, size_t input, size_t output, float value) {
    const size_t row = (output / panel_columns_ * taps_ + tap) * inputs_ + input;
    weights_[row * panel_columns_ + output % panel_columns_] = value;
}

void LayerStorage::set_bias(const std::vector<float> &bias) {
    std::copy(bias.begin(), bias.end(), bias_.data());
}

LayerStorage pack_convolution(const Convolution &convolution, size_t first_tap, size_t taps, size_t panel_columns) {
    LayerStorage storage(taps, convolution.inputs, convolution.outputs, panel_columns);
    for (size_t output = 0; output < convolution.outputs; output++) {
        for (size_t input = 0; input < convolution.inputs; input++) {
            for (size_t tap = 0; tap < taps; tap++) {
                storage.set(tap, input, output,
                            convolution.weight[(output * convolution.inputs + input) * 3 + first_tap + tap]);
            }
        }
    }
    storage.set_bias(convolution.bias);
    return storage;
}

LayerStorage pack_stft(const Weights &weights, size_t panel_columns) {
    const size_t bins = weights.geometry.bins;
    const size_t filter = weights.geometry.filter;
    const size_t imaginary = whole_panels(bins, panel_columns);
    LayerStorage storage(1, filter, 2 * imaginary, panel_columns);
    for (size_t bin = 0; bin < bins; bin++) {
        for (size_t i = 0; i < filter; i++) {
            storage.set(0, i, bin, weights.stft[bin * filter + i]);
            storage.set(0, i, imaginary + bin, weights.stft[(bins + bin) * filter + i]);
        }
    }
    return storage;
}

LayerStorage pack_lstm(const Weights &weights, size_t panel_columns) {
    LayerStorage storage(2, hidden, 4 * hidden, panel_columns);
    for (size_t gate = 0; gate < 4 * hidden; gate++) {
        for (size_t i = 0; i < hidden; i++) {
            storage.set(0, i, gate, weights.lstm_input[gate * hidden + i]);
            storage.set(1, i, gate, weights.lstm_recurrent[gate * hidden + i]);
        }
    }
    storage.set_bias(weights.lstm_bias);
    return storage;
}

} // namespace voice::vad
