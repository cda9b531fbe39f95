#ifndef VOICE_CUDA_FLAT_GENERATOR_H
#define VOICE_CUDA_FLAT_GENERATOR_H

#include <vector>

#include "cuda/plugin_table.h"
#include "vocoder/generator.h"

namespace voice::cuda {

/* A generator in the plugin's terms. Points into generator, which must outlive it. */
class FlatGenerator {
public:
    FlatGenerator(const vocoder::Generator &generator, uint32_t lookahead_samples);
    FlatGenerator(vocoder::Generator &&, uint32_t) = delete;
    FlatGenerator(const FlatGenerator &) = delete;
    FlatGenerator &operator=(const FlatGenerator &) = delete;

    const voice_cuda_generator &view() const { return view_; }

private:
    struct Block {
        std::vector<voice_cuda_layer> first;
        std::vector<voice_cuda_layer> second;
    };

    std::vector<std::vector<Block>> layers_;
    std::vector<std::vector<voice_cuda_block>> blocks_;
    std::vector<voice_cuda_vocoder_stage> stages_;
    voice_cuda_generator view_;
};

} // namespace voice::cuda

#endif
