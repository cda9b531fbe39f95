#ifndef VOICE_CUDA_FAKE_CUDA_RUNTIME_H
#define VOICE_CUDA_FAKE_CUDA_RUNTIME_H

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

/*
 * As much of the CUDA runtime as the engine uses, on the CPU, for a test of the engine without a GPU. Work is done when it
 * is enqueued, or kept while a capture runs and done at each launch of the graph. Device memory is the host's.
 */
enum cudaError_t { cudaSuccess = 0, cudaErrorMemoryAllocation = 2, cudaErrorInvalidValue = 1 };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };
enum { cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2, cudaDevAttrMaxSharedMemoryPerBlockOptin = 97 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal };

struct FakeStream {
    int unused;
};
struct FakeGraph {
    std::vector<std::function<void()>> work;
};
using cudaStream_t = FakeStream *;
using cudaEvent_t = FakeStream *;
using cudaGraph_t = FakeGraph *;
using cudaGraphExec_t = FakeGraph *;

struct cudaDeviceProp {
    const char *name = "an emulated GPU";
    int major = 9;
    int minor = 0;
};

inline FakeGraph *fake_capture = nullptr;

inline cudaError_t fake_enqueue(std::function<void()> work) {
    if (fake_capture != nullptr) {
        fake_capture->work.push_back(std::move(work));
    } else {
        work();
    }
    return cudaSuccess;
}

inline const char *cudaGetErrorName(cudaError_t) { return "cudaError"; }
inline const char *cudaGetErrorString(cudaError_t) { return "an emulated error"; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaGetDeviceCount(int *count) { return *count = 1, cudaSuccess; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int) {
    return *properties = cudaDeviceProp(), cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int *value, int, int) { return *value = 232448, cudaSuccess; }
inline cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidValue; }
inline cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }

// Filled with what no test would take for cleared memory; aligned as CUDA aligns.
inline cudaError_t cudaMalloc(void **memory, size_t bytes) {
    *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*memory, 0xff, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMallocHost(void **memory, size_t bytes) { return cudaMalloc(memory, bytes); }
inline cudaError_t cudaFree(void *memory) { return std::free(memory), cudaSuccess; }
inline cudaError_t cudaFreeHost(void *memory) { return cudaFree(memory); }
inline cudaError_t cudaMemset(void *to, int value, size_t bytes) { return std::memset(to, value, bytes), cudaSuccess; }
inline cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind) {
    return std::memcpy(to, from, bytes), cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t) {
    return fake_enqueue([=] { std::memset(to, value, bytes); });
}
inline cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind, cudaStream_t) {
    return fake_enqueue([=] { std::memcpy(to, from, bytes); });
}

inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned) {
    return *stream = new FakeStream(), cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) { return delete stream, cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
    return *event = new FakeStream(), cudaSuccess;
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) { return delete event, cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }

inline cudaError_t cudaStreamBeginCapture(cudaStream_t, cudaStreamCaptureMode) {
    return fake_capture = new FakeGraph(), cudaSuccess;
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t, cudaGraph_t *graph) {
    *graph = fake_capture;
    fake_capture = nullptr;
    return cudaSuccess;
}
inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t *executable, cudaGraph_t graph, unsigned long long) {
    return *executable = new FakeGraph(*graph), cudaSuccess;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t graph) { return delete graph, cudaSuccess; }
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) { return delete graph, cudaSuccess; }
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t) {
    for (const auto &work : graph->work) {
        work();
    }
    return cudaSuccess;
}

#endif
