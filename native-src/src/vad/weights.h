#ifndef VOICE_VAD_WEIGHTS_H
#define VOICE_VAD_WEIGHTS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vad/matmul.h"

namespace voice::vad {

/* Sizes of Silero VAD v5/v6 at one of its two rates. */
struct Geometry {
    uint32_t sample_rate;
    size_t window;  // new samples a step
    size_t context; // samples of the previous window in front of them; also the reflection at their end
    size_t filter;  // STFT length
    size_t hop;     // STFT stride
    size_t bins;    // filter / 2 + 1
};

/* Throws Error if the rate is neither 16000 nor 8000. */
const Geometry &geometry_of(uint32_t sample_rate);

constexpr size_t stft_frames = 4;
constexpr size_t hidden = 128; // LSTM cells

/* A convolution of kernel 3 and padding 1 over frames of channels. */
struct Convolution {
    size_t inputs;
    size_t outputs;
    size_t stride;
    PackedMatrix weights; // [3 × inputs][outputs], taps outermost: three neighbouring frames are one row
    std::vector<float> bias;
};

/* A network's weights, laid out for Network. */
struct Weights {
    Geometry geometry;
    PackedMatrix stft; // [filter][2 × bins]: the real rows, then the imaginary ones
    Convolution encoder[4];
    PackedMatrix lstm; // [input, hidden][gates i, f, g, o]
    std::vector<float> lstm_bias;
    std::vector<float> output;
    float output_bias;
};

/*
 * Finds and checks the network for sample_rate in an ONNX file. description names the file in messages. Throws Error:
 * VOICE_ERROR_MODEL if it is no such network, VOICE_ERROR_UNSUPPORTED if it is one but not for this rate.
 */
Weights read_weights(std::string_view file, uint32_t sample_rate, const std::string &description);

} // namespace voice::vad

#endif
