#ifndef VOICE_CUDA_VOCODER_BATCH_TIMES_H
#define VOICE_CUDA_VOCODER_BATCH_TIMES_H

#include <cuda_runtime.h>

#include <vector>

#include "cuda/plugin_table.h"

namespace voice::cuda::vocoder {

/* What the device spends on a batch, for benchmarks: four marks for each of its pieces of work. */
class BatchTimes {
public:
    explicit BatchTimes(size_t most_pieces);
    ~BatchTimes();
    BatchTimes(const BatchTimes &) = delete;
    BatchTimes &operator=(const BatchTimes &) = delete;

    void begin() { marks_ = 0; }
    /* Before a piece's frames are copied, behind them, behind its layers, behind its samples. */
    void mark(cudaStream_t stream);
    /* Once the batch is over. */
    voice_cuda_vocoder_times read() const;

private:
    static constexpr size_t marks_of_piece = 4;

    std::vector<cudaEvent_t> events_;
    size_t marks_ = 0;
};

} // namespace voice::cuda::vocoder

#endif
