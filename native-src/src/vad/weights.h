#ifndef VOICE_VAD_WEIGHTS_H
#define VOICE_VAD_WEIGHTS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vad/plan.h"

namespace voice::vad {

/* Throws Error if the rate is neither 16000 nor 8000. */
const Geometry &geometry_of(uint32_t sample_rate);

/* A convolution of kernel 3 and padding 1 over frames of channels. */
struct Convolution {
    size_t inputs;
    size_t outputs;
    std::vector<float> weight; // [outputs][inputs][3]
    std::vector<float> bias;   // [outputs]
};

/*
 * The largest weight that is accepted; published ones stay below 60. One output of the spectrum sums 256 products twice,
 * one of a convolution 387, 384, 192 and 192, one of a gate 128 and 128. So nothing on the way from 16-bit samples to
 * the gates exceeds 363 × 387 × 384 × 192 × 192 × 128 × 1000^6 ≈ 3e32: no infinity, hence no NaN, whatever the weights.
 */
constexpr float max_weight = 1000;

/* A network's weights as they are in the file. */
struct Weights {
    Geometry geometry;
    std::vector<float> stft; // [2 × bins][filter]: the real rows, then the imaginary ones
    Convolution encoder[4];  // strides 1, 2, 2, 1
    std::vector<float> lstm_input;     // [gates i, f, g, o][features]
    std::vector<float> lstm_recurrent; // [gates][h]
    std::vector<float> lstm_bias;      // [gates], both biases added
    std::vector<float> output;         // [hidden]
    float output_bias;
};

/*
 * Finds and checks the network for sample_rate in an ONNX file. description names the file in messages. Throws Error:
 * VOICE_ERROR_MODEL if it is no such network, VOICE_ERROR_UNSUPPORTED if it is one but not for this rate.
 */
Weights read_weights(std::string_view file, uint32_t sample_rate, const std::string &description);

} // namespace voice::vad

#endif
