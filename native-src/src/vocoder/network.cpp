#include "vocoder/network.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace voice::vocoder {

namespace {

// Floats of a tensor's share of a block: large enough that a layer's weights are used often, small enough that what a
// stage works on stays in a second-level cache.
constexpr size_t block_floats = 8192;
constexpr size_t most_frames = 16;

size_t whole_lines(size_t floats) {
    return (floats + 15) / 16 * 16;
}

size_t look_ahead(const ResidualBlock &block) {
    size_t rows = 0;
    for (const Convolution &convolution : block.first) {
        rows += convolution.padding();
    }
    for (const Convolution &convolution : block.second) {
        rows += convolution.padding();
    }
    return rows;
}

size_t look_ahead(const Stage &stage) {
    size_t rows = 0;
    for (const ResidualBlock &block : stage.blocks) {
        rows = std::max(rows, look_ahead(block));
    }
    return rows;
}

} // namespace

/* Hands out places in the state, and in the working space, of which a part is used by one stage after the other. */
class Network::Layout {
public:
    size_t state(size_t floats) { return take(state_, floats); }
    size_t own(size_t floats) { return take(own_, floats); }
    size_t shared(size_t floats) {
        const size_t place = take(shared_, floats);
        most_shared_ = std::max(most_shared_, shared_);
        return place;
    }
    /* What the stages before used may be used again. */
    void next_stage() { shared_ = 0; }

    size_t state_floats() const { return state_; }
    size_t own_floats() const { return own_; }
    size_t work_floats() const { return own_ + most_shared_; }

private:
    static size_t take(size_t &used, size_t floats) {
        const size_t place = used;
        used += whole_lines(floats);
        return place;
    }

    size_t state_ = 0;
    size_t own_ = 0;
    size_t shared_ = 0;
    size_t most_shared_ = 0;
};

Network::Network(const Generator &generator, const Kernels &kernels, size_t max_stream_bytes)
    : kernels_(kernels), channels_(generator.channels), hop_(generator.hop), sample_rate_(generator.sample_rate),
      parameters_(generator.parameters), max_frames_(most_frames), pre_(generator.pre, kernels.lanes),
      pre_padding_(generator.pre.padding()), post_bias_(generator.post.bias[0]), post_kernel_(generator.post.kernel),
      conditioning_(generator.conditioning), speakers_(generator.speakers) {
    Layout layout;
    bias_at_ = layout.state(pre_.layer().columns);
    frames_.stride = row_stride(channels_);
    frames_.history = 2 * pre_padding_;
    frames_.state = layout.state(frames_.history * frames_.stride);
    frames_.rows = layout.own((frames_.history + max_frames_) * frames_.stride);
    lookahead_ = static_cast<int64_t>(pre_padding_);
    reach_ = pre_padding_;

    // Each stage's input window holds what the layer before it makes in a block.
    size_t rows = max_frames_;
    size_t channels = generator.pre.outputs;
    for (size_t i = 0; i < generator.stages.size(); i++) {
        const Stage &stage = generator.stages[i];
        add_stage(stage, i + 1 == generator.stages.size(), layout);
        Window &input = stages_.back().input;
        input.stride = row_stride(channels);
        input.history = stages_.back().up.layer().taps - 1;
        input.state = layout.state(input.history * input.stride);
        input.rows = layout.own((input.history + rows) * input.stride);
        rows = stages_.back().max_rows * stage.up.rate;
        channels = stage.up.outputs;
    }
    last_.stride = row_stride(channels);
    last_.history = 2 * generator.post.padding();
    last_.state = layout.state(last_.history * last_.stride);
    last_.rows = layout.own((last_.history + rows) * last_.stride);
    lookahead_ += static_cast<int64_t>(generator.post.padding());
    reach_ += generator.post.padding();

    post_weights_ = AlignedFloats(post_kernel_ * last_.stride);
    for (size_t channel = 0; channel < channels; channel++) {
        for (size_t tap = 0; tap < post_kernel_; tap++) {
            post_weights_[tap * last_.stride + channel] = generator.post.weight[channel * post_kernel_ + tap];
        }
    }
    state_floats_ = layout.state_floats();
    work_floats_ = layout.work_floats();
    if ((state_floats_ + work_floats_) * sizeof(float) > max_stream_bytes) {
        throw Error(VOICE_ERROR_UNSUPPORTED, "a stream of this vocoder would take " +
                                                 std::to_string((state_floats_ + work_floats_) * sizeof(float)) +
                                                 " bytes; at most " +
                                                 std::to_string(max_stream_bytes) + " are spent");
    }
    // The shared part lies behind what the layers have for themselves.
    const size_t shared = layout.own_floats();
    for (StagePlan &plan : stages_) {
        plan.upsampled.rows += shared;
        plan.upsampled.active += shared;
        plan.sum += shared;
        for (std::vector<Step> &block : plan.blocks) {
            for (Step &step : block) {
                for (Window *window : {&step.middle, &step.target}) {
                    window->rows += shared;
                    window->active += shared;
                }
            }
        }
    }
}

