#ifndef VOICE_VAD_SHAPE_H
#define VOICE_VAD_SHAPE_H

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace voice::vad {

/* A tensor's dimensions, in place: a file may have tens of thousands of tensors. */
class Shape {
public:
    static constexpr size_t max_dims = 8;

    constexpr Shape() = default;
    /* At most max_dims. */
    constexpr Shape(std::initializer_list<int64_t> dims) {
        for (int64_t dim : dims) {
            add(dim);
        }
    }

    /* False, and nothing done, if there is no room. */
    constexpr bool add(int64_t dim) {
        if (size_ == max_dims) {
            return false;
        }
        dims_[size_++] = dim;
        return true;
    }

    constexpr size_t size() const { return size_; }
    constexpr const int64_t *begin() const { return dims_; }
    constexpr const int64_t *end() const { return dims_ + size_; }
    constexpr int64_t operator[](size_t index) const { return dims_[index]; }

    friend constexpr bool operator==(const Shape &a, const Shape &b) {
        if (a.size_ != b.size_) {
            return false;
        }
        for (size_t i = 0; i < a.size_; i++) {
            if (a.dims_[i] != b.dims_[i]) {
                return false;
            }
        }
        return true;
    }
    friend constexpr bool operator!=(const Shape &a, const Shape &b) { return !(a == b); }

private:
    size_t size_ = 0;
    int64_t dims_[max_dims] = {};
};

} // namespace voice::vad

#endif
