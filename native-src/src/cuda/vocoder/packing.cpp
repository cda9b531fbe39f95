#include "cuda/vocoder/packing.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cuda/half_bits.h"

namespace voice::cuda::vocoder {

namespace {

/* A product's weights by tap, channel and column, zeros where a row is padded. */
class Weights {
public:
    Weights(const PlannedProduct &product, const PlannedLayer &layer, int output_values)
        : layer_(*product.layer), transposed_(layer.transposed), stride_(static_cast<uint32_t>(output_values)),
          taps_(transposed_ ? (layer_.kernel + layer_.spread - 1) / layer_.spread : layer_.kernel) {}

    uint32_t taps() const { return taps_; }

    float at(uint32_t tap, uint32_t channel, uint32_t column) const {
        const uint32_t output = column % stride_;
        if (channel >= layer_.inputs || output >= layer_.outputs) {
            return 0;
        }
        if (!transposed_) {
            return layer_.weight[(size_t{output} * layer_.inputs + channel) * layer_.kernel + tap];
        }
        // The first tap is the oldest input row.
        const uint32_t k = column / stride_ + (taps_ - 1 - tap) * layer_.spread;
        return k < layer_.kernel ? layer_.weight[(size_t{channel} * layer_.outputs + output) * layer_.kernel + k] : 0;
    }

    float bias(uint32_t column) const {
        return column % stride_ < layer_.outputs ? layer_.bias[column % stride_] : 0;
    }

    float largest() const {
        const size_t count = size_t{layer_.inputs} * layer_.outputs * layer_.kernel;
        float result = 0;
        for (size_t i = 0; i < count; i++) {
            result = std::max(result, std::fabs(layer_.weight[i]));
        }
        return result;
    }

private:
    const voice_cuda_layer &layer_;
    bool transposed_;
    uint32_t stride_;
    uint32_t taps_;
};

class Packer {
public:
    Packer(const Plan &plan, uint32_t precision) : plan_(plan), half_(precision == half_precision) {}

    Packed run(const voice_cuda_generator &generator) {
        std::vector<Layer> layers;
        for (const std::vector<PlannedLayer> &launch : plan_.launches) {
            PackedLaunch packed = {static_cast<uint32_t>(layers.size()), static_cast<uint32_t>(launch.size()), 0, 0, 0, 0};
            for (const PlannedLayer &planned : launch) {
                layers.push_back(layer(planned, packed));
            }
            packed.columns = layers.back().columns;
            packed.rows_per_frame = layers.back().rows_per_frame;
            packed.tiles_per_frame = layers.back().tiles_per_frame;
            packed_.launches.push_back(packed);
        }
        packed_.layers = append(layers.data(), layers.size());
        packed_.tensors = append(plan_.tensors.data(), plan_.tensors.size());
        const Output last = output(generator.post);
        packed_.output = append(&last, 1);
        return std::move(packed_);
    }

private:
    template <typename T>
    uint64_t append(const T *from, size_t count) {
        const size_t offset = (packed_.image.size() + 127) / 128 * 128;
        packed_.image.resize(offset + count * sizeof(T));
        if (count > 0) {
            std::memcpy(packed_.image.data() + offset, from, count * sizeof(T));
        }
        return offset;
    }

    const Tensor &tensor(int index) const { return plan_.tensors[static_cast<size_t>(index)]; }

    Layer layer(const PlannedLayer &planned, PackedLaunch &launch) {
        const Tensor &input = tensor(planned.products[0].input);
        const Tensor &to = tensor(planned.output);
        Layer layer = {};
        layer.output = to.work;
        layer.product_count = static_cast<int32_t>(planned.products.size());
        layer.per_slot = planned.per_slot ? 1 : 0;
        layer.rate = to.rows_per_frame / input.rows_per_frame;
        layer.columns = layer.rate * to.values;
        layer.output_history = to.history;
        layer.output_stride = to.stride;
        layer.output_values = to.values;
        layer.output_lag = to.lag;
        layer.rows_per_frame = input.rows_per_frame;
        layer.table = plan_.table(input.rows_per_frame);
        layer.frames_per_tile = frames_per_tile(input.rows_per_frame);
        layer.tiles_per_frame = tiles_per_frame(input.rows_per_frame);
        layer.mean = planned.mean;
        layer.slope = planned.slope;

        float largest = 0;
        std::vector<float> bias(static_cast<size_t>(layer.columns));
        for (const PlannedProduct &product : planned.products) {
            const Weights weights(product, planned, to.values);
            largest = std::max(largest, weights.largest());
            for (size_t column = 0; !product.rest && column < bias.size(); column++) {
                bias[column] += weights.bias(static_cast<uint32_t>(column));
            }
        }
        layer.bias = append(bias.data(), bias.size());
        // A power of two brings the largest weight to 512 .. 1024, which keeps small ones out of the subnormal halves.
        const int exponent = half_ && largest > 0 ? 9 - std::ilogb(largest) : 0;
        layer.scale = std::ldexp(1.0f, -exponent);
        std::vector<Product> products;
        for (const PlannedProduct &product : planned.products) {
            products.push_back(pack_product(product, planned, layer.columns, exponent));
            const Product &made = products.back();
            const int width = std::min(chunk_channels, made.input_values);
            launch.shared_bytes = std::max(
                launch.shared_bytes, (tile_rows + (made.taps - 1) * made.dilation) * shared_pitch(width));
        }
        layer.products = append(products.data(), products.size());
        return layer;
    }

