#ifndef VOICE_CUDA_VOCODER_FLOAT_KERNEL_H
#define VOICE_CUDA_VOCODER_FLOAT_KERNEL_H

#include "cuda/vocoder/rows.h"

namespace voice::cuda::vocoder {

/*
 * A layer in float from end to end, of any size: the form that is easy to believe, beside which the other is judged. A thread
 * has four columns of a few rows; quads of them side by side make a block's columns.
 */
template <int quads>
struct FloatConvolution {
    static constexpr int columns = 4 * quads;
    static constexpr int row_step = threads / quads;
    static constexpr int rows = tile_rows / row_step;

    const Layer &layer;
    const Memory &memory;

    VOICE_DEVICE void run() const {
        const TileRows tile = tile_of_block(memory, layer.table, layer.frames_per_tile, layer.tiles_per_frame,
                                            layer.rows_per_frame);
        if (tile.count <= 0) {
            return;
        }
        const Segment &of = segment(memory, tile.segment);
        const int column = block_index_y() * columns + thread_index() % quads * 4;
        float sums[rows][4] = {};
        const Product *products = in_image<Product>(memory, layer.products);
        for (int i = 0; i < layer.product_count; i++) {
            accumulate(products[i], of, tile, column, sums);
        }
        finish(products, of, tile, column, sums);
    }

    // Of a row that the tile does not have the last one's values are taken, and not stored.
    VOICE_DEVICE int row_of(const TileRows &tile, int i) const {
        const int row = thread_index() / quads + i * row_step;
        return tile.first + (row < tile.count ? row : tile.count - 1);
    }

    VOICE_DEVICE void accumulate(const Product &product, const Segment &of, const TileRows &tile, int column,
                                 float (&sums)[rows][4]) const {
        const float *input = own_rows<float>(memory, product.input, product.input_history, product.input_stride,
                                             layer.rows_per_frame, tile.segment, of);
        const float *from[rows];
        VOICE_UNROLL
        for (int i = 0; i < rows; i++) {
            from[i] = input + static_cast<int64_t>(row_of(tile, i) - product.back) * product.input_stride;
        }
        const float *weights = in_image<float>(memory, product.weights) + column;
        const int tap_step = product.dilation * product.input_stride;
        for (int tap = 0; tap < product.taps; tap++) {
            for (int k = 0; k < product.input_stride; k += 4) {
                float values[rows][4];
                VOICE_UNROLL
                for (int i = 0; i < rows; i++) {
                    load_four(from[i] + tap * tap_step + k, values[i]);
                }
                VOICE_UNROLL
                for (int j = 0; j < 4; j++) {
                    float weight[4];
                    load_four(weights, weight);
                    weights += layer.columns;
                    VOICE_UNROLL
                    for (int i = 0; i < rows; i++) {
                        const float value = leaky(values[i][j], product.slope);
                        VOICE_UNROLL
                        for (int c = 0; c < 4; c++) {
                            sums[i][c] += value * weight[c];
                        }
                    }
                }
            }
        }
    }

    VOICE_DEVICE void finish(const Product *products, const Segment &of, const TileRows &tile, int column,
                             float (&sums)[rows][4]) const {
        const int output_rows_per_frame = layer.rows_per_frame * layer.rate;
        const Inside range = inside(of, layer.output_lag, output_rows_per_frame);
        const float *bias = layer.per_slot != 0
                                ? memory.biases + static_cast<int64_t>(of.slot) * memory.bias_columns
                                : in_image<float>(memory, layer.bias);
        float *output = own_rows<float>(memory, layer.output, layer.output_history, layer.output_stride,
                                        output_rows_per_frame, tile.segment, of);
        VOICE_UNROLL
        for (int i = 0; i < rows; i++) {
            if (thread_index() / quads + i * row_step >= tile.count) {
                continue;
            }
            const int row = row_of(tile, i);
            const int output_row = row * layer.rate + column / layer.output_values;
            const bool valid = output_row >= range.low && output_row < range.high;
            VOICE_UNROLL
            for (int c = 0; c < 4; c++) {
                float value = sums[i][c] + bias[column + c];
                for (int p = 0; p < layer.product_count; p++) {
                    const Product &product = products[p];
                    if (product.residual_back >= 0) {
                        value += own_rows<float>(memory, product.residual, product.residual_history, product.residual_stride,
                                                 layer.rows_per_frame, tile.segment,
                                                 of)[static_cast<int64_t>(row - product.residual_back) *
                                                         product.residual_stride + column + c];
                    }
                }
                output[static_cast<int64_t>(row) * layer.columns + column + c] =
                    valid ? leaky(value * layer.mean, layer.slope) : 0.0f;
            }
        }
    }
};

} // namespace voice::cuda::vocoder

#endif
