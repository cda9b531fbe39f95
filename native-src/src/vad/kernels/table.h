// Puts the kernels of one instruction set together. Each of portable.cpp, avx2.cpp and avx512.cpp includes this once
// and nothing else: no template or inline function of the standard library may be compiled here, because the linker keeps
// one copy of such a function for all of the library, and it might be one that this processor cannot run.
#include "vad/kernels/kernels.h"

#include "vad/kernels/vector.h"

#include "vad/kernels/activation.h"
#include "vad/kernels/fft.h"
#include "vad/kernels/layer.h"
#include "vad/kernels/pipeline.h"

#define VOICE_VAD_NAME_OF(isa) #isa
#define VOICE_VAD_NAME(isa) VOICE_VAD_NAME_OF(isa)

namespace voice::vad::VOICE_VAD_ISA {

namespace {

template <Wide function(Wide)>
void apply(float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        values[i] = function(broadcast<Wide>(values[i]))[0];
    }
}

Wide sigmoid_of(Wide x) {
    return sigmoid(x);
}

Wide tanh_of(Wide x) {
    return hyperbolic_tangent(x);
}

} // namespace

const Kernels kernels = {VOICE_VAD_NAME(VOICE_VAD_ISA), panel_columns, process, apply<sigmoid_of>, apply<tanh_of>};

} // namespace voice::vad::VOICE_VAD_ISA
