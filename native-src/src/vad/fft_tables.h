#ifndef VOICE_VAD_FFT_TABLES_H
#define VOICE_VAD_FFT_TABLES_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vad/aligned_floats.h"
#include "vad/plan.h"

namespace voice::vad {

/* Whether rows, [n + 2][n], are a Fourier transform with a periodic Hann window: n / 2 + 1 real rows, then the
   imaginary ones; each value within 1e-5. */
bool is_hann_fourier_basis(const std::vector<float> &rows, size_t n);

/* The tables of a real FFT of n points, n / 2 a power of 4 or twice one. */
class FftTableStorage {
public:
    FftTableStorage() = default;
    explicit FftTableStorage(size_t n);

    /* Points into this object. */
    FftTables tables() const;

private:
    AlignedFloats window_;
    AlignedFloats twiddles_;
    AlignedFloats split_;
    std::vector<uint16_t> position_;
};

} // namespace voice::vad

#endif
