#ifndef VOICE_CUDA_TILE_KERNEL_H
#define VOICE_CUDA_TILE_KERNEL_H

#include "cuda/device.h"
#include "cuda/tile_layout.h"
#include "cuda/tile_product.h"

namespace voice::cuda {

VOICE_DEVICE float sigmoid(float x) {
    return reciprocal(1.0f + exponential(-x));
}

// Large |x| gives ±1: the exponential goes to zero or infinity, never to a NaN.
VOICE_DEVICE float hyperbolic_tangent(float x) {
    return 2.0f * reciprocal(1.0f + exponential(-2.0f * x)) - 1.0f;
}

/* One tile, one window; see tile_layout.h for where everything is. */
template <typename Rate>
struct Tile {
    using Shared = SharedLayout<Rate>;

    const TileWeights &weights;
    const LaunchArguments &arguments;
    unsigned char *shared;

    VOICE_DEVICE int16_t *input() const { return reinterpret_cast<int16_t *>(shared + Shared::input); }
    VOICE_DEVICE float *nyquist() const { return reinterpret_cast<float *>(shared + Shared::nyquist); }
    VOICE_DEVICE float *partial() const { return reinterpret_cast<float *>(shared + Shared::partial); }
    VOICE_DEVICE Planes spectrum() const {
        return {halves(Shared::wide), Shared::spectrum_plane, spectrum_stride(Rate::bins)};
    }
    VOICE_DEVICE Planes conv1_out() const { return {halves(Shared::wide), Shared::conv1_plane, wide_stride}; }
    VOICE_DEVICE Planes conv2_out() const { return {halves(Shared::conv2), Shared::conv2_plane, narrow_stride}; }
    VOICE_DEVICE Planes conv3_out() const { return {halves(Shared::conv3), Shared::conv3_plane, narrow_stride}; }
    VOICE_DEVICE Planes lstm_input() const { return {halves(Shared::lstm), Shared::lstm_plane, lstm_stride}; }

    VOICE_DEVICE uint16_t *halves(size_t offset) const { return reinterpret_cast<uint16_t *>(shared + offset); }

    // Index of a stream of this tile in the launch; whether it exists.
    VOICE_DEVICE int position(int stream) const { return block_index() * tile_streams + stream; }
    VOICE_DEVICE bool exists(int stream) const { return position(stream) < arguments.count; }
    VOICE_DEVICE StreamState &state(int stream) const {
        const int at = position(stream);
        return arguments.states[arguments.rows == nullptr ? arguments.first + at : arguments.rows[at]];
    }

    VOICE_DEVICE void run() const {
        load_input();
        sync_block();
        keep_context();
        short_time_spectrum();
        sync_block();
        float sums[frames][column_tiles][4];
        convolution1(sums);
        sync_block(); // its output takes the place of its input
        VOICE_UNROLL
        for (int frame = 0; frame < frames; frame++) {
            store_rectified(sums[frame], warp() * 16, weights.conv_scale[0], weights.conv_bias[0], conv1_out(),
                            frame * tile_streams);
        }
        sync_block();
        convolution2();
        sync_block();
        convolution3();
        load_h();
        sync_block();
        convolution4();
        sync_block();
        lstm();
        sync_block();
        output();
    }

    // Context, new samples, mirrored end, 8 samples a store but for the mirror. Streams that do not exist are silence.
    VOICE_DEVICE void load_input() const {
        constexpr int context_pieces = Rate::context / 8;
        constexpr int pieces = context_pieces + Rate::window / 8;
        for (int i = thread_index(); i < tile_streams * pieces; i += threads) {
            const int stream = i / pieces;
            const int piece = i % pieces;
            uint4 samples = {0, 0, 0, 0};
            if (exists(stream)) {
                samples = piece < context_pieces ? load_16_bytes(state(stream).context + piece * 8)
                                                 : load_16_bytes(window(stream) + (piece - context_pieces) * 8);
            }
            store_16_bytes(input() + stream * Shared::input_stride + piece * 8, samples);
        }
        for (int i = thread_index(); i < tile_streams * Rate::context; i += threads) {
            const int stream = i / Rate::context;
            const int at = i % Rate::context;
            input()[stream * Shared::input_stride + Rate::context + Rate::window + at] =
                exists(stream) ? window(stream)[Rate::window - 2 - at] : int16_t{0};
        }
    }

    VOICE_DEVICE const int16_t *window(int stream) const {
        return arguments.windows + static_cast<size_t>(position(stream)) * Rate::window;
    }

    VOICE_DEVICE void keep_context() const {
        constexpr int pieces = Rate::context / 8;
        for (int i = thread_index(); i < tile_streams * pieces; i += threads) {
            const int stream = i / pieces;
            const int piece = i % pieces;
            if (exists(stream)) {
                store_16_bytes(state(stream).context + piece * 8,
                               load_16_bytes(input() + stream * Shared::input_stride + Rate::window + piece * 8));
            }
        }
    }

