#ifndef VOICE_VOCODER_KERNELS_KERNELS_H
#define VOICE_VOCODER_KERNELS_KERNELS_H

#include "vocoder/plan.h"

namespace voice::vocoder {

/* One instruction set's kernels. All are reentrant and allocate nothing. */
struct Kernels {
    const char *name; // "avx512", "avx2" or "portable"
    size_t lanes;

    void (*convolve)(const ConvolutionJob &job);
    void (*output)(const OutputJob &job);

    /* activated[i] = lrelu(values[i]). count is a multiple of 8. */
    void (*activate)(const float *values, float *activated, size_t count, float slope);
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

} // namespace voice::vocoder

#endif
