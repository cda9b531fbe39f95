#ifndef VOICE_CUDA_VOCODER_BATCH_H
#define VOICE_CUDA_VOCODER_BATCH_H

#include <cstdint>
#include <vector>

#include "cuda/plugin_table.h"
#include "cuda/vocoder/plan.h"

namespace voice::cuda::vocoder {

/* What batches are made of. */
struct BatchShape {
    uint32_t max_streams;
    uint32_t max_batch;
    uint32_t max_frames;
    uint32_t channels;
    uint32_t channel_stride; // of a frame's row
    uint64_t hop;
    uint64_t lookahead; // samples
    Capacity capacity;
    std::vector<int> tables; // frames per tile

    /* Frames of zeros that a flush takes. */
    uint64_t flush_frames() const { return (lookahead + hop - 1) / hop; }
    /* The most that a piece of work, and all pieces of a batch, take. */
    size_t piece_bytes() const;
    size_t batch_bytes() const;
    size_t batch_samples() const;
    size_t batch_pieces() const;
};

/* One piece of work, as it is copied to the device. */
struct Piece {
    size_t offset;
    size_t bytes;
    uint32_t frames;
    size_t sample; // where its samples go
    size_t samples;
};

/* How far the utterance of a slot is. */
struct Utterance {
    uint64_t frames = 0; // of the utterance
    uint64_t taken = 0;  // those, and the zeros behind them
    bool ended = true;   // until it is begun
};

/* Cuts the jobs of a batch into pieces of work, each within the capacity. All memory is taken at the start. */
class Batch {
public:
    explicit Batch(const BatchShape &shape);

    /* Checks all jobs, then moves their utterances on. bytes takes batch_bytes(), and need not be cleared. */
    void build(const voice_cuda_vocoder_job *jobs, uint32_t count, std::vector<Utterance> &utterances,
               unsigned char *bytes);

    const std::vector<Piece> &pieces() const { return pieces_; }

    /* From samples, of all pieces, to where the jobs want them. */
    void deliver(const float *samples) const;

private:
    struct Source {
        const float *frames;
        uint32_t channel_stride;
    };
    struct Delivery {
        float *to;
        size_t from;
        size_t count;
    };

    void check(const voice_cuda_vocoder_job *jobs, uint32_t count, const std::vector<Utterance> &utterances);
    void add(const voice_cuda_vocoder_job &job, Utterance &utterance);
    void close_piece();
    uint64_t written(uint64_t frames) const;

    const BatchShape shape_;
    std::vector<Segment> segments_; // of the piece in the making
    std::vector<Source> sources_;   // of their frames
    uint32_t frames_ = 0;
    int32_t given_ = 0;
    size_t samples_ = 0;      // of the batch
    size_t piece_sample_ = 0; // of the pieces before
    size_t bytes_used_ = 0;
    unsigned char *bytes_ = nullptr;
    std::vector<Piece> pieces_;
    std::vector<Delivery> deliveries_;
    std::vector<uint64_t> seen_; // per slot, the last batch that named it
    uint64_t batches_ = 0;
};

} // namespace voice::cuda::vocoder

#endif
