#include "vocoder/kept_frames.h"

#include <algorithm>
#include <cstring>

#include "vocoder/stream.h"

namespace voice::vocoder {

namespace {

// Whole rows at once, without a branch, so that the compiler makes vectors of it: it is done for every value that comes.
bool all_finite(const float *values, size_t count) {
    constexpr uint32_t exponent = 0x7f800000;
    uint32_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = 0;
        std::memcpy(&bits, &values[i], sizeof bits);
        bad |= static_cast<uint32_t>((bits & exponent) == exponent);
    }
    return bad == 0;
}

} // namespace

bool KeptFrames::append(const float *frames, size_t count, size_t channel_stride) {
    if (count == 0) {
        return true;
    }
    const size_t at = taken_ % capacity_;
    const size_t before_wrap = std::min(count, capacity_ - at);
    for (size_t channel = 0; channel < channels_; channel++) {
        if (!all_finite(frames + channel * channel_stride, count)) {
            return false;
        }
    }
    for (size_t channel = 0; channel < channels_; channel++) {
        const float *from = frames + channel * channel_stride;
        float *row = values_.data() + channel * capacity_;
        std::copy_n(from, before_wrap, row + at);
        std::copy_n(from + before_wrap, count - before_wrap, row);
    }
    taken_ += count;
    return true;
}

float *KeptFrames::push(Stream &stream, uint64_t begin, uint64_t end, float *samples) const {
    while (begin < end) {
        const size_t at = begin % capacity_;
        const size_t count = std::min<uint64_t>(end - begin, capacity_ - at);
        const uint64_t made = stream.samples_of_push(count);
        stream.push(values_.data() + at, count, capacity_, samples);
        samples += made;
        begin += count;
    }
    return samples;
}

} // namespace voice::vocoder
