#include "vocoder/packing.h"

#include <algorithm>

namespace voice::vocoder {

PackedLayer::PackedLayer(size_t taps, size_t inputs, size_t columns, size_t lanes)
    : taps_(taps), inputs_(inputs), lanes_(lanes), weights_(taps * inputs * columns), bias_(columns) {}

size_t PackedLayer::place(size_t tap, size_t input, size_t column) const {
    const size_t columns = bias_.size();
    const size_t pair = 2 * lanes_;
    size_t first = column / pair * pair; // of the panel
    size_t width = pair;
    if (first + pair > columns) {
        width = columns - first >= lanes_ ? lanes_ : lanes_ / 2;
        if (column >= first + width) {
            first += width;
            width = lanes_ / 2;
        }
    }
    return first * taps_ * inputs_ + (tap * inputs_ + input) * width + (column - first);
}

PackedLayer::PackedLayer(const Convolution &convolution, size_t lanes)
    : PackedLayer(convolution.kernel, convolution.inputs, row_stride(convolution.outputs), lanes) {
    const float *value = convolution.weight.data();
    for (size_t output = 0; output < convolution.outputs; output++) {
        for (size_t input = 0; input < convolution.inputs; input++) {
            for (size_t tap = 0; tap < convolution.kernel; tap++) {
                set(tap, input, output, *value++);
            }
        }
    }
    std::copy(convolution.bias.begin(), convolution.bias.end(), bias_.data());
}

PackedLayer::PackedLayer(const Upsampling &up, size_t lanes)
    : PackedLayer((up.kernel + up.rate - 1) / up.rate, up.inputs, up.rate * row_stride(up.outputs), lanes) {
    const size_t stride = row_stride(up.outputs);
    const float *value = up.weight.data();
    for (size_t input = 0; input < up.inputs; input++) {
        for (size_t output = 0; output < up.outputs; output++) {
            for (size_t k = 0; k < up.kernel; k++) {
                set(taps_ - 1 - k / up.rate, input, k % up.rate * stride + output, *value++);
            }
        }
    }
    for (size_t phase = 0; phase < up.rate; phase++) {
        std::copy(up.bias.begin(), up.bias.end(), bias_.data() + phase * stride);
    }
}

} // namespace voice::vocoder
