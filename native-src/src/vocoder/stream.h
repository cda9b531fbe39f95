#ifndef VOICE_VOCODER_STREAM_H
#define VOICE_VOCODER_STREAM_H

#include <cstddef>
#include <cstdint>
#include <memory>

#include "vocoder/network.h"

namespace voice::vocoder {

/* One utterance: a network, what it remembers, and the space it works in. For one thread at a time. */
class Stream {
public:
    /* conditioning is [conditioning_channels], or NULL for none. The only allocation is here. */
    Stream(std::shared_ptr<const Network> network, const float *conditioning);

    const Network &network() const { return *network_; }
    bool ended() const { return ended_; }

    /* Samples that a push of so many frames, or a flush, would write. */
    uint64_t samples_of_push(uint64_t frames) const {
        return ended_ ? 0 : written(frames_ + frames) - written(frames_);
    }
    uint64_t samples_of_flush() const { return ended_ ? 0 : frames_ * network_->hop() - written(frames_); }

    /* Value c of frame f is frames[c * channel_stride + f]; samples takes samples_of_push(count). Not after a flush. */
    void push(const float *frames, size_t count, size_t channel_stride, float *samples);

    /* Ends the utterance; samples takes samples_of_flush(). Once. */
    void flush(float *samples);

    void reset();

private:
    struct Rows;

    uint64_t written(uint64_t frames) const;
    void block(const float *frames, size_t count, size_t channel_stride);
    void run_stages(size_t index, int64_t first, size_t rows);
    void run_stage(const StagePlan &plan, int64_t first, size_t rows, const float *input, float *output);
    void run_upsampling(const StagePlan &plan, int64_t first, size_t rows, const float *input);
    void run_step(const StagePlan &plan, const Step &step, const Window &source, int64_t first, size_t rows,
                  ConvolutionJob job);
    void convolve(ConvolutionJob &job, const Rows &rows) const;
    void run_output(int64_t first, size_t rows);

    /* First and one behind the last of count rows that lie within the utterance, the first of them at a position. */
    void range(int64_t position, size_t count, size_t rows_per_frame, size_t &low, size_t &high) const;

    float *state(size_t at) { return block_.data() + at; }
    float *work(size_t at) { return block_.data() + network_->state_floats() + at; }
    void begin(const Window &window);
    void keep(const Window &window, size_t rows);

    std::shared_ptr<const Network> network_;
    AlignedFloats block_; // state, then working space
    uint64_t frames_ = 0; // of the utterance
    uint64_t taken_ = 0;  // frames_, and the zeros behind them
    bool ended_ = false;
    float *samples_ = nullptr; // where the next ones go
};

} // namespace voice::vocoder

#endif
