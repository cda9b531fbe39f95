#ifndef VOICE_CUDA_TILE_LAYOUT_H
#define VOICE_CUDA_TILE_LAYOUT_H

#include <cstddef>
#include <cstdint>

namespace voice::cuda {

/*
 * Sizes and places shared by the kernels, the packing of weights and the tests.
 *
 * A block of 8 warps advances a tile of 32 streams by one window. All stages are matrix products on the tensor cores:
 * weights are the left factor (16 output rows a fragment), streams × frames the right one (8 columns a fragment).
 *
 * Shared memory, bytes at 16 kHz. Rows end in 16 unused bytes, which puts the eight rows of a fragment into different
 * banks. "hi, lo" are two planes of halves whose sum is the value to 22 bits.
 *
 *        0  41,472  input      [32 streams][640 + 8] int16        then conv 2 out [2 frames][32][64 + 8] hi, lo
 *   41,472  69,632  spectrum   [4 frames][32][128 + 8] hi, lo     then conv 1 out, the same size
 *                   later      conv 3 out [32][64 + 8] hi, lo; LSTM input [32][256 + 8] hi, lo: features, h
 *  111,104     512  nyquist    [4 frames][32] float
 *  111,616   1,024  partial    [8 warps][32] float, sums of the output layer
 *
 * 112,640 bytes: two blocks fit a multiprocessor of compute capability 9.0, one of 8.0.
 */
constexpr int tile_streams = 32;
constexpr int warps = 8;
constexpr int threads = 32 * warps;
constexpr int frames = 4;
constexpr int hidden = 128;
constexpr int row_padding = 8;
constexpr int column_tiles = tile_streams / 8;

struct Rate16k {
    static constexpr int sample_rate = 16000, window = 512, context = 64, filter = 256, hop = 128;
    static constexpr int bins = filter / 2; // without the Nyquist bin, which is kept apart
};
struct Rate8k {
    static constexpr int sample_rate = 8000, window = 256, context = 32, filter = 128, hop = 64;
    static constexpr int bins = filter / 2;
};

/* A stream's state in device memory: 1,152 bytes, a multiple of a cache line. All zeros at the start. */
struct alignas(128) StreamState {
    float h[hidden];
    float c[hidden];
    int16_t context[64];
};

/* A plane of halves: rows of one stream each. */
constexpr int spectrum_stride(int bins) { return bins + row_padding; }
constexpr int wide_stride = 128 + row_padding;
constexpr int narrow_stride = 64 + row_padding;
constexpr int lstm_stride = 2 * hidden + row_padding;

template <typename Rate>
struct SharedLayout {
    static constexpr int input_length = Rate::context + Rate::window + Rate::context;
    static constexpr int input_stride = input_length + row_padding;
    static constexpr size_t input = 0;
    static constexpr size_t input_bytes = sizeof(int16_t) * tile_streams * input_stride;

    static constexpr int spectrum_plane = frames * tile_streams * spectrum_stride(Rate::bins);
    static constexpr int conv1_plane = frames * tile_streams * wide_stride;
    static constexpr int conv2_plane = 2 * tile_streams * narrow_stride;
    static constexpr int conv3_plane = tile_streams * narrow_stride;
    static constexpr int lstm_plane = tile_streams * lstm_stride;

    static constexpr size_t wide = input + input_bytes;
    static constexpr size_t wide_bytes = sizeof(uint16_t) * 2 * conv1_plane;
    static constexpr size_t conv2 = input;
    static constexpr size_t conv3 = wide;
    static constexpr size_t lstm = conv3 + sizeof(uint16_t) * 2 * conv3_plane;
    static constexpr size_t nyquist = wide + wide_bytes;
    static constexpr size_t partial = nyquist + sizeof(float) * frames * tile_streams;
    static constexpr size_t bytes = partial + sizeof(float) * warps * tile_streams;

    static_assert(spectrum_plane <= conv1_plane);
    static_assert(sizeof(uint16_t) * 2 * conv2_plane <= input_bytes);
    static_assert(lstm + sizeof(uint16_t) * 2 * lstm_plane <= nyquist);
};
static_assert(SharedLayout<Rate16k>::bytes == 112640);

/*
 * The places of a lane's values in the fragments of mma.m16n8k16 (PTX ISA, "Matrix Fragments for mma.m16n8k16 with
 * floating point type"). A lane is 4 × group + pair.
 *
 *   A, 16 rows × 16 k: four registers of two halves, register i holds row group + 8 (i & 1), k 2 pair + 8 (i >> 1) + {0, 1}
 *   B, 16 k × 8 columns: two registers, register i holds column group, k 2 pair + 8 i + {0, 1}
 *   C, 16 rows × 8 columns: four floats, float i holds row group + 8 (i >> 1), column 2 pair + (i & 1)
 *
 * Weights lie in memory as a warp reads them: for each 16 rows, for each 16 k, for hi then lo, for each lane 16 bytes.
 */
struct Fragment {
    uint32_t registers[4];
};

constexpr size_t fragment_lanes = 32;

/* Index of the first lane's Fragment; the lo part follows 32 Fragments later. */
constexpr size_t fragment_index(int row_tile, int k_tile, int k_tiles) {
    return (static_cast<size_t>(row_tile) * k_tiles + k_tile) * 2 * fragment_lanes;
}

constexpr size_t fragment_count(int rows, int depth) {
    return static_cast<size_t>(rows / 16) * (depth / 16) * 2 * fragment_lanes;
}

/* Spectra go up to 128 (the sum of a Hann window of 256); ×256 keeps quiet ones out of the subnormal halves. */
constexpr float spectrum_scale = 256.0f;

/* The network as the tensor-core kernel reads it; all pointers are device memory. */
struct TileWeights {
    const Fragment *stft;    // rows: for each 8 bins their real parts, then their imaginary ones; k: samples
    const Fragment *conv[4]; // rows: outputs; k: taps outermost. Layer 3 has no first tap, layer 4 only the middle one
    const Fragment *lstm;    // rows: gates i, f, g, o; k: features, h
    const float *nyquist;    // [3 taps][128]
    const float *conv_bias[4];
    const float *lstm_bias;
    const float *output;
    float stft_scale; // each product's result is multiplied by its scale, which undoes the scaling of the weights
    float conv_scale[4];
    float lstm_scale;
    float output_bias;
};

/* The network as the plain kernel reads it: matrices [depth][outputs], so that neighbouring threads read neighbouring weights. */
struct PlainWeights {
    const float *stft; // [filter][2 × (bins + 1)]: real, then imaginary
    const float *conv[4]; // [3 taps × inputs][outputs]
    const float *conv_bias[4];
    const float *lstm; // [256][512]
    const float *lstm_bias;
    const float *output;
    float output_bias;
};

/* One launch: streams first .. first + count - 1 of a tick. */
struct LaunchArguments {
    const int16_t *windows; // [count][window]
    StreamState *states;
    const int32_t *rows; // [count] indices of states, or NULL: first, first + 1, ...
    float *probabilities; // [count]
    int32_t first;
    int32_t count;
};

} // namespace voice::cuda

#endif