    // A fragment's rows are the real parts of eight bins and their imaginary parts, so that a lane has both. Bin 0 is
    // real; the row of its imaginary part is the Nyquist bin, which is real too.
    VOICE_DEVICE void short_time_spectrum() const {
        constexpr int row_tiles = Rate::bins / 8 / warps;
        constexpr int frames_at_once = 2; // what the registers hold
        constexpr int k_tiles = Rate::filter / 16;
        VOICE_NO_UNROLL
        for (int first = 0; first < frames; first += frames_at_once) {
            float sums[row_tiles][frames_at_once][column_tiles][4] = {};
            VOICE_NO_UNROLL
            for (int k = 0; k < k_tiles; k++) {
                SplitFragment left[row_tiles];
                VOICE_UNROLL
                for (int r = 0; r < row_tiles; r++) {
                    left[r] = load_split(weights.stft, warp() * row_tiles + r, k, k_tiles);
                }
                VOICE_UNROLL
                for (int f = 0; f < frames_at_once; f++) {
                    VOICE_UNROLL
                    for (int n = 0; n < column_tiles; n++) {
                        const SplitColumns right = load_samples(
                            input() + n * 8 * Shared::input_stride + (first + f) * Rate::hop + k * 16,
                            Shared::input_stride);
                        VOICE_UNROLL
                        for (int r = 0; r < row_tiles; r++) {
                            multiply_add(sums[r][f][n], left[r], right);
                        }
                    }
                }
            }
            VOICE_UNROLL
            for (int r = 0; r < row_tiles; r++) {
                VOICE_UNROLL
                for (int f = 0; f < frames_at_once; f++) {
                    VOICE_UNROLL
                    for (int n = 0; n < column_tiles; n++) {
                        store_magnitudes(sums[r][f][n], (warp() * row_tiles + r) * 8 + group(),
                                         (first + f) * tile_streams + n * 8 + 2 * pair());
                    }
                }
            }
        }
    }

    VOICE_DEVICE void store_magnitudes(const float (&sums)[4], int bin, int row) const {
        VOICE_UNROLL
        for (int i = 0; i < 2; i++) {
            const float real = sums[i] * weights.stft_scale;
            const float imaginary = sums[2 + i] * weights.stft_scale;
            float magnitude = square_root(real * real + imaginary * imaginary);
            if (bin == 0) {
                magnitude = fabsf(real);
                nyquist()[row + i] = fabsf(imaginary);
            }
            spectrum().store(row + i, bin, magnitude * spectrum_scale);
        }
    }

    // A frame of the input is read once and serves the three output frames around it.
    VOICE_DEVICE void convolution1(float (&sums)[frames][column_tiles][4]) const {
        constexpr int k_tiles = Rate::bins / 16;
        const Planes in = spectrum();
        clear(sums);
        VOICE_NO_UNROLL
        for (int k = 0; k < k_tiles; k++) {
            SplitFragment left[3];
            VOICE_UNROLL
            for (int tap = 0; tap < 3; tap++) {
                left[tap] = load_split(weights.conv[0], warp(), tap * k_tiles + k, 3 * k_tiles);
            }
            VOICE_UNROLL
            for (int from = 0; from < frames; from++) {
                VOICE_UNROLL
                for (int n = 0; n < column_tiles; n++) {
                    const SplitColumns right = in.load(from * tile_streams + n * 8, k * 16);
                    VOICE_UNROLL
                    for (int tap = 0; tap < 3; tap++) {
                        const int to = from + 1 - tap;
                        if (to >= 0 && to < frames) {
                            multiply_add(sums[to][n], left[tap], right);
                        }
                    }
                }
            }
        }
        add_nyquist(sums);
    }

    // The 129th channel would fill a fragment of sixteen with one; plain arithmetic is cheaper.
    VOICE_DEVICE void add_nyquist(float (&sums)[frames][column_tiles][4]) const {
        VOICE_UNROLL
        for (int tap = 0; tap < 3; tap++) {
            const float weight[2] = {weights.nyquist[tap * 128 + warp() * 16 + group()],
                                     weights.nyquist[tap * 128 + warp() * 16 + group() + 8]};
            VOICE_UNROLL
            for (int to = 0; to < frames; to++) {
                const int from = to + tap - 1;
                if (from < 0 || from >= frames) {
                    continue;
                }
                VOICE_UNROLL
                for (int n = 0; n < column_tiles; n++) {
                    const float *value = nyquist() + from * tile_streams + n * 8 + 2 * pair();
                    VOICE_UNROLL
                    for (int i = 0; i < 4; i++) {
                        sums[to][n][i] += weight[i >> 1] * value[i & 1];
                    }
                }
            }
        }
    }

