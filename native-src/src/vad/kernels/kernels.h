#ifndef VOICE_VAD_KERNELS_KERNELS_H
#define VOICE_VAD_KERNELS_KERNELS_H

#include <cstddef>
#include <cstdint>

#include "vad/plan.h"

namespace voice::vad {

/* One instruction set's kernels. All are reentrant and allocate nothing. */
struct Kernels {
    const char *name; // "avx512", "avx2" or "portable"
    size_t panel_columns;

    /* Advances count streams by a window: the contract of voice_vad_process. */
    void (*process)(const Plan &plan, size_t count, const int16_t *windows, float *states, const int32_t *rows,
                    float *probabilities);

    /* values[i] = 1 / (1 + exp(-values[i])) and tanh(values[i]). For tests. */
    void (*sigmoid)(float *values, size_t count);
    void (*tanh)(float *values, size_t count);
};

/* One namespace and one translation unit each, so that no symbol of theirs can be mixed up. */
namespace portable {
extern const Kernels kernels;
}

#ifdef VOICE_X86_KERNELS
namespace avx2 {
extern const Kernels kernels;
}
namespace avx512 {
extern const Kernels kernels;
}
#endif

} // namespace voice::vad

#endif
