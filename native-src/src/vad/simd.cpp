#include "vad/simd.h"

#include <cstdlib>
#include <string>

#include "base/error.h"

namespace voice::vad {

namespace {

const Kernels *const all_kernels[] = {
#ifdef VOICE_X86_KERNELS
    &avx512::kernels,
    &avx2::kernels,
#endif
    &portable::kernels,
};

// __builtin_cpu_supports also asks XGETBV: it says no where the operating system does not save the registers.
bool can_run(const Kernels &kernels) {
#ifdef VOICE_X86_KERNELS
    if (&kernels == &avx512::kernels) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
    if (&kernels == &avx2::kernels) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
#endif
    return &kernels == &portable::kernels;
}

std::string names(const std::vector<const Kernels *> &list) {
    std::string text;
    for (const Kernels *kernels : list) {
        text += (text.empty() ? "" : ", ") + std::string(kernels->name);
    }
    return text;
}

} // namespace

std::vector<const Kernels *> supported_kernels() {
    std::vector<const Kernels *> list;
    for (const Kernels *kernels : all_kernels) {
        if (can_run(*kernels)) {
            list.push_back(kernels);
        }
    }
    return list;
}

const Kernels &choose_kernels() {
    const std::vector<const Kernels *> supported = supported_kernels();
    const char *wanted = std::getenv("VOICE_SIMD");
    if (wanted == nullptr || *wanted == '\0') {
        return *supported.front();
    }
    for (const Kernels *kernels : supported) {
        if (std::string(wanted) == kernels->name) {
            return *kernels;
        }
    }
    throw Error(VOICE_ERROR_ARGUMENT, "VOICE_SIMD=" + std::string(wanted) + ": this machine runs " + names(supported) +
                                          "; set it to one of these, or unset it for the fastest");
}

const char *simd_name() {
    try {
        return choose_kernels().name;
    } catch (const Error &) {
        return supported_kernels().front()->name;
    }
}

} // namespace voice::vad
