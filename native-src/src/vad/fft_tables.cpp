#include "vad/fft_tables.h"

#include <cmath>

namespace voice::vad {

namespace {

constexpr double two_pi = 6.283185307179586476925286766559;

double hann(size_t i, size_t n) {
    return 0.5 - 0.5 * std::cos(two_pi * static_cast<double>(i) / static_cast<double>(n));
}

void set_rotation(float *pair, size_t index, size_t size) {
    const double angle = two_pi * static_cast<double>(index) / static_cast<double>(size);
    pair[0] = static_cast<float>(std::cos(angle));
    pair[1] = static_cast<float>(std::sin(angle));
}

AlignedFloats make_twiddles(size_t points) {
    size_t count = 0;
    for (size_t size = points; size >= 4; size /= 4) {
        count += 6 * (size / 4 - 1);
    }
    AlignedFloats twiddles(count);
    float *next = twiddles.data();
    for (size_t size = points; size >= 4; size /= 4) {
        for (size_t j = 1; j < size / 4; j++) {
            for (size_t turn = 1; turn <= 3; turn++, next += 2) {
                set_rotation(next, turn * j, size);
            }
        }
    }
    return twiddles;
}

// A step of radix r sorts frequencies by their remainder: k = k' r + m goes to the m-th of r parts, and k' on from
// there.
std::vector<uint16_t> make_positions(size_t points) {
    std::vector<uint16_t> positions(points);
    for (size_t k = 0; k < points; k++) {
        size_t rest = k;
        size_t position = 0;
        for (size_t size = points; size > 1;) {
            const size_t radix = size >= 4 ? 4 : 2;
            size /= radix;
            position += rest % radix * size;
            rest /= radix;
        }
        positions[k] = static_cast<uint16_t>(position);
    }
    return positions;
}

} // namespace

bool is_hann_fourier_basis(const std::vector<float> &rows, size_t n) {
    constexpr double tolerance = 1e-5;
    const size_t bins = n / 2 + 1;
    if (rows.size() != 2 * bins * n) {
        return false;
    }
    for (size_t bin = 0; bin < bins; bin++) {
        for (size_t i = 0; i < n; i++) {
            const double angle = two_pi * static_cast<double>(bin * i % n) / static_cast<double>(n);
            const double real = hann(i, n) * std::cos(angle);
            const double imaginary = -hann(i, n) * std::sin(angle);
            // Not ">": a NaN is no match either.
            if (!(std::abs(rows[bin * n + i] - real) <= tolerance) ||
                !(std::abs(rows[(bins + bin) * n + i] - imaginary) <= tolerance)) {
                return false;
            }
        }
    }
    return true;
}

FftTableStorage::FftTableStorage(size_t n)
    : window_(n), twiddles_(make_twiddles(n / 2)), split_(2 * (n / 4 + 1)), position_(make_positions(n / 2)) {
    for (size_t i = 0; i < n; i++) {
        window_[i] = static_cast<float>(0.5 * hann(i, n));
    }
    for (size_t k = 0; k <= n / 4; k++) {
        set_rotation(&split_[2 * k], k, n);
    }
}

FftTables FftTableStorage::tables() const {
    return {window_.data(), twiddles_.data(), split_.data(), position_.data()};
}

} // namespace voice::vad
