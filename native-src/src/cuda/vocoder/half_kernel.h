#ifndef VOICE_CUDA_VOCODER_HALF_KERNEL_H
#define VOICE_CUDA_VOCODER_HALF_KERNEL_H

#include "cuda/tile_product.h"
#include "cuda/vocoder/rows.h"

namespace voice::cuda::vocoder {

/*
 * A layer on the tensor cores: halves in memory, sums in float. The left factor is 16 rows of moments × 16 of taps × channels,
 * the right one weights of 8 columns. Of each product a block takes up to 64 channels at a time into shared memory, for its rows
 * and those before them that the taps reach; weights come out of the caches in the order in which a warp wants them.
 *
 * Four warps, column_warps of them side by side; a warp has row_parts × 16 rows and column_parts × 8 columns.
 */
template <int row_parts, int column_parts, int column_warps>
struct HalfConvolution {
    static constexpr int columns = column_warps * column_parts * 8;
    static_assert(threads / 32 / column_warps * row_parts * 16 == tile_rows);

    const Layer &layer;
    const Memory &memory;
    unsigned char *shared;

    VOICE_DEVICE int warp_row() const { return warp() / column_warps * row_parts * 16; }
    VOICE_DEVICE int warp_column() const {
        return block_index_y() * columns + warp() % column_warps * column_parts * 8;
    }

    VOICE_DEVICE void run() const {
        const int tiles = tile_count(memory, layer);
        for (int index = block_index(); index < tiles; index += grid_width()) {
            run_tile(rows_of_tile(memory, layer, index));
        }
    }

    VOICE_DEVICE void run_tile(const TileRows &tile) const {
        const Segment &of = segment(memory, tile.segment);
        float sums[row_parts][column_parts][4];
        clear(sums);
        const Product *products = in_image<Product>(memory, layer.products);
        for (int i = 0; i < layer.product_count; i++) {
            const Product &product = products[i];
            // The values, and with the same weights what is left of them.
            for (int part = 0; part < product.channels; part += product.input_values) {
                const uint32_t *weights = in_image<uint32_t>(memory, product.weights);
                const uint32_t *places = in_image<uint32_t>(memory, product.places);
                for (int first = 0; first < product.input_values; first += chunk_channels) {
                    const int width = chunk_width(product.input_values, first);
                    const int tiles = k_tiles(product.taps, width);
                    stage(product, of, tile, part + first, width);
                    sync_block();
                    multiply(weights, places, tiles, shared_pitch(width), sums);
                    sync_block(); // the next chunk, or tile, takes this one's place
                    weights += static_cast<int64_t>(tiles) * (layer.columns / 8) * 64;
                    places += 2 * tiles;
                }
            }
        }
        finish(products, of, tile, sums);
    }

    // Channels first … of the tile's rows and those before them, behind the leaky ReLU. Rows behind the segment's are zeros.
    VOICE_DEVICE void stage(const Product &product, const Segment &of, const TileRows &tile, int first, int width) const {
        const int pieces = width / 8;
        const int rows = tile_rows + (product.taps - 1) * product.dilation;
        const int oldest = tile.first - product.back;
        const int end = of.count * layer.rows_per_frame;
        const uint16_t *input = own_rows<uint16_t>(memory, product.input, product.input_history, product.input_stride,
                                                   layer.rows_per_frame, tile.segment, of);
        const int pitch = shared_pitch(width);
        const uint32_t slopes = to_half(product.slope) * 0x10001u;
        const bool activate = product.slope != 1.0f;
        const bool split = product.input_stride > product.input_values;
        // A division for each piece would cost more than the rest: exact, because there are few rows.
        const uint32_t inverse = 65536u / static_cast<uint32_t>(pieces) + 1;
        VOICE_UNROLL_TWICE
        for (int i = thread_index(); i < rows * pieces; i += threads) {
            const int row = static_cast<int>(static_cast<uint32_t>(i) * inverse >> 16);
            const int piece = i - row * pieces;
            const int channel = first + piece * 8;
            uint4 values = {0, 0, 0, 0};
            if (oldest + row < end) {
                const uint16_t *from = input + static_cast<int64_t>(oldest + row) * product.input_stride;
                values = activate && split ? activate_split(from, channel, product) : load_16_bytes(from + channel);
            }
            if (activate && !split) {
                values.x = leaky_halves(values.x, slopes);
                values.y = leaky_halves(values.y, slopes);
                values.z = leaky_halves(values.z, slopes);
                values.w = leaky_halves(values.w, slopes);
            }
            store_16_bytes(shared + row * pitch + piece * 16, values);
        }
    }

    // Eight channels of a split row, which are values or what is left of them, behind the leaky ReLU.
    VOICE_DEVICE uint4 activate_split(const uint16_t *row, int channel, const Product &product) const {
        const bool rest = channel >= product.input_values;
        const uint16_t *from = row + (rest ? channel - product.input_values : channel);
        float high[8];
        float low[8];
        load_eight(from, high);
        load_eight(from + product.input_values, low);
        uint32_t halves[4];
        VOICE_UNROLL
        for (int i = 0; i < 4; i++) {
            const uint32_t first = part_of(leaky(high[2 * i] + low[2 * i], product.slope), rest);
            halves[i] = first | part_of(leaky(high[2 * i + 1] + low[2 * i + 1], product.slope), rest) << 16;
        }
        return {halves[0], halves[1], halves[2], halves[3]};
    }

