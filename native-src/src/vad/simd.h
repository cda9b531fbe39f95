#ifndef VOICE_VAD_SIMD_H
#define VOICE_VAD_SIMD_H

#include <vector>

#include "vad/kernels/kernels.h"

namespace voice::vad {

/* Those that this processor and operating system can run, the fastest first; never empty. */
std::vector<const Kernels *> supported_kernels();

/* The fastest, or the one that $VOICE_SIMD names. Throws Error if that is unknown or cannot run here. */
const Kernels &choose_kernels();

/* The name of choose_kernels(), or of the fastest where that throws. */
const char *simd_name();

} // namespace voice::vad

#endif
