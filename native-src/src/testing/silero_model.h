#ifndef VOICE_TESTING_SILERO_MODEL_H
#define VOICE_TESTING_SILERO_MODEL_H

#include <cstring>

#include "testing/onnx_writer.h"
#include "vad/weights.h"

namespace voice::testing {

/* Whole float32 numbers that neither fade nor saturate a network; the same for the same count and seed. */
inline std::string float_bytes(size_t count, float scale, uint32_t seed) {
    std::string bytes(count * sizeof(float), '\0');
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        const float value = scale * (static_cast<float>(seed >> 8) / 8388608.0f - 1);
        std::memcpy(&bytes[i * sizeof value], &value, sizeof value);
    }
    return bytes;
}

/* What a network of Silero VAD v5/v6 consists of: fifteen tensors, of made-up numbers. */
inline std::vector<onnx::Tensor> silero_tensors(uint32_t sample_rate, const std::string &prefix) {
    const vad::Geometry &g = vad::geometry_of(sample_rate);
    const auto bins = static_cast<int64_t>(g.bins);
    const auto filter = static_cast<int64_t>(g.filter);
    std::vector<onnx::Tensor> tensors = {
        {prefix + "stft.forward_basis_buffer", {2 * bins, 1, filter}, ""},
        {prefix + "encoder.0.reparam_conv.weight", {128, bins, 3}, ""},
        {prefix + "encoder.0.reparam_conv.bias", {128}, ""},
        {prefix + "encoder.1.reparam_conv.weight", {64, 128, 3}, ""},
        {prefix + "encoder.1.reparam_conv.bias", {64}, ""},
        {prefix + "encoder.2.reparam_conv.weight", {64, 64, 3}, ""},
        {prefix + "encoder.2.reparam_conv.bias", {64}, ""},
        {prefix + "encoder.3.reparam_conv.weight", {128, 64, 3}, ""},
        {prefix + "encoder.3.reparam_conv.bias", {128}, ""},
        {prefix + "decoder.rnn.weight_ih", {512, 128}, ""},
        {prefix + "decoder.rnn.weight_hh", {512, 128}, ""},
        {prefix + "decoder.rnn.bias_ih", {512}, ""},
        {prefix + "decoder.rnn.bias_hh", {512}, ""},
        {prefix + "decoder.decoder.2.weight", {1, 128, 1}, ""},
        {prefix + "decoder.decoder.2.bias", {1}, ""},
    };
    for (size_t i = 0; i < tensors.size(); i++) {
        size_t count = 1;
        for (int64_t dim : tensors[i].dims) {
            count *= static_cast<size_t>(dim);
        }
        tensors[i].data = float_bytes(count, 0.15f, static_cast<uint32_t>(sample_rate + i));
    }
    return tensors;
}

} // namespace voice::testing

#endif
