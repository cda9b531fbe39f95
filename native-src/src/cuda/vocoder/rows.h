#ifndef VOICE_CUDA_VOCODER_ROWS_H
#define VOICE_CUDA_VOCODER_ROWS_H

#include "cuda/device.h"
#include "cuda/vocoder/layout.h"

namespace voice::cuda::vocoder {

VOICE_DEVICE const Header &header(const Memory &memory) { return *reinterpret_cast<const Header *>(memory.piece); }

VOICE_DEVICE const Segment &segment(const Memory &memory, int index) {
    return reinterpret_cast<const Segment *>(memory.piece + header(memory).segments)[index];
}

template <typename T>
VOICE_DEVICE const T *in_image(const Memory &memory, uint64_t offset) {
    return reinterpret_cast<const T *>(memory.image + offset);
}

/* A segment's first own row in a tensor; its history lies in front of it. */
template <typename T>
VOICE_DEVICE T *own_rows(const Memory &memory, uint64_t work, int history, int stride, int rows_per_frame, int index,
                         const Segment &segment) {
    const int64_t row = static_cast<int64_t>(index + 1) * history + static_cast<int64_t>(segment.frame) * rows_per_frame;
    return reinterpret_cast<T *>(memory.work) + work + row * stride;
}

/* Rows that a block works on at once. */
struct TileRows {
    int segment;
    int first; // row of the segment's own
    int count;
};

/* of is a Layer or the Output. */
template <typename Of>
VOICE_DEVICE int tile_count(const Memory &memory, const Of &of) {
    return header(memory).tile_count[of.table] * of.tiles_per_frame;
}

template <typename Of>
VOICE_DEVICE TileRows rows_of_tile(const Memory &memory, const Of &of, int index) {
    const Tile tile =
        reinterpret_cast<const Tile *>(memory.piece + header(memory).tiles[of.table])[index / of.tiles_per_frame];
    const int part = index % of.tiles_per_frame * tile_rows;
    const int frames = segment(memory, tile.segment).count - tile.frame;
    const int rows = (frames < of.frames_per_tile ? frames : of.frames_per_tile) * of.rows_per_frame - part;
    return {tile.segment, tile.frame * of.rows_per_frame + part, rows < tile_rows ? rows : tile_rows};
}

/* The rows of a segment that lie within the utterance: from low to before high. */
struct Inside {
    int low;
    int high;
};

VOICE_DEVICE Inside inside(const Segment &segment, int lag, int rows_per_frame) {
    return {lag - segment.first * rows_per_frame, segment.rest * rows_per_frame + lag};
}

VOICE_DEVICE float leaky(float value, float slope) { return value > 0 ? value : value * slope; }

/* What no half can hold becomes the largest one: an infinity's rest, or its product with a zero, would not be a number. */
VOICE_DEVICE float bounded(float value) {
    constexpr float largest = 65504.0f;
    return value > largest ? largest : value < -largest ? -largest : value; // also what is not a number stays
}

/* Values as the working memory has them. */
VOICE_DEVICE float load_value(const float *from) { return *from; }
VOICE_DEVICE float load_value(const uint16_t *from) { return from_half(*from); }
VOICE_DEVICE void store_value(float *to, float value) { *to = value; }
VOICE_DEVICE void store_value(uint16_t *to, float value) { *to = to_half(bounded(value)); }

VOICE_DEVICE void load_four(const float *from, float (&values)[4]) {
    const uint4 raw = load_16_bytes(from);
    const uint32_t bits[4] = {raw.x, raw.y, raw.z, raw.w};
    VOICE_UNROLL
    for (int i = 0; i < 4; i++) {
        values[i] = float_of_bits(bits[i]);
    }
}

VOICE_DEVICE void load_eight(const float *from, float (&values)[8]) {
    float half[4];
    load_four(from, half);
    VOICE_UNROLL
    for (int i = 0; i < 4; i++) {
        values[i] = half[i];
    }
    load_four(from + 4, half);
    VOICE_UNROLL
    for (int i = 0; i < 4; i++) {
        values[4 + i] = half[i];
    }
}

VOICE_DEVICE void load_eight(const uint16_t *from, float (&values)[8]) {
    const uint4 raw = load_16_bytes(from);
    const uint32_t bits[4] = {raw.x, raw.y, raw.z, raw.w};
    VOICE_UNROLL
    for (int i = 0; i < 8; i++) {
        values[i] = from_half(static_cast<uint16_t>(bits[i / 2] >> (16 * (i % 2))));
    }
}

} // namespace voice::cuda::vocoder

#endif
