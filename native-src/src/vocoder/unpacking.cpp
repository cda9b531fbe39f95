#include "vocoder/unpacking.h"

namespace voice::vocoder {

namespace {

Convolution unpack_convolution(const PackedLayer &layer, size_t outputs, size_t dilation) {
    const PackedConvolution packed = layer.layer();
    Convolution result = {packed.inputs, outputs, packed.taps, dilation, {}, {packed.bias, packed.bias + outputs}};
    result.weight.reserve(outputs * packed.inputs * packed.taps);
    for (size_t output = 0; output < outputs; output++) {
        for (size_t input = 0; input < packed.inputs; input++) {
            for (size_t tap = 0; tap < packed.taps; tap++) {
                result.weight.push_back(layer.weight(tap, input, output));
            }
        }
    }
    return result;
}

Upsampling unpack_upsampling(const StagePlan &plan, size_t outputs) {
    const PackedConvolution packed = plan.up.layer();
    const auto padding = static_cast<size_t>(plan.lag - plan.input_lag * static_cast<int64_t>(plan.rate));
    Upsampling result = {packed.inputs, outputs, 2 * padding + plan.rate, plan.rate, {},
                         {packed.bias, packed.bias + outputs}};
    result.weight.reserve(packed.inputs * outputs * result.kernel);
    for (size_t input = 0; input < packed.inputs; input++) {
        for (size_t output = 0; output < outputs; output++) {
            for (size_t k = 0; k < result.kernel; k++) { // as PackedLayer has put them
                result.weight.push_back(
                    plan.up.weight(packed.taps - 1 - k / plan.rate, input, k % plan.rate * plan.stride + output));
            }
        }
    }
    return result;
}

ResidualBlock unpack_block(const std::vector<Step> &steps, size_t channels) {
    ResidualBlock block;
    for (const Step &step : steps) {
        block.first.push_back(unpack_convolution(step.first, channels, step.first_dilation));
        if (step.second.bytes() > 0) {
            block.second.push_back(unpack_convolution(step.second, channels, 1));
        }
    }
    return block;
}

} // namespace

Generator unpack(const Network &network) {
    Generator result;
    result.channels = network.channels();
    result.hop = network.hop();
    result.sample_rate = network.sample_rate();
    result.parameters = network.parameters();
    result.pre = unpack_convolution(network.pre_layer(), network.stages()[0].up.layer().inputs, 1);
    size_t channels = 0;
    for (const StagePlan &plan : network.stages()) {
        channels = plan.blocks[0][0].first.layer().inputs; // blocks keep them
        Stage &stage = result.stages.emplace_back();
        stage.up = unpack_upsampling(plan, channels);
        for (const std::vector<Step> &steps : plan.blocks) {
            stage.blocks.push_back(unpack_block(steps, channels));
        }
    }
    result.post = {channels, 1, network.post_kernel(), 1, {}, {network.post_bias()}};
    for (size_t channel = 0; channel < channels; channel++) {
        for (size_t tap = 0; tap < network.post_kernel(); tap++) {
            result.post.weight.push_back(network.post_weights()[tap * network.last().stride + channel]);
        }
    }
    return result;
}

} // namespace voice::vocoder
