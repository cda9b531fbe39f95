#ifndef VOICE_CUDA_RUNTIME_H
#define VOICE_CUDA_RUNTIME_H

#include <cuda_runtime.h>

#include <memory>
#include <string>

namespace voice::cuda {

/* A failure on its way to the plugin's table. */
struct Failure {
    int status;
    std::string message;
};

/* Throws Failure with what was tried and what CUDA says. */
void check(cudaError_t error, const std::string &what);
/* The same, and allocates only if it throws. */
void check(cudaError_t error, const char *what);

struct DeviceFree {
    void operator()(void *memory) const { cudaFree(memory); }
};
struct HostFree {
    void operator()(void *memory) const { cudaFreeHost(memory); }
};
template <typename T>
using DeviceMemory = std::unique_ptr<T, DeviceFree>;
template <typename T>
using PinnedMemory = std::unique_ptr<T, HostFree>;

template <typename T>
T *device_memory(size_t count, const char *what) {
    void *memory = nullptr;
    check(cudaMalloc(&memory, count * sizeof(T)),
          std::to_string(count * sizeof(T)) + " bytes of device memory for " + what);
    return static_cast<T *>(memory);
}

template <typename T>
T *pinned_memory(size_t count, const char *what) {
    void *memory = nullptr;
    check(cudaMallocHost(&memory, count * sizeof(T)),
          std::to_string(count * sizeof(T)) + " bytes of pinned host memory for " + what);
    return static_cast<T *>(memory);
}

} // namespace voice::cuda

#endif
