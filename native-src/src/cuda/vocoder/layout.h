#ifndef VOICE_CUDA_VOCODER_LAYOUT_H
#define VOICE_CUDA_VOCODER_LAYOUT_H

#include <cstddef>
#include <cstdint>

namespace voice::cuda::vocoder {

/*
 * What the kernels read. Everything lies in a few pieces of device memory; places in them are offsets, so that an image of the
 * layers does not depend on where it is copied to.
 *
 * A tensor's rows of one piece of work are in the working memory, segment after segment: what the slot remembers of it (its
 * history), then the segment's own rows, rows_per_frame for each frame. So a convolution that reads back finds all it reads in
 * one run of rows. Between batches the histories are in the slot's state.
 *
 * Row r of a segment's own rows of a tensor belongs to the moment first × rows_per_frame + r - lag of the utterance. Rows of
 * moments before the utterance or behind its end are zeros.
 *
 * A split row has each value rounded to a half, and then what the rounding left of each: 22 bits. What reads it goes through its
 * weights for either part. Frames and all that is made of them before the second upsampling are split where values are halves: rounding
 * them once would cost more than that of all the rest (HiFi-GAN V2: 48.8 dB from the first convolution's output alone).
 */
constexpr int tile_rows = 64;  // input rows that a block works on, all of one segment
constexpr int threads = 128;   // of every block
constexpr int max_tables = 10; // levels: frames and what each stage makes
constexpr uint32_t most_blocks = 8192; // of a launch: blocks go on to other tiles, because starting one without any is not free
constexpr int chunk_channels = 64; // that the tensor-core kernel keeps in shared memory at once

/* Frames of one slot. */
struct Segment {
    int32_t slot;
    int32_t first;  // how many of the utterance's were before; no more than it takes to be far from its beginning
    int32_t rest;   // how many of them lie before the utterance's end, which may be behind or (<= 0) before them
    int32_t count;
    int32_t given;  // the others are zeros
    int32_t frame;  // frames of the segments before this one
    int32_t input;  // given frames of the segments before this one
    int32_t sample; // where the samples go
};

/* Frames that one block takes, or several blocks if they have more than tile_rows rows. */
struct Tile {
    int32_t segment;
    int32_t frame; // of the segment
};

/* At the start of a piece of work; offsets are in bytes from there. */
struct Header {
    int32_t segment_count;
    int32_t tile_count[max_tables];
    uint32_t segments;
    uint32_t tiles[max_tables];
    uint32_t input; // [given frames][frame_stride] float
};

/* Offsets are in elements: of working memory, and of a slot's state. */
struct Tensor {
    uint64_t work;
    uint64_t state;
    int32_t stride; // elements of a row: its values or, if it is split, twice as many
    int32_t values; // a multiple of 8
    int32_t history;
    int32_t rows_per_frame;
    int32_t lag;
};

/* A convolution that is a part of a layer. Offsets without a word are in bytes of the image. */
struct Product {
    uint64_t weights;
    uint64_t places; // of the tensor-core kernel, see packing.h
    uint64_t input;  // in working memory
    int32_t input_history;
    int32_t input_stride;
    int32_t input_values;
    int32_t channels; // of the row that are read, whether they are values or what is left of them
    int32_t back; // output row r reads rows r - back + tap × dilation
    int32_t taps;
    int32_t dilation;
    float slope; // of the leaky ReLU that the input still needs; 1 for none
    uint64_t residual; // in working memory: row r - residual_back is added to output row r
    int32_t residual_history;
    int32_t residual_stride;
    int32_t residual_back; // -1 for none
};

/*
 * (The sum of the products and the bias) × mean, then a leaky ReLU; each product brings its residual. Input row r makes rate
 * output rows side by side.
 */
struct Layer {
    uint64_t products;
    uint64_t bias; // [columns] float; of the first layer, which has per_slot, it is not used
    uint64_t output; // in working memory
    int32_t product_count;
    int32_t per_slot;
    int32_t columns; // rate × output_values
    int32_t rate;
    int32_t output_history;
    int32_t output_stride;
    int32_t output_values;
    int32_t output_lag;
    int32_t rows_per_frame; // of the input
    int32_t table;
    int32_t frames_per_tile;
    int32_t tiles_per_frame;
    float scale; // undoes that of the weights
    float mean;
    float slope; // 1 for none
};

/* The last layer: samples = tanh(bias + weights · the taps rows from row r - back on). */
struct Output {
    uint64_t weights; // [taps][stride] float
    uint64_t input;
    int32_t input_history;
    int32_t input_stride;
    int32_t taps;
    int32_t rows_per_frame;
    int32_t lag;
    int32_t table;
    int32_t frames_per_tile;
    int32_t tiles_per_frame;
    float bias;
};

constexpr int default_shared_bytes = 48 << 10; // what any GPU gives a block without being asked

/* Channels that the tensor-core kernel takes at once, from first_channel on. */
constexpr int chunk_width(int values, int first_channel) {
    return values - first_channel < chunk_channels ? values - first_channel : chunk_channels;
}

/* Bytes from row to row in shared memory: an odd number of 16 bytes, so that eight rows are in different banks. */
constexpr int shared_pitch(int width) { return (width / 8 | 1) * 16; }

/* Steps of the product: 16 of the taps × width values each. */
constexpr int k_tiles(int taps, int width) { return (taps * (width / 8) + 1) / 2; }

/* Where everything is. */
struct Memory {
    const unsigned char *image;
    const unsigned char *piece; // a Header
    unsigned char *work;
    unsigned char *states;
    const float *biases; // [slots][columns of the first layer]
    float *samples;
    uint64_t state_bytes; // of a slot
    uint32_t bias_columns;
    int32_t frame_stride; // values of a frame
};

} // namespace voice::cuda::vocoder

#endif
