#include "cuda/runtime.h"

#include "voice/voice.h"

namespace voice::cuda {

void check(cudaError_t error, const std::string &what) {
    check(error, what.c_str());
}

void check(cudaError_t error, const char *what) {
    if (error == cudaSuccess) {
        return;
    }
    cudaGetLastError(); // not left behind for the next call
    throw Failure{error == cudaErrorMemoryAllocation ? VOICE_ERROR_MEMORY : VOICE_ERROR_INTERNAL,
                  std::string(what) + ": " + cudaGetErrorName(error) + ", " + cudaGetErrorString(error)};
}

} // namespace voice::cuda
