#include "vocoder/simd.h"

#include <string_view>

#include "vad/simd.h"

namespace voice::vocoder {

namespace {

// There is one set of them for each of the detector's, which knows what can run.
const Kernels &named(std::string_view name) {
#ifdef VOICE_X86_KERNELS
    if (name == avx512::kernels.name) {
        return avx512::kernels;
    }
    if (name == avx2::kernels.name) {
        return avx2::kernels;
    }
#endif
    return portable::kernels;
}

} // namespace

std::vector<const Kernels *> supported_kernels() {
    std::vector<const Kernels *> list;
    for (const vad::Kernels *kernels : vad::supported_kernels()) {
        list.push_back(&named(kernels->name));
    }
    return list;
}

const Kernels &choose_kernels() {
    return named(vad::choose_kernels().name);
}

} // namespace voice::vocoder
