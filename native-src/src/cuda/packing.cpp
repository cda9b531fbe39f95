#include "cuda/packing.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "cuda/half_bits.h"

namespace voice::cuda {

namespace {

using Element = std::function<float(int row, int k)>;

constexpr int conv_inputs[4] = {0, 128, 64, 64}; // the first layer's are the bins
constexpr int conv_outputs[4] = {128, 64, 64, 128};

/* Pieces of an upload, each aligned for 16-byte loads. Addresses are offsets, which at() makes absolute. */
class Builder {
public:
    explicit Builder(std::vector<unsigned char> &bytes) : bytes_(bytes) {}

    const float *floats(const float *values, size_t count) {
        return static_cast<const float *>(append(values, count * sizeof(float)));
    }

    const float *floats(size_t rows, size_t columns, const std::function<float(size_t, size_t)> &value) {
        std::vector<float> values(rows * columns);
        for (size_t i = 0; i < values.size(); i++) {
            values[i] = value(i / columns, i % columns);
        }
        return floats(values.data(), values.size());
    }

    /* The matrix in the order of fragments. A power of two brings its largest value to 512 .. 1024, which keeps small
       ones and their remainders out of the subnormal halves; scale is set to what undoes it. */
    const Fragment *fragments(int rows, int depth, const Element &element, float &scale) {
        float largest = 0;
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < depth; k++) {
                largest = std::max(largest, std::fabs(element(row, k)));
            }
        }
        const int exponent = largest > 0 ? 9 - std::ilogb(largest) : 0;
        scale = std::ldexp(1.0f, -exponent);
        std::vector<Fragment> packed(fragment_count(rows, depth));
        for (int row_tile = 0; row_tile < rows / 16; row_tile++) {
            for (int k_tile = 0; k_tile < depth / 16; k_tile++) {
                for (int lane = 0; lane < 32; lane++) {
                    Fragment &hi = packed[fragment_index(row_tile, k_tile, depth / 16) + static_cast<size_t>(lane)];
                    Fragment &lo = *(&hi + fragment_lanes);
                    for (int i = 0; i < 8; i++) {
                        const int place = i / 2;
                        const int row = row_tile * 16 + lane / 4 + 8 * (place & 1);
                        const int k = k_tile * 16 + lane % 4 * 2 + 8 * (place >> 1) + i % 2;
                        const float value = std::ldexp(element(row, k), exponent);
                        const uint16_t high = float_to_half(value);
                        const uint16_t low = float_to_half(value - half_to_float(high));
                        hi.registers[place] |= static_cast<uint32_t>(high) << (16 * (i % 2));
                        lo.registers[place] |= static_cast<uint32_t>(low) << (16 * (i % 2));
                    }
                }
            }
        }
        return static_cast<const Fragment *>(append(packed.data(), packed.size() * sizeof(Fragment)));
    }

private:
    const void *append(const void *from, size_t size) {
        const size_t offset = (bytes_.size() + 127) / 128 * 128;
        bytes_.resize(offset + size);
        std::copy_n(static_cast<const unsigned char *>(from), size, bytes_.data() + offset);
        return reinterpret_cast<const void *>(offset);
    }

    std::vector<unsigned char> &bytes_;
};

template <typename T>
void move_to(const T *&pointer, const void *base) {
    pointer = reinterpret_cast<const T *>(reinterpret_cast<uintptr_t>(base) + reinterpret_cast<uintptr_t>(pointer));
}

} // namespace

template <>
TileWeights Packed<TileWeights>::at(const void *base) const {
    TileWeights moved = at_zero;
    move_to(moved.stft, base);
    move_to(moved.lstm, base);
    move_to(moved.nyquist, base);
    move_to(moved.lstm_bias, base);
    move_to(moved.output, base);
    for (int layer = 0; layer < 4; layer++) {
        move_to(moved.conv[layer], base);
        move_to(moved.conv_bias[layer], base);
    }
    return moved;
}

template <>
PlainWeights Packed<PlainWeights>::at(const void *base) const {
    PlainWeights moved = at_zero;
    move_to(moved.stft, base);
    move_to(moved.lstm, base);
    move_to(moved.lstm_bias, base);
    move_to(moved.output, base);
    for (int layer = 0; layer < 4; layer++) {
        move_to(moved.conv[layer], base);
        move_to(moved.conv_bias[layer], base);
    }
    return moved;
}

