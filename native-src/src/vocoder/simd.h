#ifndef VOICE_VOCODER_SIMD_H
#define VOICE_VOCODER_SIMD_H

#include <vector>

#include "vocoder/kernels/kernels.h"

namespace voice::vocoder {

/* Those that this processor and operating system can run, the fastest first; never empty. */
std::vector<const Kernels *> supported_kernels();

/* The fastest, or the one that $VOICE_SIMD names. Throws Error if that is unknown or cannot run here. */
const Kernels &choose_kernels();

} // namespace voice::vocoder

#endif
