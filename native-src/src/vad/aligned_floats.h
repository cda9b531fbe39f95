#ifndef VOICE_VAD_ALIGNED_FLOATS_H
#define VOICE_VAD_ALIGNED_FLOATS_H

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace voice::vad {

/* Zeros at first, aligned to a cache line; exactly as long as asked for, so that AddressSanitizer sees an overread. */
class AlignedFloats {
public:
    AlignedFloats() = default;
    explicit AlignedFloats(size_t size)
        : values_(static_cast<float *>(::operator new(size * sizeof(float), alignment))), size_(size) {
        std::fill_n(values_.get(), size, 0.0f);
    }

    float *data() const { return values_.get(); }
    size_t size() const { return size_; }
    float &operator[](size_t index) const { return values_.get()[index]; }

private:
    static constexpr std::align_val_t alignment{64};
    struct Delete {
        void operator()(float *values) const { ::operator delete(values, alignment); }
    };

    std::unique_ptr<float, Delete> values_;
    size_t size_ = 0;
};

} // namespace voice::vad

#endif
