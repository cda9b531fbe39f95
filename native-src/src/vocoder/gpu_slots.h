#ifndef VOICE_VOCODER_GPU_SLOTS_H
#define VOICE_VOCODER_GPU_SLOTS_H

#include <memory>
#include <mutex>
#include <vector>

#include "vocoder/kept_frames.h"
#include "vocoder/network.h"
#include "vocoder/stream.h"
#include "voice/voice.h"

namespace voice::vocoder {

/* A stream's CPU twin, once the GPU is lost. It is at frame next of the utterance that began at begin. */
struct CpuStream {
    std::unique_ptr<Stream> stream;
    uint64_t begin = 0;
    uint64_t next = 0;
    uint64_t given_up = UINT64_MAX; // where the utterance began for which there was no memory
};

/* A stream of the engine, in the slot of the device's memory that has the same number. */
struct GpuSlot {
    uint32_t number = 0; // 0: free
    uint16_t generation = 0;
    bool closed = false; // but its batch is under way
    bool fresh = true;   // the device does not know of its utterance yet
    bool ended = false;
    uint32_t under_way = 0; // jobs
    uint64_t batch = 0;     // the last one that it has a job in
    uint64_t begin = 0;     // frame where its utterance begins
    KeptFrames kept;
    std::vector<float> conditioning;
    AlignedFloats bias; // of conv_pre, with what the speaker adds
    CpuStream cpu;      // belongs to the thread that submits and waits
};

/*
 * The streams of an engine: which slots they are in, how far they are. Streams come and go in any thread, so whoever looks
 * at a slot holds the mutex; a slot with jobs under way stays, and then its frames, vectors and CPU twin may be used without.
 */
class GpuSlots {
public:
    /* kept_frames is how many frames of each stream are kept. */
    GpuSlots(std::shared_ptr<const Network> network, uint32_t max_streams, size_t kept_frames);

    /* VOICE_FULL, or VOICE_OK and the stream's number. */
    int open(const float *conditioning, uint32_t &stream);
    void reset(uint32_t stream);
    void close(uint32_t stream);
    uint32_t samples(uint32_t stream, uint32_t frame_count, bool flush) const;
    uint32_t open_streams() const;
    size_t stream_bytes() const;

    std::mutex &mutex() const { return mutex_; }
    /* All others with the mutex held. NULL if there is no such stream. */
    GpuSlot *find(uint32_t stream);
    const GpuSlot *find(uint32_t stream) const { return const_cast<GpuSlots *>(this)->find(stream); }
    uint32_t index(const GpuSlot &slot) const { return static_cast<uint32_t>(&slot - slots_.data()); }
    GpuSlot &at(uint32_t index) { return slots_[index]; }
    /* Samples that so many frames and perhaps the end would bring now. */
    uint64_t samples(const GpuSlot &slot, uint32_t frame_count, bool flush) const;
    /* A job of the slot is over. */
    void release(GpuSlot &slot);

private:
    GpuSlot &require(uint32_t stream);
    void free(GpuSlot &slot);

    const std::shared_ptr<const Network> network_;
    const size_t kept_frames_;
    mutable std::mutex mutex_;
    std::vector<GpuSlot> slots_;
    std::vector<uint32_t> free_;
};

/* Samples that an utterance has brought after so many frames. */
inline uint64_t samples_after(const Network &network, uint64_t frames) {
    const uint64_t samples = frames * network.hop();
    return samples > network.lookahead() ? samples - network.lookahead() : 0;
}

} // namespace voice::vocoder

#endif
