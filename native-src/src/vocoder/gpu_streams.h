#ifndef VOICE_VOCODER_GPU_STREAMS_H
#define VOICE_VOCODER_GPU_STREAMS_H

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "cuda/plugin_table.h"
#include "vocoder/gpu_slots.h"
#include "vocoder/network.h"
#include "voice/voice.h"

namespace voice::vocoder {

/*
 * Streams of a network on a GPU, behind the plugin's table, which knows of slots and batches only: whose slot it is, what
 * may be asked of it and how many samples come is worked out here. When the plugin fails it is closed, and streams go on on
 * the CPU, from the frames that are kept of each.
 *
 * As voice_vocoder_gpu in voice.h; what a function throws and what it returns are the C ABI's statuses.
 */
class GpuStreams {
public:
    /* options are within their ranges, max_batch is chosen. */
    GpuStreams(const voice_cuda_plugin_table &plugin, std::shared_ptr<const Network> network,
               const voice_vocoder_gpu_options &options);
    ~GpuStreams();
    GpuStreams(const GpuStreams &) = delete;
    GpuStreams &operator=(const GpuStreams &) = delete;

    const Network &network() const { return *network_; }
    GpuSlots &slots() { return slots_; }
    const GpuSlots &slots() const { return slots_; }

    /* Fills all but struct_size. */
    void info(voice_vocoder_gpu_info &info) const;

    /* refusal becomes the message of the first job that was refused. */
    int submit(voice_vocoder_gpu_job *jobs, uint32_t count, std::string &refusal);
    int wait();

private:
    /* A job that was taken. */
    struct Part {
        voice_vocoder_gpu_job *job;
        uint32_t slot;
        uint64_t begin; // of the utterance
        uint64_t first; // of the job's frames
        uint32_t frame_count;
        bool flush;
        float *samples;
        uint32_t sample_count;
        int status;
    };

    struct Batch {
        std::vector<Part> parts;
        bool on_device = false;
    };

    /* With the mutex held. */
    int take(voice_vocoder_gpu_job &job, Batch &batch);
    void check(const voice_vocoder_gpu_job &job, const GpuSlot &slot) const;
    [[noreturn]] void reject_frames(const voice_vocoder_gpu_job &job) const;

    void send(Batch &batch);
    void lose(const char *problem) noexcept;

    void compute(Part &part) noexcept;
    Stream &cpu_stream(GpuSlot &slot, const Part &part);

    const voice_cuda_plugin_table &plugin_;
    const std::shared_ptr<const Network> network_;
    const voice_vocoder_gpu_options options_;
    GpuSlots slots_;
    voice_cuda_vocoder *engine_ = nullptr; // NULL once it is lost
    voice_cuda_vocoder_figures figures_ = {};
    std::string name_;
    bool lost_ = false;      // with the slots' mutex
    char problem_[256] = {}; // the same; of its own size, so that a loss takes no memory

    std::array<Batch, 2> batches_;
    size_t oldest_ = 0;
    size_t under_way_ = 0;
    uint64_t batch_ = 0; // counts
    std::vector<uint32_t> fresh_; // slots that the next batch begins an utterance in
    std::vector<voice_cuda_vocoder_job> device_jobs_;
    std::vector<float> dropped_; // samples that were delivered before
};

} // namespace voice::vocoder

#endif
