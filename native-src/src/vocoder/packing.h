#ifndef VOICE_VOCODER_PACKING_H
#define VOICE_VOCODER_PACKING_H

#include "vad/aligned_floats.h"
#include "vocoder/generator.h"
#include "vocoder/plan.h"

namespace voice::vocoder {

using vad::AlignedFloats;

/* Floats of a row of that many channels: small ones fill half a vector of sixteen, others whole ones. */
constexpr size_t row_stride(size_t channels) {
    return channels <= 8 ? 8 : (channels + 15) / 16 * 16;
}

/* A layer's weights in the order of PackedConvolution. */
class PackedLayer {
public:
    PackedLayer() = default;

    /* Taps reach dilation rows apart, from padding() rows before an output row to as many after it. */
    PackedLayer(const Convolution &convolution, size_t lanes);

    /*
     * An input row becomes rate output rows, side by side in one row of columns: phase r of them is the sum over j of
     * weight[r + j × rate] × the input row j before it. Hence the first tap is the oldest input row.
     */
    PackedLayer(const Upsampling &upsampling, size_t lanes);

    /* Points into this object. */
    PackedConvolution layer() const { return {weights_.data(), bias_.data(), taps_, inputs_, bias_.size()}; }

    size_t bytes() const { return (weights_.size() + bias_.size()) * sizeof(float); }

    float weight(size_t tap, size_t input, size_t column) const { return weights_[place(tap, input, column)]; }

private:
    PackedLayer(size_t taps, size_t inputs, size_t columns, size_t lanes);
    size_t place(size_t tap, size_t input, size_t column) const;
    void set(size_t tap, size_t input, size_t column, float value) { weights_[place(tap, input, column)] = value; }

    size_t taps_ = 0;
    size_t inputs_ = 0;
    size_t lanes_ = 0;
    AlignedFloats weights_;
    AlignedFloats bias_;
};

} // namespace voice::vocoder

#endif
