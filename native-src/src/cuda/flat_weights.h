#ifndef VOICE_CUDA_FLAT_WEIGHTS_H
#define VOICE_CUDA_FLAT_WEIGHTS_H

#include <vector>

#include "cuda/plugin_table.h"
#include "vad/weights.h"

namespace voice::cuda {

/* A network's weights in the plugin's terms. Points into weights, which must outlive it. */
class FlatWeights {
public:
    explicit FlatWeights(const vad::Weights &weights);
    explicit FlatWeights(vad::Weights &&) = delete;
    FlatWeights(const FlatWeights &) = delete;
    FlatWeights &operator=(const FlatWeights &) = delete;

    const voice_cuda_weights &view() const { return view_; }

private:
    std::vector<float> lstm_; // the only ones in another order than the file's: each gate's two rows, joined
    voice_cuda_weights view_;
};

} // namespace voice::cuda

#endif
