#include "vocoder/stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace voice::vocoder {

namespace {

void copy_rows(float *target, const float *source, size_t floats) {
    if (floats > 0) {
        std::memcpy(target, source, floats * sizeof(float));
    }
}

void zero_rows(float *rows, size_t stride, size_t low, size_t high) {
    if (rows != nullptr && high > low) {
        std::memset(rows + low * stride, 0, (high - low) * stride * sizeof(float));
    }
}

const float *moved(const float *rows, size_t floats) {
    return rows == nullptr ? nullptr : rows + floats;
}

float *moved(float *rows, size_t floats) {
    return rows == nullptr ? nullptr : rows + floats;
}

} // namespace

/* The rows that a convolution makes, and those of them that lie within the utterance. */
struct Stream::Rows {
    size_t count;
    size_t low;
    size_t high;
};

Stream::Stream(std::shared_ptr<const Network> network, const float *conditioning)
    : network_(std::move(network)), block_(network_->state_floats() + network_->work_floats()) {
    network_->make_bias(conditioning, state(network_->bias_at()));
}

uint64_t Stream::written(uint64_t frames) const {
    const uint64_t samples = frames * network_->hop();
    return samples > network_->lookahead() ? samples - network_->lookahead() : 0;
}

void Stream::push(const float *frames, size_t count, size_t channel_stride, float *samples) {
    samples_ = samples;
    for (size_t done = 0; done < count;) {
        const size_t step = std::min(count - done, network_->max_frames());
        frames_ += step;
        block(frames + done, step, channel_stride);
        done += step;
    }
}

void Stream::flush(float *samples) {
    ended_ = true;
    samples_ = samples;
    for (uint64_t rest = (network_->lookahead() + network_->hop() - 1) / network_->hop(); rest > 0;) {
        const size_t step = std::min<size_t>(rest, network_->max_frames());
        block(nullptr, step, 0);
        rest -= step;
    }
}

void Stream::reset() {
    const size_t kept = network_->bias_at() + network_->pre().columns;
    std::fill(block_.data() + kept, block_.data() + network_->state_floats(), 0.0f);
    frames_ = 0;
    taken_ = 0;
    ended_ = false;
}

void Stream::range(int64_t position, size_t count, size_t rows_per_frame, size_t &low, size_t &high) const {
    const auto rows = static_cast<int64_t>(count);
    const int64_t end = ended_ ? static_cast<int64_t>(frames_ * rows_per_frame) : INT64_MAX;
    low = static_cast<size_t>(std::clamp<int64_t>(-position, 0, rows));
    high = end == INT64_MAX ? count : static_cast<size_t>(std::clamp<int64_t>(end - position, 0, rows));
    low = std::min(low, high);
}

void Stream::begin(const Window &window) {
    copy_rows(work(window.rows), state(window.state), window.history * window.stride);
}

void Stream::keep(const Window &window, size_t rows) {
    copy_rows(state(window.state), work(window.rows) + rows * window.stride, window.history * window.stride);
}

void Stream::convolve(ConvolutionJob &job, const Rows &rows) const {
    const size_t columns = job.convolution.columns;
    for (float *target : {job.raw, job.activated}) {
        zero_rows(target, columns, 0, rows.low);
        zero_rows(target, columns, rows.high, rows.count);
    }
    if (rows.low == rows.high) {
        return;
    }
    job.rows = rows.high - rows.low;
    job.input += rows.low * job.input_stride;
    job.residual = moved(job.residual, rows.low * columns);
    job.sum = moved(job.sum, rows.low * columns);
    job.raw = moved(job.raw, rows.low * columns);
    job.activated = moved(job.activated, rows.low * columns);
    network_->kernels().convolve(job);
}

// count frames, or zeros where there are none any more.
void Stream::block(const float *frames, size_t count, size_t channel_stride) {
    const Window &window = network_->frames();
    begin(window);
    float *rows = work(window.rows) + window.history * window.stride;
    if (frames == nullptr) {
        zero_rows(rows, window.stride, 0, count);
    }
    for (size_t channel = 0; frames != nullptr && channel < network_->channels(); channel++) {
        for (size_t i = 0; i < count; i++) {
            rows[i * window.stride + channel] = frames[channel * channel_stride + i];
        }
    }
    const Window &output = network_->stages()[0].input;
    begin(output);
    ConvolutionJob job = {};
    job.convolution = network_->pre();
    job.convolution.bias = state(network_->bias_at());
    job.input = work(window.rows);
    job.input_stride = window.stride;
    job.tap_stride = window.stride;
    job.scale = 1;
    job.activated = work(output.rows) + output.history * output.stride;
    job.slope = inner_slope;
    Rows made = {count, 0, 0};
    const auto first = static_cast<int64_t>(taken_);
    range(first - static_cast<int64_t>(network_->pre_padding()), count, 1, made.low, made.high);
    convolve(job, made);
    keep(window, count);
    run_stages(0, first, count);
    keep(output, count);
    taken_ += count;
}

// Rows of stage index's input, which lie in its window behind their history, the first of them being row first of all.
void Stream::run_stages(size_t index, int64_t first, size_t rows) {
    const std::vector<StagePlan> &stages = network_->stages();
    if (index == stages.size()) {
        run_output(first, rows);
        return;
    }
    const StagePlan &plan = stages[index];
    const Window &output = index + 1 == stages.size() ? network_->last() : stages[index + 1].input;
    const float *input = work(plan.input.rows);
    for (size_t done = 0; done < rows;) {
        const size_t step = std::min(rows - done, plan.max_rows);
        begin(output);
        run_stage(plan, first + static_cast<int64_t>(done), step, input + done * plan.input.stride,
                  work(output.rows) + output.history * output.stride);
        const size_t made = step * plan.rate;
        run_stages(index + 1, (first + static_cast<int64_t>(done)) * static_cast<int64_t>(plan.rate), made);
        keep(output, made);
        done += step;
    }
}

