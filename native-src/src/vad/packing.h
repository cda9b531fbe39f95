#ifndef VOICE_VAD_PACKING_H
#define VOICE_VAD_PACKING_H

#include <cstddef>
#include <vector>

#include "vad/aligned_floats.h"
#include "vad/plan.h"
#include "vad/weights.h"

namespace voice::vad {

/* A layer's weights in the order of PackedLayer. Outputs are padded with zeros to whole panels. */
class LayerStorage {
public:
    LayerStorage() = default;
    LayerStorage(size_t taps, size_t inputs, size_t outputs, size_t panel_columns);

    void set(size_t tap, size_t input, size_t output, float value);
    void set_bias(const std::vector<float> &bias);

    /* Points into this object. */
    PackedLayer layer() const { return {weights_.data(), bias_.data(), inputs_, bias_.size()}; }

private:
    size_t taps_ = 0;
    size_t inputs_ = 0;
    size_t panel_columns_ = 1;
    AlignedFloats weights_;
    AlignedFloats bias_;
};

/* Taps first_tap … first_tap + taps - 1 of a convolution; the others only ever meet zeros. */
LayerStorage pack_convolution(const Convolution &convolution, size_t first_tap, size_t taps, size_t panel_columns);

/* The real rows and the imaginary rows, each in whole panels. */
LayerStorage pack_stft(const Weights &weights, size_t panel_columns);

/* Two taps: features and h. */
LayerStorage pack_lstm(const Weights &weights, size_t panel_columns);

} // namespace voice::vad

#endif
