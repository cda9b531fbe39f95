#ifndef VOICE_CUDA_ENGINE_H
#define VOICE_CUDA_ENGINE_H

#include <vector>

#include "cuda/packing.h"
#include "cuda/plugin_table.h"
#include "cuda/runtime.h"
#include "cuda/tile_layout.h"

namespace voice::cuda {

/*
 * Streams on one GPU. A tick is cut into chunks, which go round over a few lanes, each a CUDA stream with its own staging
 * memory: while one lane computes, the others copy. Two ticks have pinned buffers, so that the host fills one while
 * the other is under way; on the device ticks follow each other, because each needs the state the last one left.
 * The steady tick (every stream, in order, as many as last time) is a captured graph: one call whatever the chunks.
 */
class Engine {
public:
    Engine(const voice_cuda_weights &weights, const voice_cuda_options &options);
    ~Engine();
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;

    int16_t *windows();
    int submit(uint32_t count, const int32_t *rows);
    int wait(float *probabilities, uint32_t &count);
    void reset(uint32_t stream);
    void select_stages(uint32_t stages);

private:
    static constexpr int lane_count = 3; // one copies in, one computes, one copies out
    static constexpr int slot_count = 2;

    struct Lane {
        cudaStream_t stream = nullptr;
        cudaEvent_t joined = nullptr;
        DeviceMemory<int16_t> windows;
        DeviceMemory<float> probabilities;
    };

    /* A tick in the making or in flight. */
    struct Slot {
        PinnedMemory<int16_t> windows;
        PinnedMemory<float> probabilities;
        PinnedMemory<int32_t> rows;
        cudaEvent_t done = nullptr;
        cudaGraphExec_t graph = nullptr;
        uint32_t graph_count = 0;
        uint32_t count = 0;
    };

    void use_device() const;
    void check_shared_memory() const;
    void allocate();
    void release();
    void check_rows(uint32_t count, const int32_t *rows);
    void drop_graphs();
    void capture(Slot &slot, uint32_t count);
    void enqueue(Slot &slot, uint32_t count, const int32_t *device_rows);
    void launch(const LaunchArguments &arguments, cudaStream_t stream) const;

    voice_cuda_options options_;
    int window_;
    TileWeights tile_weights_ = {};
    PlainWeights plain_weights_ = {};
    DeviceMemory<unsigned char> weights_;
    DeviceMemory<StreamState> states_;
    DeviceMemory<int32_t> rows_;
    cudaStream_t main_ = nullptr; // ticks and resets in their order
    cudaEvent_t forked_ = nullptr;
    Lane lanes_[lane_count];
    Slot slots_[slot_count];
    std::vector<uint64_t> seen_; // per stream, the last check of rows that met it
    uint64_t checks_ = 0;
    uint64_t ticks_ = 0;         // submitted
    uint64_t waited_ = 0;
    uint32_t last_count_ = 0; // of the last tick in order; 0 if it named rows
};

} // namespace voice::cuda

#endif
