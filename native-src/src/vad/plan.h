#ifndef VOICE_VAD_PLAN_H
#define VOICE_VAD_PLAN_H

#include <cstddef>
#include <cstdint>

/*
 * What the kernels read. Plain data without inline functions: this header is compiled into translation units with
 * different instruction sets, and a function of it could be linked from the wrong one.
 */
namespace voice::vad {

constexpr size_t stft_frames = 4;
constexpr size_t hidden = 128; // LSTM cells
constexpr size_t max_window = 512;
constexpr size_t max_context = 64;
constexpr size_t max_filter = 256;
constexpr size_t max_bins = max_filter / 2 + 1;

/* A stream's state: h, c and the context, of which 8 kHz uses the first half. */
constexpr size_t state_floats = 2 * hidden + max_context;

/* Sizes of Silero VAD v5/v6 at one of its two rates. */
struct Geometry {
    uint32_t sample_rate;
    size_t window;  // new samples a step
    size_t context; // samples of the previous window in front of them; also the reflection at their end
    size_t filter;  // STFT length
    size_t hop;     // STFT stride
    size_t bins;    // filter / 2 + 1
};

/*
 * weights is [outputs / panel][taps][inputs][panel], the panel being Kernels::panel_columns: the inner loop reads it
 * front to back, whether it serves one stream or many. Aligned to 64 bytes; outputs is a whole number of panels.
 */
struct PackedLayer {
    const float *weights;
    const float *bias; // [outputs]
    size_t inputs;
    size_t outputs;
};

/*
 * Tables of a real FFT of n points: a complex one of n / 2 points (even samples real, odd samples imaginary), by
 * radix-4 steps with decimation in frequency and, where n / 2 is no power of 4, a last radix-2 step; then the split
 * into the spectrum of real input.
 */
struct FftTables {
    const float *window;      // [n], periodic Hann, halved: the halves of the split are applied here
    const float *twiddles;    // each step: cos, sin of 2πj/size, 4πj/size, 6πj/size for j = 1 .. size / 4 - 1
    const float *split;       // [n / 4 + 1][2]: cos, sin of 2πk/n
    const uint16_t *position; // [n / 2]: where the complex FFT leaves frequency k
};

struct Plan {
    Geometry geometry;
    bool use_fft;     // else stft
    FftTables fft;
    PackedLayer stft; // [real rows, padded to panels][imaginary rows, likewise]
    PackedLayer encoder[4];
    PackedLayer lstm; // features, then h → gates i, f, g, o
    const float *output;
    float output_bias;
};

} // namespace voice::vad

#endif
