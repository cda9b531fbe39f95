#ifndef VOICE_CUDA_VOCODER_PLAN_H
#define VOICE_CUDA_VOCODER_PLAN_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cuda/plugin_table.h"
#include "cuda/vocoder/layout.h"

namespace voice::cuda::vocoder {

constexpr float inner_slope = 0.1f;
constexpr float last_slope = 0.01f;
constexpr int no_tensor = -1;

/* How many segments and frames a piece of work has at most. */
struct Capacity {
    uint32_t segments;
    uint32_t frames;
};

/* A convolution of tensor input, of which a layer is the sum; the weights are the caller's. */
struct PlannedProduct {
    const voice_cuda_layer *layer;
    int input;
    int back;
    bool rest;      // what rounding leaves of the weights, for the input's values only
    bool activated; // at load: the input is stored as it is, because it is added somewhere, too
    int residual;   // tensor, or no_tensor
    int residual_back;
};

struct PlannedLayer {
    std::vector<PlannedProduct> products;
    int output;
    bool transposed;
    bool per_slot;
    float slope; // behind it; 1 for none
    float mean;
};

/*
 * A generator as a list of launches. The tensors, how far each lags behind its input and what is remembered of it are those of
 * voice::vocoder::Network. A launch's layers do not depend on each other: the same step of the residual blocks of a stage, those
 * of most taps first. The last step of all blocks is one layer, of one product for each block: their sum is its sum.
 */
struct Plan {
    /* split: what comes before the second upsampling has split rows. */
    Plan(const voice_cuda_generator &generator, bool split);

    /* Gives the tensors their places in the working memory. */
    void place(const Capacity &capacity);

    std::vector<Tensor> tensors; // the first is the frames
    std::vector<std::vector<PlannedLayer>> launches;
    int output_tensor; // what the last layer reads
    int output_lag;    // of the samples
    std::vector<int> tables; // frames per tile of each
    uint64_t state_elements = 0; // of a slot
    uint64_t frame_elements = 0; // of working memory, for each frame of a piece of work
    uint64_t work_elements = 0;  // of all of it

    /* Index in tables. */
    int table(int rows_per_frame) const;

private:
    /* From input to input; the next layer looks history rows back. */
    void add_stage(const voice_cuda_vocoder_stage &stage, int &input, float slope, int history, bool split);
    int add_tensor(uint64_t channels, int rows_per_frame, int lag, int history, bool split);
    std::vector<PlannedProduct> products(const voice_cuda_layer &layer, int input, int back) const;
};

int frames_per_tile(int rows_per_frame);
int tiles_per_frame(int rows_per_frame);

/* Elements of a row. */
constexpr int row_stride(uint64_t channels) { return static_cast<int>((channels + 7) / 8 * 8); }

} // namespace voice::cuda::vocoder

#endif