    // 128 → 64, stride 2: output frame f reads frames 2f - 1 .. 2f + 1. Four warps a frame.
    VOICE_DEVICE void convolution2() const {
        constexpr int k_tiles = 128 / 16;
        const int row_tile = warp() & 3;
        const int frame = warp() >> 2;
        float sums[column_tiles][4] = {};
        VOICE_NO_UNROLL
        for (int tap = frame == 0 ? 1 : 0; tap < 3; tap++) {
            accumulate<k_tiles>(sums, weights.conv[1], row_tile, tap * k_tiles, 3 * k_tiles, conv1_out(),
                                (2 * frame + tap - 1) * tile_streams);
        }
        store_rectified(sums, row_tile * 16, weights.conv_scale[1], weights.conv_bias[1], conv2_out(),
                        frame * tile_streams);
    }

    // 64 → 64, stride 2 over two frames: the first tap is padding. Four warps a half of the streams.
    VOICE_DEVICE void convolution3() const {
        constexpr int k_tiles = 64 / 16;
        constexpr int columns = column_tiles / 2;
        const int row_tile = warp() & 3;
        const int first_row = (warp() >> 2) * columns * 8;
        float sums[columns][4] = {};
        VOICE_UNROLL
        for (int from = 0; from < 2; from++) {
            accumulate<k_tiles>(sums, weights.conv[2], row_tile, from * k_tiles, 2 * k_tiles, conv2_out(),
                                from * tile_streams + first_row);
        }
        store_rectified(sums, row_tile * 16, weights.conv_scale[2], weights.conv_bias[2], conv3_out(), first_row);
    }

    // 64 → 128 over one frame: only the middle tap meets it.
    VOICE_DEVICE void convolution4() const {
        constexpr int k_tiles = 64 / 16;
        float sums[column_tiles][4] = {};
        accumulate<k_tiles>(sums, weights.conv[3], warp(), 0, k_tiles, conv3_out(), 0);
        store_rectified(sums, warp() * 16, weights.conv_scale[3], weights.conv_bias[3], lstm_input(), 0);
    }

    VOICE_DEVICE void load_h() const {
        for (int i = thread_index(); i < tile_streams * hidden; i += threads) {
            const int stream = i / hidden;
            const int cell = i % hidden;
            lstm_input().store(stream, hidden + cell, exists(stream) ? state(stream).h[cell] : 0.0f);
        }
    }

    // A warp has all four gates of sixteen cells. The new h goes to device memory only: the old one is still being
    // read from shared memory by other warps.
    VOICE_DEVICE void lstm() const {
        constexpr int k_tiles = 2 * hidden / 16;
        const Planes in = lstm_input();
        float gates[4][column_tiles][4];
        clear(gates);
        VOICE_NO_UNROLL
        for (int k = 0; k < k_tiles; k++) {
            SplitFragment left[4];
            VOICE_UNROLL
            for (int gate = 0; gate < 4; gate++) {
                left[gate] = load_split(weights.lstm, gate * (hidden / 16) + warp(), k, k_tiles);
            }
            VOICE_UNROLL
            for (int n = 0; n < column_tiles; n++) {
                const SplitColumns right = in.load(n * 8, k * 16);
                VOICE_UNROLL
                for (int gate = 0; gate < 4; gate++) {
                    multiply_add(gates[gate][n], left[gate], right);
                }
            }
        }
        VOICE_UNROLL
        for (int n = 0; n < column_tiles; n++) {
            VOICE_UNROLL
            for (int column = 0; column < 2; column++) {
                const int stream = n * 8 + 2 * pair() + column;
                float sum = 0;
                VOICE_UNROLL
                for (int half = 0; half < 2; half++) {
                    const int i = 2 * half + column;
                    const float values[4] = {gates[0][n][i], gates[1][n][i], gates[2][n][i], gates[3][n][i]};
                    sum += update_cell(values, stream, warp() * 16 + group() + 8 * half);
                }
                // Over the eight groups, which have the warp's other cells of this stream.
                sum += shuffle_xor(sum, 4);
                sum += shuffle_xor(sum, 8);
                sum += shuffle_xor(sum, 16);
                if (group() == 0) {
                    partial()[warp() * tile_streams + stream] = sum;
                }
            }
        }
    }

    // Returns the cell's part of the output layer.
    VOICE_DEVICE float update_cell(const float (&gates)[4], int stream, int cell) const {
        if (!exists(stream)) {
            return 0.0f;
        }
        const auto gate = [&](int index) {
            return gates[index] * weights.lstm_scale + weights.lstm_bias[index * hidden + cell];
        };
        StreamState &past = state(stream);
        const float c = sigmoid(gate(1)) * past.c[cell] + sigmoid(gate(0)) * hyperbolic_tangent(gate(2));
        const float h = sigmoid(gate(3)) * hyperbolic_tangent(c);
        past.c[cell] = c;
        past.h[cell] = h;
        return fmaxf(h, 0.0f) * weights.output[cell];
    }

    VOICE_DEVICE void output() const {
        const int stream = thread_index();
        if (stream < tile_streams && exists(stream)) {
            float logit = weights.output_bias;
            for (int w = 0; w < warps; w++) {
                logit += partial()[w * tile_streams + stream];
            }
            arguments.probabilities[position(stream)] = sigmoid(logit);
        }
    }
};

} // namespace voice::cuda

#endif
