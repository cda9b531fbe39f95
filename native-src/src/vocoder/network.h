#ifndef VOICE_VOCODER_NETWORK_H
#define VOICE_VOCODER_NETWORK_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vocoder/generator.h"
#include "vocoder/packing.h"
#include "vocoder/simd.h"

namespace voice::vocoder {

/*
 * How a generator runs on a stream. Immutable, shared by streams.
 *
 * A block of n frames makes n × (rows per frame) rows of every tensor. Row i of a tensor's share belongs to a moment
 * that is the tensor's lag before row i of the frames' share: the lag is how far the layers so far look ahead. Rows
 * before the utterance's first moment and after its last are zeros, as padding is, and are not computed. Of each tensor
 * a stream keeps the last rows, its history, for the layers that read back from it.
 */

/* Offsets are in floats: of state in a stream's state, of all others in its working space. */
struct Window {
    size_t history = 0; // rows that are kept
    size_t stride = 0;  // floats of a row
    size_t state = 0;   // where the history is between blocks
    size_t rows = 0;    // where the history and then the block's rows are while a block runs
    size_t active = 0;  // the same behind a leaky ReLU, if both are needed
};

/* One or two convolutions whose result is added to what went in. Lags are relative to the stage's first tensor. */
struct Step {
    PackedLayer first;
    PackedLayer second; // of a pair
    size_t first_padding = 0;
    size_t first_dilation = 1;
    size_t second_padding = 0;
    size_t source_lag = 0;
    size_t middle_lag = 0; // of a pair
    size_t lag = 0;
    Window middle; // of a pair: what the second convolution reads
    Window target; // what the next step reads; not that of the last
};

struct StagePlan {
    PackedLayer up;
    size_t rate = 1;
    size_t rows_per_frame = 1;
    size_t max_rows = 0; // input rows of a block
    size_t stride = 0;
    int64_t input_lag = 0;
    int64_t lag = 0; // of what comes out of the upsampling
    int64_t output_lag = 0;
    float slope = 0;   // of the leaky ReLU that follows the stage
    Window input;      // of the upsampling: history only, the rows are the previous stage's output
    Window upsampled;
    size_t sum = 0;
    std::vector<std::vector<Step>> blocks;
};

class Network {
public:
    static constexpr size_t default_max_stream_bytes = size_t{256} << 20;

    /* Throws Error if a stream would take more than that. */
    explicit Network(const Generator &generator, const Kernels &kernels = choose_kernels(),
                     size_t max_stream_bytes = default_max_stream_bytes);
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    const Kernels &kernels() const { return kernels_; }
    size_t channels() const { return channels_; }
    size_t hop() const { return hop_; }
    uint32_t sample_rate() const { return sample_rate_; }
    uint64_t parameters() const { return parameters_; }
    size_t speakers() const { return conditioning_.inputs == 0 ? 0 : speakers_.size() / conditioning_.inputs; }
    size_t conditioning_channels() const { return conditioning_.inputs; }
    /* [conditioning_channels] */
    const float *speaker(size_t index) const { return speakers_.data() + index * conditioning_.inputs; }
    size_t lookahead() const { return static_cast<size_t>(lookahead_); }
    /* How many frames back from the newest one, at most, the samples that come next depend on: a stream that begins with
       as many says from there on what one says that had all of them. */
    size_t memory_frames() const { return (lookahead() + reach_) / hop_; }
    size_t weight_bytes() const;
    size_t state_floats() const { return state_floats_; }
    size_t work_floats() const { return work_floats_; }
    size_t max_frames() const { return max_frames_; }

    /* Writes [pre().columns]: conv_pre's bias, and what the speaker's vector adds to it; NULL for none. */
    void make_bias(const float *conditioning, float *bias) const;

    const PackedLayer &pre_layer() const { return pre_; }
    PackedConvolution pre() const { return pre_.layer(); }
    size_t pre_padding() const { return pre_padding_; }
    const Window &frames() const { return frames_; }
    const std::vector<StagePlan> &stages() const { return stages_; }
    const Window &last() const { return last_; }
    const float *post_weights() const { return post_weights_.data(); }
    float post_bias() const { return post_bias_; }
    size_t post_kernel() const { return post_kernel_; }
    size_t bias_at() const { return bias_at_; }

private:
    class Layout;

    void add_stage(const Stage &stage, bool last, Layout &layout);
    void add_block(const ResidualBlock &block, size_t extra_lag, StagePlan &plan, Layout &layout) const;

    const Kernels &kernels_;
    size_t channels_;
    size_t hop_;
    uint32_t sample_rate_;
    uint64_t parameters_;
    size_t max_frames_;
    PackedLayer pre_;
    size_t pre_padding_;
    Window frames_;
    std::vector<StagePlan> stages_;
    Window last_; // what conv_post reads
    AlignedFloats post_weights_;
    float post_bias_;
    size_t post_kernel_;
    Convolution conditioning_;
    std::vector<float> speakers_;
    int64_t lookahead_ = 0;
    size_t reach_ = 0; // the last sample that a frame has a part in, from its own first one
    size_t bias_at_ = 0;
    size_t state_floats_ = 0;
    size_t work_floats_ = 0;
};

} // namespace voice::vocoder

#endif