void Stream::run_stage(const StagePlan &plan, int64_t first, size_t rows, const float *input, float *output) {
    run_upsampling(plan, first, rows, input);
    const int64_t position = first * static_cast<int64_t>(plan.rate) - plan.lag;
    const size_t count = rows * plan.rate;
    const size_t blocks = plan.blocks.size();
    for (size_t i = 0; i < blocks; i++) {
        const std::vector<Step> &steps = plan.blocks[i];
        const Window *source = &plan.upsampled;
        for (size_t j = 0; j < steps.size(); j++) {
            const Step &step = steps[j];
            ConvolutionJob job = {};
            job.scale = 1;
            if (j + 1 < steps.size()) {
                const Window &target = step.target;
                begin(target);
                network_->kernels().activate(work(target.rows), work(target.active), target.history * target.stride,
                                             inner_slope);
                job.raw = work(target.rows) + target.history * target.stride;
                job.activated = work(target.active) + target.history * target.stride;
                job.slope = inner_slope;
            } else {
                const bool last = i + 1 == blocks;
                job.sum = i == 0 ? nullptr : work(plan.sum);
                job.raw = last ? nullptr : work(plan.sum);
                job.activated = last ? output : nullptr;
                job.scale = last ? 1.0f / static_cast<float>(blocks) : 1.0f;
                job.slope = plan.slope;
            }
            run_step(plan, step, *source, position, count, job);
            if (j + 1 < steps.size()) {
                keep(step.target, count);
            }
            source = &step.target;
        }
    }
}

void Stream::run_upsampling(const StagePlan &plan, int64_t first, size_t rows, const float *input) {
    const Window &target = plan.upsampled;
    begin(target);
    network_->kernels().activate(work(target.rows), work(target.active), target.history * target.stride, inner_slope);
    ConvolutionJob job = {};
    job.convolution = plan.up.layer();
    job.input = input;
    job.input_stride = plan.input.stride;
    job.tap_stride = plan.input.stride;
    job.scale = 1;
    job.raw = work(target.rows) + target.history * target.stride;
    job.activated = work(target.active) + target.history * target.stride;
    job.slope = inner_slope;
    // Input rows make rate rows each, of which those at the utterance's ends may lie outside of it in part.
    const size_t count = rows * plan.rate;
    size_t low = 0;
    size_t high = 0;
    range(first * static_cast<int64_t>(plan.rate) - plan.lag, count, plan.rows_per_frame, low, high);
    float *const raw = job.raw;
    float *const activated = job.activated;
    convolve(job, {rows, low / plan.rate, low == high ? low / plan.rate : (high + plan.rate - 1) / plan.rate});
    for (float *made : {raw, activated}) {
        zero_rows(made, plan.stride, 0, low);
        zero_rows(made, plan.stride, high, count);
    }
    keep(target, count);
}

void Stream::run_step(const StagePlan &plan, const Step &step, const Window &source, int64_t first, size_t rows,
                      ConvolutionJob job) {
    const bool paired = step.second.bytes() > 0;
    ConvolutionJob first_job = {};
    if (paired) {
        begin(step.middle);
        first_job.scale = 1;
        first_job.activated = work(step.middle.rows) + step.middle.history * plan.stride;
        first_job.slope = inner_slope;
    } else {
        first_job = job;
    }
    first_job.convolution = step.first.layer();
    const size_t oldest = source.history - (step.middle_lag - step.source_lag) - step.first_padding;
    first_job.input = work(source.active) + oldest * plan.stride;
    first_job.input_stride = plan.stride;
    first_job.tap_stride = step.first_dilation * plan.stride;
    const float *residual = work(source.rows) + (source.history - (step.lag - step.source_lag)) * plan.stride;
    Rows made = {rows, 0, 0};
    range(first - static_cast<int64_t>(step.middle_lag), rows, plan.rows_per_frame, made.low, made.high);
    if (!paired) {
        first_job.residual = residual;
        convolve(first_job, made);
        return;
    }
    convolve(first_job, made);
    job.convolution = step.second.layer();
    job.input = work(step.middle.rows);
    job.input_stride = plan.stride;
    job.tap_stride = plan.stride;
    job.residual = residual;
    range(first - static_cast<int64_t>(step.lag), rows, plan.rows_per_frame, made.low, made.high);
    convolve(job, made);
    keep(step.middle, rows);
}

void Stream::run_output(int64_t first, size_t rows) {
    const Window &window = network_->last();
    size_t low = 0;
    size_t high = 0;
    range(first - static_cast<int64_t>(network_->lookahead()), rows, network_->hop(), low, high);
    if (low == high) {
        return;
    }
    OutputJob job = {};
    job.weights = network_->post_weights();
    job.bias = network_->post_bias();
    job.width = network_->post_kernel() * window.stride;
    job.input = work(window.rows) + low * window.stride;
    job.input_stride = window.stride;
    job.rows = high - low;
    job.samples = samples_;
    network_->kernels().output(job);
    samples_ += job.rows;
}

} // namespace voice::vocoder
