#include "cuda/flat_generator.h"

namespace voice::cuda {

namespace {

template <typename Layer>
voice_cuda_layer flat(const Layer &layer, size_t spread) {
    return {static_cast<uint32_t>(layer.inputs), static_cast<uint32_t>(layer.outputs),
            static_cast<uint32_t>(layer.kernel), static_cast<uint32_t>(spread), layer.weight.data(), layer.bias.data()};
}

std::vector<voice_cuda_layer> flat(const std::vector<vocoder::Convolution> &convolutions) {
    std::vector<voice_cuda_layer> layers;
    for (const vocoder::Convolution &convolution : convolutions) {
        layers.push_back(flat(convolution, convolution.dilation));
    }
    return layers;
}

} // namespace

FlatGenerator::FlatGenerator(const vocoder::Generator &generator, uint32_t lookahead_samples) : view_() {
    for (const vocoder::Stage &stage : generator.stages) {
        // Moving a vector keeps where its values are.
        std::vector<Block> layers;
        std::vector<voice_cuda_block> blocks;
        for (const vocoder::ResidualBlock &block : stage.blocks) {
            layers.push_back({flat(block.first), flat(block.second)});
            const Block &kept = layers.back();
            blocks.push_back({static_cast<uint32_t>(kept.first.size()), kept.first.data(),
                              kept.second.empty() ? nullptr : kept.second.data()});
        }
        stages_.push_back({flat(stage.up, stage.up.rate), static_cast<uint32_t>(blocks.size()), blocks.data()});
        layers_.push_back(std::move(layers));
        blocks_.push_back(std::move(blocks));
    }
    view_.channels = static_cast<uint32_t>(generator.channels);
    view_.hop = static_cast<uint32_t>(generator.hop);
    view_.lookahead_samples = lookahead_samples;
    view_.stage_count = static_cast<uint32_t>(stages_.size());
    view_.pre = flat(generator.pre, generator.pre.dilation);
    view_.post = flat(generator.post, generator.post.dilation);
    view_.stages = stages_.data();
}

} // namespace voice::cuda
