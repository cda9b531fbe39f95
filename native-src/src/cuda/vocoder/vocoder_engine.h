#ifndef VOICE_CUDA_VOCODER_VOCODER_ENGINE_H
#define VOICE_CUDA_VOCODER_VOCODER_ENGINE_H

#include <memory>
#include <string>
#include <vector>

#include "cuda/plugin_table.h"
#include "cuda/runtime.h"
#include "cuda/vocoder/batch.h"
#include "cuda/vocoder/batch_times.h"
#include "cuda/vocoder/packing.h"

namespace voice::cuda::vocoder {

/*
 * Streams of one generator on one GPU. A batch is cut into pieces of work; each is one copy in, one graph of all layers, and one
 * copy of its samples out, all in one CUDA stream: copies take a few hundredths of the time of the layers. There is a graph for
 * each power of two of frames, recorded at the start; what a piece consists of is in the memory that is copied. Two batches have
 * pinned buffers, so that the host fills one while the other is under way. All memory is taken at the start.
 */
class VocoderEngine {
public:
    /* Frames of a piece of work: enough that all of a GPU has something to do in each layer, few enough that working memory
       stays small. */
    static constexpr uint64_t most_frames = 2048;

    /* figures are set as soon as they are known, also where there is not enough memory. */
    VocoderEngine(const voice_cuda_generator &generator, const voice_cuda_vocoder_options &options,
                  voice_cuda_vocoder_figures &figures, uint64_t piece_frames = most_frames);
    ~VocoderEngine();
    VocoderEngine(const VocoderEngine &) = delete;
    VocoderEngine &operator=(const VocoderEngine &) = delete;

    void reset(uint32_t slot, const float *bias);
    int submit(const voice_cuda_vocoder_job *jobs, uint32_t count);
    int wait();

    /* Of the batch that was waited for last; zeros at first, and batches are timed from then on. */
    voice_cuda_vocoder_times times();

private:
    static constexpr size_t lane_count = 2;

    /* A batch in the making or under way. */
    struct Lane {
        std::unique_ptr<Batch> batch;
        PinnedMemory<unsigned char> bytes;
        PinnedMemory<float> samples;
        PinnedMemory<float> biases; // of utterances that begin with it
        uint32_t begun = 0;         // how many of them
        cudaEvent_t done = nullptr;
        std::unique_ptr<BatchTimes> times; // NULL until they are asked for
    };

    struct Graph {
        uint32_t frames;
        cudaGraphExec_t executable;
    };

    void use_device() const;
    void plan_memory();
    void check_pinned_memory() const;
    void check_memory() const;
    std::string fitting(uint32_t most) const;
    void allocate_host();
    void allocate();
    void release();
    void record_all();
    void record(uint32_t frames);
    void enqueue_layers(uint32_t frames) const;
    template <typename T>
    void enqueue(uint32_t frames) const;
    void run(const Piece &piece, const Lane &lane) const;

    const voice_cuda_vocoder_options options_;
    const size_t bias_count_;
    Plan plan_;
    Packed packed_;
    BatchShape shape_;
    voice_cuda_vocoder_figures figures_ = {};
    Memory memory_ = {};
    DeviceMemory<unsigned char> image_;
    DeviceMemory<unsigned char> states_;
    DeviceMemory<float> biases_;
    DeviceMemory<unsigned char> work_;
    DeviceMemory<unsigned char> piece_;
    DeviceMemory<float> samples_;
    cudaStream_t stream_ = nullptr;
    std::vector<Graph> graphs_;
    Lane lanes_[lane_count];
    std::vector<Utterance> utterances_;
    uint64_t submitted_ = 0;
    uint64_t waited_ = 0;
    voice_cuda_vocoder_times times_ = {};
};

} // namespace voice::cuda::vocoder

#endif
