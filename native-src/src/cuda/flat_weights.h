#ifndef VOICE_CUDA_FLAT_WEIGHTS_H
#define VOICE_CUDA_FLAT_WEIGHTS_H

#include <vector>

#include "cuda/plugin_table.h"
#include "vad/weights.h"

namespace voice::cuda {

/* A network's weights unpacked from the CPU's layout into the plugin's. */
class FlatWeights {
public:
    explicit FlatWeights(const vad::Weights &weights);
    FlatWeights(const FlatWeights &) = delete;
    FlatWeights &operator=(const FlatWeights &) = delete;

    /* Points into this object. */
    const voice_cuda_weights &view() const { return view_; }

private:
    std::vector<float> stft_;
    std::vector<float> conv_[4];
    std::vector<float> conv_bias_[4];
    std::vector<float> lstm_;
    std::vector<float> lstm_bias_;
    std::vector<float> output_;
    voice_cuda_weights view_;
};

} // namespace voice::cuda

#endif
