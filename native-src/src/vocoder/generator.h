#ifndef VOICE_VOCODER_GENERATOR_H
#define VOICE_VOCODER_GENERATOR_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace voice::vocoder {

/* The slopes of the leaky ReLUs: before everything but the last convolution, and before that. */
constexpr float inner_slope = 0.1f;
constexpr float last_slope = 0.01f;

/* What a generator is apart from its weights: the entries of HiFi-GAN's config.json, or what an ONNX file tells of it. */
struct Architecture {
    bool paired = true; // residual blocks "1", two convolutions for each dilation; else "2", one
    size_t channels = 0;
    size_t initial_channels = 0;
    uint32_t sample_rate = 0; // 0 if unknown
    std::vector<size_t> rates;
    std::vector<size_t> up_kernels;
    std::vector<size_t> block_kernels;
    std::vector<std::vector<size_t>> dilations; // of each block
};

/* Stride 1, as many zeros on either side as keep the length. weight is [outputs][inputs][kernel]. */
struct Convolution {
    size_t inputs;
    size_t outputs;
    size_t kernel;
    size_t dilation;
    std::vector<float> weight;
    std::vector<float> bias;

    size_t padding() const { return dilation * (kernel - 1) / 2; }
};

/* A transposed convolution whose output is rate times as long. weight is [inputs][outputs][kernel]. */
struct Upsampling {
    size_t inputs;
    size_t outputs;
    size_t kernel;
    size_t rate;
    std::vector<float> weight;
    std::vector<float> bias;

    size_t padding() const { return (kernel - rate) / 2; }
};

/* For each dilation: x += second(lrelu(first(lrelu(x)))), or without second x += first(lrelu(x)). */
struct ResidualBlock {
    std::vector<Convolution> first;
    std::vector<Convolution> second;
};

/* lrelu, up, then the mean of the blocks, which all begin with the same values. */
struct Stage {
    Upsampling up;
    std::vector<ResidualBlock> blocks;
};

/* conv_pre, the stages, lrelu with the last slope, conv_post, tanh. */
struct Generator {
    size_t channels = 0;
    size_t hop = 1;
    uint32_t sample_rate = 0; // 0 if unknown
    Convolution pre;
    std::vector<Stage> stages;
    Convolution post;
    // Added to what conv_pre makes, a matrix times the speaker's vector; no inputs if it has no speakers.
    Convolution conditioning;
    std::vector<float> speakers; // [speakers][conditioning.inputs]
    uint64_t parameters = 0;
};

} // namespace voice::vocoder

#endif