    Product pack_product(const PlannedProduct &planned, const PlannedLayer &layer, int columns, int exponent) {
        const Tensor &input = tensor(planned.input);
        const Weights weights(planned, layer, tensor(layer.output).values);
        Product product = {};
        product.input = input.work;
        product.input_history = input.history;
        product.input_stride = input.stride;
        product.input_values = input.values;
        product.channels = planned.rest ? input.values : input.stride;
        product.back = planned.back;
        product.taps = static_cast<int32_t>(weights.taps());
        product.dilation = layer.transposed ? 1 : static_cast<int32_t>(planned.layer->spread);
        product.slope = planned.activated ? inner_slope : 1.0f;
        product.residual_back = -1;
        if (planned.residual != no_tensor) {
            product.residual = tensor(planned.residual).work;
            product.residual_history = tensor(planned.residual).history;
            product.residual_stride = tensor(planned.residual).stride;
            product.residual_back = planned.residual_back;
        }
        if (half_) {
            pack_half(weights, columns, exponent, planned.rest, product);
        } else {
            pack_float(weights, columns, product);
        }
        return product;
    }

    void pack_float(const Weights &weights, int columns, Product &product) {
        std::vector<float> values;
        for (uint32_t tap = 0; tap < weights.taps(); tap++) {
            for (uint32_t channel = 0; channel < static_cast<uint32_t>(product.input_stride); channel++) {
                for (uint32_t column = 0; column < static_cast<uint32_t>(columns); column++) {
                    values.push_back(weights.at(tap, channel, column));
                }
            }
        }
        product.weights = append(values.data(), values.size());
    }

    void pack_half(const Weights &weights, int columns, int exponent, bool rest, Product &product) {
        std::vector<uint32_t> registers;
        std::vector<uint32_t> places;
        for (int first = 0; first < product.input_values; first += chunk_channels) {
            const int width = chunk_width(product.input_values, first);
            const int per_tap = width / 8;
            const int count = product.taps * per_tap;
            const int tiles = k_tiles(product.taps, width);
            for (int i = 0; i < 2 * tiles; i++) {
                const int place = std::min(i, count - 1);
                places.push_back(static_cast<uint32_t>(
                    place / per_tap * product.dilation * shared_pitch(width) + place % per_tap * 16));
            }
            const auto value = [&](int place, int k, int column) -> uint32_t {
                if (place >= count) {
                    return 0;
                }
                const float weight = std::ldexp(weights.at(static_cast<uint32_t>(place / per_tap),
                                                           static_cast<uint32_t>(first + place % per_tap * 8 + k),
                                                           static_cast<uint32_t>(column)),
                                                exponent);
                const uint16_t rounded = float_to_half(weight);
                return rest ? float_to_half(weight - half_to_float(rounded)) : rounded;
            };
            for (int tile = 0; tile < tiles; tile++) {
                for (int column = 0; column < columns; column += 8) {
                    for (int lane = 0; lane < 32; lane++) {
                        for (int i = 0; i < 2; i++) {
                            const int place = 2 * tile + i;
                            const int k = lane % 4 * 2;
                            registers.push_back(value(place, k, column + lane / 4) |
                                                value(place, k + 1, column + lane / 4) << 16);
                        }
                    }
                }
            }
        }
        product.weights = append(registers.data(), registers.size());
        product.places = append(places.data(), places.size());
    }

    Output output(const voice_cuda_layer &post) {
        const Tensor &input = tensor(plan_.output_tensor);
        std::vector<float> values(size_t{post.kernel} * static_cast<size_t>(input.stride));
        for (uint32_t channel = 0; channel < post.inputs; channel++) {
            for (uint32_t tap = 0; tap < post.kernel; tap++) {
                values[size_t{tap} * static_cast<size_t>(input.stride) + channel] =
                    post.weight[size_t{channel} * post.kernel + tap];
            }
        }
        Output output = {};
        output.weights = append(values.data(), values.size());
        output.input = input.work;
        output.input_history = input.history;
        output.input_stride = input.stride;
        output.taps = static_cast<int32_t>(post.kernel);
        output.rows_per_frame = input.rows_per_frame;
        output.lag = plan_.output_lag;
        output.table = plan_.table(input.rows_per_frame);
        output.frames_per_tile = frames_per_tile(input.rows_per_frame);
        output.tiles_per_frame = tiles_per_frame(input.rows_per_frame);
        output.bias = post.bias[0];
        return output;
    }

    const Plan &plan_;
    bool half_;
    Packed packed_ = {};
};

} // namespace

std::string half_obstacle(const Plan &plan) {
    for (const std::vector<PlannedLayer> &launch : plan.launches) {
        for (const PlannedLayer &layer : launch) {
            for (const PlannedProduct &product : layer.products) {
                const Tensor &input = plan.tensors[static_cast<size_t>(product.input)];
                const int reach = layer.transposed
                                      ? product.back
                                      : static_cast<int>((product.layer->kernel - 1) * product.layer->spread);
                const int bytes = (tile_rows + reach) * shared_pitch(std::min(chunk_channels, input.values));
                if (bytes > default_shared_bytes) {
                    return "a convolution of " + std::to_string(product.layer->inputs) + " channels with a kernel of " +
                           std::to_string(product.layer->kernel) + " and a dilation of " +
                           std::to_string(product.layer->spread) + " takes " + std::to_string(bytes) +
                           " bytes of shared memory a block, " + std::to_string(default_shared_bytes) + " are there";
                }
            }
        }
    }
    return "";
}

Packed pack(const voice_cuda_generator &generator, const Plan &plan, uint32_t precision) {
    return Packer(plan, precision).run(generator);
}

} // namespace voice::cuda::vocoder
