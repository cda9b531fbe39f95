#ifndef VOICE_VOCODER_KEPT_FRAMES_H
#define VOICE_VOCODER_KEPT_FRAMES_H

#include <cstddef>
#include <cstdint>

#include "vocoder/packing.h"

namespace voice::vocoder {

class Stream;

/* The last frames that a stream took, so that what was made of them elsewhere can be made once more. Frames are counted from
   the first one that was ever appended, through all utterances. */
class KeptFrames {
public:
    KeptFrames() = default;
    /* Keeps at least the last capacity frames. The only allocation is here. */
    KeptFrames(size_t channels, size_t capacity) : channels_(channels), capacity_(capacity), values_(channels * capacity) {}

    static size_t bytes(size_t channels, size_t capacity) { return channels * capacity * sizeof(float); }

    uint64_t taken() const { return taken_; }

    /* Appends count frames, at most as many as are kept; value c of frame f is frames[c * channel_stride + f]. False, and
       nothing was appended, if a value is not finite. */
    bool append(const float *frames, size_t count, size_t channel_stride);

    /* Pushes the frames [begin, end), which must still be there, and returns behind the samples that came. */
    float *push(Stream &stream, uint64_t begin, uint64_t end, float *samples) const;

private:
    size_t channels_ = 0;
    size_t capacity_ = 0;
    AlignedFloats values_; // [channels][capacity], frame n at n % capacity
    uint64_t taken_ = 0;
};

} // namespace voice::vocoder

#endif