std::string tile_obstacle(const voice_cuda_weights &weights) {
    const float *imaginary = weights.stft + static_cast<size_t>(weights.bins) * weights.filter;
    for (uint32_t bin : {0u, weights.bins - 1}) {
        for (uint32_t k = 0; k < weights.filter; k++) {
            if (std::fabs(imaginary[bin * weights.filter + k]) > 1e-5f) {
                return "the model's short-time spectrum is not a Fourier transform (bin " + std::to_string(bin) +
                       " is not real)";
            }
        }
    }
    return "";
}

Packed<TileWeights> pack_for_tiles(const voice_cuda_weights &weights) {
    Packed<TileWeights> packed;
    Builder builder(packed.bytes);
    TileWeights &tile = packed.at_zero;
    const int filter = static_cast<int>(weights.filter);
    const int bins = static_cast<int>(weights.bins) - 1;

    const auto stft = [&](int row, int k) {
        const int bin = row / 16 * 8 + row % 8;
        const bool imaginary = row % 16 >= 8;
        // The imaginary part of bin 0 is nothing; its row is the real part of the Nyquist bin.
        const int source = !imaginary ? bin : bin == 0 ? bins : bins + 1 + bin;
        return weights.stft[static_cast<size_t>(source * filter + k)];
    };
    tile.stft = builder.fragments(2 * bins, filter, stft, tile.stft_scale);
    tile.stft_scale *= 1.0f / 32768.0f;

    constexpr int first_tap[4] = {0, 0, 1, 1};
    constexpr int taps[4] = {3, 3, 2, 1};
    for (int layer = 0; layer < 4; layer++) {
        const int inputs = layer == 0 ? bins : conv_inputs[layer];
        const int file_inputs = layer == 0 ? bins + 1 : inputs;
        const auto element = [&, inputs, file_inputs, layer](int row, int k) {
            const int tap = first_tap[layer] + k / inputs;
            return weights.conv[layer][static_cast<size_t>((row * file_inputs + k % inputs) * 3 + tap)];
        };
        tile.conv[layer] =
            builder.fragments(conv_outputs[layer], taps[layer] * inputs, element, tile.conv_scale[layer]);
        tile.conv_bias[layer] =
            builder.floats(weights.conv_bias[layer], static_cast<size_t>(conv_outputs[layer]));
    }
    // What the kernel adds to the first layer's sums has to be in their scale.
    const float nyquist_scale = spectrum_scale / tile.conv_scale[0];
    tile.conv_scale[0] /= spectrum_scale;
    tile.nyquist = builder.floats(3, 128, [&](size_t tap, size_t row) {
        return weights.conv[0][(row * static_cast<size_t>(bins + 1) + static_cast<size_t>(bins)) * 3 + tap] *
               nyquist_scale;
    });

    const auto lstm = [&](int row, int k) { return weights.lstm[static_cast<size_t>(row * 2 * hidden + k)]; };
    tile.lstm = builder.fragments(4 * hidden, 2 * hidden, lstm, tile.lstm_scale);
    tile.lstm_bias = builder.floats(weights.lstm_bias, 4 * hidden);
    tile.output = builder.floats(weights.output, hidden);
    tile.output_bias = weights.output_bias;
    return packed;
}

Packed<PlainWeights> pack_plain(const voice_cuda_weights &weights) {
    Packed<PlainWeights> packed;
    Builder builder(packed.bytes);
    PlainWeights &plain = packed.at_zero;
    const size_t filter = weights.filter;
    const size_t bins = weights.bins;
    plain.stft = builder.floats(filter, 2 * bins, [&](size_t k, size_t row) { return weights.stft[row * filter + k]; });
    for (int layer = 0; layer < 4; layer++) {
        const size_t inputs = layer == 0 ? bins : static_cast<size_t>(conv_inputs[layer]);
        const size_t outputs = static_cast<size_t>(conv_outputs[layer]);
        plain.conv[layer] = builder.floats(3 * inputs, outputs, [&](size_t k, size_t output) {
            return weights.conv[layer][(output * inputs + k % inputs) * 3 + k / inputs];
        });
        plain.conv_bias[layer] = builder.floats(weights.conv_bias[layer], outputs);
    }
    plain.lstm = builder.floats(2 * hidden, 4 * hidden,
                                [&](size_t k, size_t gate) { return weights.lstm[gate * 2 * hidden + k]; });
    plain.lstm_bias = builder.floats(weights.lstm_bias, 4 * hidden);
    plain.output = builder.floats(weights.output, hidden);
    plain.output_bias = weights.output_bias;
    return packed;
}

} // namespace voice::cuda
