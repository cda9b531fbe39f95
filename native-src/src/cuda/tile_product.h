#ifndef VOICE_CUDA_TILE_PRODUCT_H
#define VOICE_CUDA_TILE_PRODUCT_H

#include "cuda/device.h"
#include "cuda/tile_layout.h"

namespace voice::cuda {

/*
 * Products of split numbers. A value is hi + lo, two halves, hence good to about 22 bits; a product of two is taken as
 * hi × hi + hi × lo + lo × hi. Single halves were tried: they are off by up to 1e-2 in the probability of quiet speech.
 */
struct SplitFragment {
    Fragment hi;
    Fragment lo;
};

struct SplitColumns {
    uint32_t hi[2];
    uint32_t lo[2];
};

VOICE_DEVICE int warp() { return thread_index() / 32; }
VOICE_DEVICE int lane() { return thread_index() % 32; }
VOICE_DEVICE int group() { return lane() / 4; }
VOICE_DEVICE int pair() { return lane() % 4; }

VOICE_DEVICE SplitFragment load_split(const Fragment *fragments, int row_tile, int k_tile, int k_tiles) {
    const Fragment *from = fragments + fragment_index(row_tile, k_tile, k_tiles) + lane();
    return {load_fragment(from), load_fragment(from + fragment_lanes)};
}

VOICE_DEVICE void multiply_add(float (&sums)[4], const SplitFragment &left, const SplitColumns &right) {
    multiply_add(sums, left.hi, right.hi);
    multiply_add(sums, left.hi, right.lo);
    multiply_add(sums, left.lo, right.hi);
}

template <int rows, int columns>
VOICE_DEVICE void clear(float (&sums)[rows][columns][4]) {
    VOICE_UNROLL
    for (int r = 0; r < rows; r++) {
        VOICE_UNROLL
        for (int c = 0; c < columns; c++) {
            VOICE_UNROLL
            for (int i = 0; i < 4; i++) {
                sums[r][c][i] = 0.0f;
            }
        }
    }
}

/* 16 samples of each of eight rows of int16 in shared memory. */
VOICE_DEVICE SplitColumns load_samples(const int16_t *rows, int stride) {
    const uint32_t *from = reinterpret_cast<const uint32_t *>(rows + group() * stride + 2 * pair());
    SplitColumns columns;
    split_samples(from[0], columns.hi[0], columns.lo[0]);
    split_samples(from[4], columns.hi[1], columns.lo[1]);
    return columns;
}

/* Two planes of halves in shared memory, [rows][stride]: the right factor of a product, a row for each column. */
struct Planes {
    uint16_t *hi;
    int plane; // halves from hi to lo
    int stride;

    VOICE_DEVICE SplitColumns load(int row, int k) const {
        const uint32_t *from = reinterpret_cast<const uint32_t *>(hi + (row + group()) * stride + k + 2 * pair());
        return {{from[0], from[4]}, {from[plane / 2], from[plane / 2 + 4]}};
    }

    // What no half can hold becomes the largest one: far outside of what the network knows, but finite.
    VOICE_DEVICE void store(int row, int k, float value) const {
        constexpr float largest = 65504.0f;
        const float clamped = fminf(fmaxf(value, -largest), largest);
        const uint16_t high = to_half(clamped);
        uint16_t *to = hi + row * stride + k;
        to[0] = high;
        to[plane] = to_half(clamped - from_half(high));
    }
};

/* sums += the 16 rows of row_tile × columns of in from first_row on, over k_tiles × 16 values of k. */
template <int k_tiles, int columns>
VOICE_DEVICE void accumulate(float (&sums)[columns][4], const Fragment *fragments, int row_tile, int first_k_tile,
                             int all_k_tiles, const Planes &in, int first_row) {
    VOICE_UNROLL
    for (int k = 0; k < k_tiles; k++) {
        const SplitFragment left = load_split(fragments, row_tile, first_k_tile + k, all_k_tiles);
        VOICE_UNROLL
        for (int n = 0; n < columns; n++) {
            multiply_add(sums[n], left, in.load(first_row + n * 8, k * 16));
        }
    }
}

/* max(sums × scale + bias, 0) into channels from first_channel on of out's rows from first_row on. */
template <int columns>
VOICE_DEVICE void store_rectified(const float (&sums)[columns][4], int first_channel, float scale, const float *bias,
                                  const Planes &out, int first_row) {
    VOICE_UNROLL
    for (int i = 0; i < 4; i++) {
        const int channel = first_channel + group() + 8 * (i >> 1);
        const float offset = bias[channel];
        VOICE_UNROLL
        for (int n = 0; n < columns; n++) {
            out.store(first_row + n * 8 + 2 * pair() + (i & 1), channel, fmaxf(sums[n][i] * scale + offset, 0.0f));
        }
    }
}

} // namespace voice::cuda

#endif
