// Puts the kernels of one instruction set together, as vad/kernels/table.h does and under the same rule: each of
// portable.cpp, avx2.cpp and avx512.cpp includes this once and nothing else, and no template or inline function of the
// standard library may be compiled here. Vectors and tanh are those of the voice activity detector.
#include <cstddef>
#include <cstdint>

#include "vocoder/kernels/kernels.h"

#include "vad/kernels/vector.h"

#include "vad/kernels/activation.h"
#include "vocoder/kernels/convolution.h"

#define VOICE_VOCODER_NAME_OF(isa) #isa
#define VOICE_VOCODER_NAME(isa) VOICE_VOCODER_NAME_OF(isa)

namespace voice::vocoder::VOICE_VAD_ISA {

const Kernels kernels = {VOICE_VOCODER_NAME(VOICE_VAD_ISA), lanes<Wide>, convolve, output, activate};

} // namespace voice::vocoder::VOICE_VAD_ISA