void Network::add_stage(const Stage &stage, bool last, Layout &layout) {
    StagePlan &plan = stages_.emplace_back();
    plan.up = PackedLayer(stage.up, kernels_.lanes);
    plan.rate = stage.up.rate;
    plan.rows_per_frame = plan.rate * (stages_.size() == 1 ? 1 : stages_[stages_.size() - 2].rows_per_frame);
    plan.stride = row_stride(stage.up.outputs);
    plan.max_rows = std::max<size_t>(1, block_floats / plan.stride / plan.rate);
    plan.input_lag = lookahead_;
    plan.lag = lookahead_ * static_cast<int64_t>(plan.rate) + static_cast<int64_t>(stage.up.padding());
    plan.slope = last ? last_slope : inner_slope;
    const size_t most = look_ahead(stage);
    plan.output_lag = plan.lag + static_cast<int64_t>(most);
    lookahead_ = plan.output_lag;
    reach_ = reach_ * plan.rate + stage.up.kernel - 1 - stage.up.padding() + most;

    for (const ResidualBlock &block : stage.blocks) {
        // A block that looks less far ahead begins later, so that all end with the same moment.
        const size_t extra = most - look_ahead(block);
        plan.upsampled.history = std::max(plan.upsampled.history, extra + 2 * block.first[0].padding());
        if (!block.second.empty()) {
            plan.upsampled.history = std::max(plan.upsampled.history,
                                              extra + block.first[0].padding() + block.second[0].padding());
        }
    }
    const size_t rows = plan.max_rows * plan.rate;
    layout.next_stage();
    plan.upsampled.stride = plan.stride;
    plan.upsampled.state = layout.state(plan.upsampled.history * plan.stride);
    plan.upsampled.rows = layout.shared((plan.upsampled.history + rows) * plan.stride);
    plan.upsampled.active = layout.shared((plan.upsampled.history + rows) * plan.stride);
    plan.sum = layout.shared(rows * plan.stride);
    for (const ResidualBlock &block : stage.blocks) {
        add_block(block, most - look_ahead(block), plan, layout);
    }
    // The blocks run one after the other in the same windows: one for the middle, two that steps alternate between.
    size_t history = 0;
    for (const std::vector<Step> &block : plan.blocks) {
        for (const Step &step : block) {
            history = std::max({history, step.middle.history, step.target.history});
        }
    }
    const size_t floats = (history + rows) * plan.stride;
    const size_t middle = layout.shared(floats);
    const size_t targets[2][2] = {{layout.shared(floats), layout.shared(floats)},
                                  {layout.shared(floats), layout.shared(floats)}};
    for (std::vector<Step> &block : plan.blocks) {
        for (size_t i = 0; i < block.size(); i++) {
            block[i].middle.rows = middle;
            block[i].target.rows = targets[i % 2][0];
            block[i].target.active = targets[i % 2][1];
        }
    }
}

void Network::add_block(const ResidualBlock &block, size_t extra_lag, StagePlan &plan, Layout &layout) const {
    std::vector<Step> &steps = plan.blocks.emplace_back();
    size_t lag = 0;
    for (size_t i = 0; i < block.first.size(); i++) {
        Step &step = steps.emplace_back();
        const Convolution &first = block.first[i];
        step.first = PackedLayer(first, kernels_.lanes);
        step.first_padding = first.padding();
        step.first_dilation = first.dilation;
        step.source_lag = lag;
        step.middle_lag = step.lag = lag + first.padding() + (i == 0 ? extra_lag : 0);
        if (!block.second.empty()) {
            const Convolution &second = block.second[i];
            step.second = PackedLayer(second, kernels_.lanes);
            step.second_padding = second.padding();
            step.lag += second.padding();
            step.middle.stride = plan.stride;
            step.middle.history = 2 * second.padding();
            step.middle.state = layout.state(step.middle.history * plan.stride);
        }
        lag = step.lag;
        if (i > 0) { // what it reads back from the step before
            Window &source = steps[i - 1].target;
            source.stride = plan.stride;
            source.history = std::max(2 * first.padding(), step.lag - step.source_lag);
            source.state = layout.state(source.history * plan.stride);
        }
    }
}

size_t Network::weight_bytes() const {
    size_t bytes = pre_.bytes() + post_weights_.size() * sizeof(float) +
                   (conditioning_.weight.size() + conditioning_.bias.size() + speakers_.size()) * sizeof(float);
    for (const StagePlan &plan : stages_) {
        bytes += plan.up.bytes();
        for (const std::vector<Step> &block : plan.blocks) {
            for (const Step &step : block) {
                bytes += step.first.bytes() + step.second.bytes();
            }
        }
    }
    return bytes;
}

void Network::make_bias(const float *conditioning, float *bias) const {
    const PackedConvolution layer = pre_.layer();
    std::copy(layer.bias, layer.bias + layer.columns, bias);
    for (size_t output = 0; conditioning != nullptr && output < conditioning_.outputs; output++) {
        double sum = conditioning_.bias[output];
        for (size_t i = 0; i < conditioning_.inputs; i++) {
            sum += static_cast<double>(conditioning_.weight[output * conditioning_.inputs + i]) * conditioning[i];
        }
        bias[output] += static_cast<float>(sum);
    }
}

} // namespace voice::vocoder