    /* The half that is nearest to value, or that which is nearest to what it leaves. */
    VOICE_DEVICE static uint32_t part_of(float value, bool rest) {
        const float held = bounded(value);
        const uint16_t half = to_half(held);
        return rest ? to_half(held - from_half(half)) : half;
    }

    VOICE_DEVICE void multiply(const uint32_t *weights, const uint32_t *places, int tiles, int pitch,
                               float (&sums)[row_parts][column_parts][4]) const {
        const unsigned char *rows = shared + (warp_row() + lane() % 16) * pitch;
        const uint32_t *place = places + lane() / 16;
        const uint32_t *right = weights + (warp_column() / 8 * 32 + lane()) * 2;
        const int step = layer.columns / 8 * 64;
        VOICE_UNROLL_TWICE
        for (int tile = 0; tile < tiles; tile++, place += 2, right += step) {
            const unsigned char *from = rows + *place;
            Fragment left[row_parts];
            VOICE_UNROLL
            for (int r = 0; r < row_parts; r++) {
                left[r] = load_rows(from + r * 16 * pitch);
            }
            VOICE_UNROLL
            for (int c = 0; c < column_parts; c++) {
                uint32_t column[2];
                load_columns(right + c * 64, column);
                VOICE_UNROLL
                for (int r = 0; r < row_parts; r++) {
                    multiply_add(sums[r][c], left[r], column);
                }
            }
        }
    }

    VOICE_DEVICE void finish(const Product *products, const Segment &of, const TileRows &tile,
                             const float (&sums)[row_parts][column_parts][4]) const {
        const int output_rows_per_frame = layer.rows_per_frame * layer.rate;
        const Inside range = inside(of, layer.output_lag, output_rows_per_frame);
        const float *bias = layer.per_slot != 0
                                ? memory.biases + static_cast<int64_t>(of.slot) * memory.bias_columns
                                : in_image<float>(memory, layer.bias);
        uint16_t *output = own_rows<uint16_t>(memory, layer.output, layer.output_history, layer.output_stride,
                                              output_rows_per_frame, tile.segment, of);
        VOICE_UNROLL
        for (int c = 0; c < column_parts; c++) {
            const int column = warp_column() + c * 8 + 2 * pair();
            const int phase = column / layer.output_values;
            const float offset[2] = {bias[column], bias[column + 1]};
            VOICE_UNROLL
            for (int i = 0; i < 2 * row_parts; i++) {
                const int row_in_tile = warp_row() + i * 8 + group();
                if (row_in_tile >= tile.count) {
                    continue;
                }
                const int row = tile.first + row_in_tile;
                float value[2];
                VOICE_UNROLL
                for (int j = 0; j < 2; j++) {
                    value[j] = sums[i / 2][c][2 * (i % 2) + j] * layer.scale + offset[j];
                }
                add_residuals(products, of, tile.segment, row, column, value);
                const int output_row = row * layer.rate + phase;
                const bool valid = output_row >= range.low && output_row < range.high;
                VOICE_UNROLL
                for (int j = 0; j < 2; j++) {
                    value[j] = valid ? leaky(value[j] * layer.mean, layer.slope) : 0.0f;
                }
                uint16_t *to = output + static_cast<int64_t>(output_row) * layer.output_stride + column -
                               phase * layer.output_values;
                *reinterpret_cast<uint32_t *>(to) = part_of(value[0], false) | part_of(value[1], false) << 16;
                if (layer.output_stride > layer.output_values) {
                    *reinterpret_cast<uint32_t *>(to + layer.output_values) =
                        part_of(value[0], true) | part_of(value[1], true) << 16;
                }
            }
        }
    }

    VOICE_DEVICE void add_residuals(const Product *products, const Segment &of, int index, int row, int column,
                                    float (&value)[2]) const {
        for (int p = 0; p < layer.product_count; p++) {
            const Product &product = products[p];
            if (product.residual_back < 0) {
                continue;
            }
            const uint16_t *from = own_rows<uint16_t>(memory, product.residual, product.residual_history,
                                                      product.residual_stride, layer.rows_per_frame, index, of) +
                                   static_cast<int64_t>(row - product.residual_back) * product.residual_stride + column;
            add_halves(from, value);
            if (product.residual_stride > layer.output_values) {
                add_halves(from + layer.output_values, value);
            }
        }
    }

    VOICE_DEVICE static void add_halves(const uint16_t *from, float (&value)[2]) {
        const uint32_t halves = *reinterpret_cast<const uint32_t *>(from);
        value[0] += from_half(static_cast<uint16_t>(halves));
        value[1] += from_half(static_cast<uint16_t>(halves >> 16));
    }
};

} // namespace voice::cuda::vocoder

#endif
