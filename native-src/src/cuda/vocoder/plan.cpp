#include "cuda/vocoder/plan.h"

#include <algorithm>
#include <functional>
#include <string>

#include "cuda/runtime.h"
#include "voice/voice.h"

namespace voice::cuda::vocoder {

namespace {

constexpr uint64_t most_channels = 1u << 16;
constexpr uint64_t most_reach = 1u << 16; // rows that a layer reads back
constexpr uint32_t most_hop = 1u << 16;

void check(const voice_cuda_layer &layer, uint64_t inputs, const char *name) {
    const auto refuse = [name](int status, const char *what, uint64_t value, const std::string &why) {
        throw Failure{status, std::string(name) + ": " + what + "=" + std::to_string(value) + why};
    };
    const auto range = [&refuse](const char *what, uint64_t value, uint64_t most) {
        if (value == 0 || value > most) {
            refuse(VOICE_ERROR_UNSUPPORTED, what, value, ": 1 to " + std::to_string(most) + " are run");
        }
    };
    if (layer.inputs != inputs) {
        refuse(VOICE_ERROR_ARGUMENT, "inputs", layer.inputs, ": what comes before it has " + std::to_string(inputs));
    }
    if (layer.weight == nullptr || layer.bias == nullptr) {
        refuse(VOICE_ERROR_ARGUMENT, "weight or bias", 0, ": both are required");
    }
    range("inputs", layer.inputs, most_channels);
    range("outputs", layer.outputs, most_channels);
    range("kernel", layer.kernel, most_reach);
    range("spread", layer.spread, most_reach / layer.kernel);
}

// "Same" padding of an even one would be more on one side.
void check_odd(const voice_cuda_layer &layer, uint64_t inputs, const char *name) {
    check(layer, inputs, name);
    if (layer.kernel % 2 == 0) {
        throw Failure{VOICE_ERROR_UNSUPPORTED,
                      std::string(name) + ": kernel=" + std::to_string(layer.kernel) + ": odd ones are run"};
    }
}

int padding(const voice_cuda_layer &layer) {
    return static_cast<int>(layer.spread * (layer.kernel - 1) / 2);
}

int up_taps(const voice_cuda_layer &up) {
    return static_cast<int>((up.kernel + up.spread - 1) / up.spread);
}

// Of residual blocks, whose layers here have one product each.
uint32_t taps(const PlannedLayer &layer) {
    return layer.products[0].layer->kernel;
}

int look_ahead(const voice_cuda_block &block) {
    int rows = 0;
    for (uint32_t i = 0; i < block.steps; i++) {
        rows += padding(block.first[i]) + (block.second == nullptr ? 0 : padding(block.second[i]));
    }
    return rows;
}

} // namespace

int frames_per_tile(int rows_per_frame) {
    return std::max(1, tile_rows / rows_per_frame);
}

int tiles_per_frame(int rows_per_frame) {
    return std::max(1, (rows_per_frame + tile_rows - 1) / tile_rows);
}

Plan::Plan(const voice_cuda_generator &generator, bool split) {
    check_odd(generator.pre, generator.channels, "the first convolution");
    if (generator.stage_count == 0 || generator.stage_count + 2 > max_tables) {
        throw Failure{VOICE_ERROR_UNSUPPORTED, "stage_count=" + std::to_string(generator.stage_count) +
                                                   ": 1 to " + std::to_string(max_tables - 2) + " are run"};
    }
    uint64_t channels = generator.pre.outputs;
    for (uint32_t i = 0; i < generator.stage_count; i++) {
        check(generator.stages[i].up, channels, "an upsampling");
        channels = generator.stages[i].up.outputs;
    }
    check_odd(generator.post, channels, "the last convolution");
    const int pre_padding = padding(generator.pre);
    const int frames = add_tensor(generator.channels, 1, 0, 2 * pre_padding, split);
    int input = add_tensor(generator.pre.outputs, 1, pre_padding, up_taps(generator.stages[0].up) - 1, split);
    launches.push_back({{products(generator.pre, frames, 2 * pre_padding), input, false, true, inner_slope, 1.0f}});
    for (uint32_t i = 0; i < generator.stage_count; i++) {
        const bool last = i + 1 == generator.stage_count;
        add_stage(generator.stages[i], input, last ? last_slope : inner_slope,
                  last ? 2 * padding(generator.post) : up_taps(generator.stages[i + 1].up) - 1,
                  split && i == 0);
    }
    const Tensor &read = tensors[static_cast<size_t>(input)];
    output_tensor = input;
    output_lag = read.lag + padding(generator.post);
    if (generator.post.outputs != 1 || generator.post.spread != 1) {
        throw Failure{VOICE_ERROR_ARGUMENT, "the last convolution must have one output and no dilation"};
    }
    if (static_cast<uint32_t>(read.rows_per_frame) != generator.hop ||
        static_cast<uint32_t>(output_lag) != generator.lookahead_samples) {
        throw Failure{VOICE_ERROR_ARGUMENT,
                      "hop=" + std::to_string(generator.hop) + ", lookahead_samples=" +
                          std::to_string(generator.lookahead_samples) + ": the layers come to " +
                          std::to_string(read.rows_per_frame) + " and " + std::to_string(output_lag)};
    }
    for (Tensor &tensor : tensors) {
        const auto stride = static_cast<uint64_t>(tensor.stride);
        tensor.state = state_elements;
        state_elements += static_cast<uint64_t>(tensor.history) * stride;
        frame_elements += static_cast<uint64_t>(tensor.rows_per_frame) * stride;
    }
}

void Plan::add_stage(const voice_cuda_vocoder_stage &stage, int &input, float slope, int history, bool split) {
    const Tensor before = tensors[static_cast<size_t>(input)];
    const voice_cuda_layer &up = stage.up;
    if (before.rows_per_frame * static_cast<uint64_t>(up.spread) > most_hop) {
        throw Failure{VOICE_ERROR_UNSUPPORTED, "hop=" + std::to_string(before.rows_per_frame * uint64_t{up.spread}) +
                                                   " or more: up to " + std::to_string(most_hop) + " are run"};
    }
    if (up.kernel < up.spread || (up.kernel - up.spread) % 2 != 0) {
        throw Failure{VOICE_ERROR_ARGUMENT, "an upsampling by " + std::to_string(up.spread) + " with a kernel of " +
                                                std::to_string(up.kernel) + ": it does not multiply the length"};
    }
    const int rows_per_frame = before.rows_per_frame * static_cast<int>(up.spread);
    const int lag = before.lag * static_cast<int>(up.spread) + static_cast<int>(up.kernel - up.spread) / 2;
    int most = 0;
    size_t most_steps = 0;
    if (stage.blocks == 0) {
        throw Failure{VOICE_ERROR_ARGUMENT, "a stage has no residual blocks"};
    }
    for (uint32_t i = 0; i < stage.blocks; i++) {
        const voice_cuda_block &block = stage.block[i];
        for (uint32_t j = 0; j < block.steps; j++) {
            check_odd(block.first[j], up.outputs, "a residual block");
            if (block.second != nullptr) {
                check_odd(block.second[j], up.outputs, "a residual block");
            }
        }
        if (block.steps == 0) {
            throw Failure{VOICE_ERROR_ARGUMENT, "a residual block has no steps"};
        }
        most = std::max(most, look_ahead(block));
        most_steps = std::max<size_t>(most_steps, block.steps);
    }
    const int upsampled = add_tensor(up.outputs, rows_per_frame, lag, 0, split);
    const int output = add_tensor(up.outputs, rows_per_frame, lag + most, history, false);
    launches.push_back({{products(up, input, up_taps(up) - 1), upsampled, true, false, 1.0f, 1.0f}});

    // Each block's steps so far end at its source, which lags behind what was upsampled.
    std::vector<int> source(stage.blocks, upsampled);
    PlannedLayer sum = {{}, output, false, false, slope, 1.0f / static_cast<float>(stage.blocks)};
    for (size_t step = 0; step < most_steps; step++) {
        std::vector<PlannedLayer> firsts;
        std::vector<PlannedLayer> seconds;
        for (uint32_t i = 0; i < stage.blocks; i++) {
            const voice_cuda_block &block = stage.block[i];
            if (step >= block.steps) {
                continue;
            }
            const bool last = step + 1 == block.steps;
            // A block that looks less far ahead begins later, so that all end with the same moment.
            const int extra = step == 0 ? most - look_ahead(block) : 0;
            const int from = source[i];
            const int source_lag = tensors[static_cast<size_t>(from)].lag;
            const int first_padding = padding(block.first[step]);
            const int middle_lag = source_lag + extra + first_padding;
            const int second_padding = block.second == nullptr ? 0 : padding(block.second[step]);
            const int end_lag = middle_lag + second_padding;
            const int first_back = middle_lag - source_lag + first_padding;
            Tensor &read = tensors[static_cast<size_t>(from)];
            read.history = std::max({read.history, first_back, end_lag - source_lag});
            const int target = last ? output : add_tensor(up.outputs, rows_per_frame, end_lag, 0, split);
            const auto end = [&](const PlannedProduct &product, std::vector<PlannedLayer> &layers) {
                if (last) {
                    sum.products.push_back(product);
                } else {
                    layers.push_back({{product}, target, false, false, 1.0f, 1.0f});
                }
            };
            if (block.second == nullptr) {
                end({&block.first[step], from, first_back, false, true, from, end_lag - source_lag}, firsts);
            } else {
                const int middle = add_tensor(up.outputs, rows_per_frame, middle_lag, 2 * second_padding, split);
                firsts.push_back({{{&block.first[step], from, first_back, false, true, no_tensor, 0}}, middle, false, false,
                                  inner_slope, 1.0f});
                end({&block.second[step], middle, 2 * second_padding, false, false, from, end_lag - source_lag}, seconds);
            }
            source[i] = target;
        }
        for (std::vector<PlannedLayer> &layers : {std::ref(firsts), std::ref(seconds)}) {
            if (!layers.empty()) {
                // The dearest first: blocks start in this order, and a long one that starts last is waited for.
                std::stable_sort(layers.begin(), layers.end(),
                                 [](const PlannedLayer &a, const PlannedLayer &b) { return taps(a) > taps(b); });
                launches.push_back(layers);
            }
        }
    }
    launches.push_back({sum});
    input = output;
}

// Few but decisive ones: of their weights, too, what rounding leaves is used.
std::vector<PlannedProduct> Plan::products(const voice_cuda_layer &layer, int input, int back) const {
    const PlannedProduct product = {&layer, input, back, false, false, no_tensor, 0};
    const Tensor &read = tensors[static_cast<size_t>(input)];
    if (read.stride == read.values) {
        return {product};
    }
    PlannedProduct rest = product;
    rest.rest = true;
    return {product, rest};
}

int Plan::add_tensor(uint64_t channels, int rows_per_frame, int lag, int history, bool split) {
    const int values = row_stride(channels);
    tensors.push_back({0, 0, split ? 2 * values : values, values, history, rows_per_frame, lag});
    const int per_tile = frames_per_tile(rows_per_frame);
    if (std::find(tables.begin(), tables.end(), per_tile) == tables.end()) {
        tables.push_back(per_tile);
    }
    return static_cast<int>(tensors.size()) - 1;
}

int Plan::table(int rows_per_frame) const {
    return static_cast<int>(std::find(tables.begin(), tables.end(), frames_per_tile(rows_per_frame)) - tables.begin());
}

void Plan::place(const Capacity &capacity) {
    work_elements = 0;
    for (Tensor &tensor : tensors) {
        tensor.work = work_elements;
        work_elements += (static_cast<uint64_t>(tensor.history) * capacity.segments +
                          static_cast<uint64_t>(tensor.rows_per_frame) * capacity.frames) *
                         static_cast<uint64_t>(tensor.stride);
        work_elements = (work_elements + 63) / 64 * 64;
    }
}

} // namespace voice::cuda::vocoder
