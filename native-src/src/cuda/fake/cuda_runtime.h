#ifndef VOICE_CUDA_FAKE_CUDA_RUNTIME_H
#define VOICE_CUDA_FAKE_CUDA_RUNTIME_H

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <vector>

/*
 * As much of the CUDA runtime as the engine uses, on the CPU, for a test of the engine without a GPU. Work is done when it
 * is enqueued, or kept while a capture runs and done at each launch of the graph. Device memory is the host's.
 *
 * $VOICE_FAKE_CUDA_FAIL="cudaEventSynchronize 20" makes the 20th call of that function in the process fail, and as after a
 * kernel's fault every call of any function from then on, but where memory is asked for, which may be there the next time. It takes the functions that ask for it below.
 * $VOICE_FAKE_CUDA_MEMORY is how many bytes of device memory are said to be free.
 */
enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorLaunchFailure = 719,
    cudaErrorStreamCaptureUnsupported = 900
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };
enum { cudaStreamNonBlocking = 1, cudaEventDefault = 0, cudaEventDisableTiming = 2 };
enum cudaDeviceAttr {
    cudaDevAttrClockRate = 13,
    cudaDevAttrMultiProcessorCount = 16,
    cudaDevAttrMemoryClockRate = 36,
    cudaDevAttrGlobalMemoryBusWidth = 37,
    cudaDevAttrMaxSharedMemoryPerBlockOptin = 97
};
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

class FakeFault {
public:
    FakeFault() {
        const char *given = std::getenv("VOICE_FAKE_CUDA_FAIL");
        const std::string text = given == nullptr ? "" : given;
        const size_t space = text.find(' ');
        if (space != std::string::npos) {
            function_ = text.substr(0, space);
            left_ = std::atoi(text.c_str() + space);
        }
    }

    cudaError_t call(const char *function) {
        if (left_ > 0 && function_ == function) {
            left_--;
        }
        return left_ == 0 ? cudaErrorLaunchFailure : cudaSuccess;
    }

    // Of memory: the next call may find some.
    cudaError_t call_for_memory(const char *function) {
        if (call(function) == cudaSuccess) {
            return cudaSuccess;
        }
        left_ = function_ == function ? -1 : left_;
        return cudaErrorMemoryAllocation;
    }

private:
    std::string function_;
    int left_ = -1; // never
};
inline FakeFault fake_fault;

inline thread_local FakeGraph *fake_capture = nullptr; // as cudaStreamCaptureModeThreadLocal has it
inline std::atomic<int> fake_captures{0};              // of all threads

// Of functions that touch all of the device, which no thread may call while any captures, whatever the mode.
inline cudaError_t fake_legacy_call(const char *function) {
    return fake_captures != 0 ? cudaErrorStreamCaptureUnsupported : fake_fault.call(function);
}

// Allocates while it captures only.
template <typename Work>
cudaError_t fake_enqueue(const Work &work) {
    if (fake_capture != nullptr) {
        fake_capture->work.push_back(work);
    } else {
        work();
    }
    return cudaSuccess;
}

inline const char *cudaGetErrorName(cudaError_t) { return "cudaErrorEmulated"; }
inline const char *cudaGetErrorString(cudaError_t) { return "an emulated error"; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaGetDeviceCount(int *count) { return *count = 1, cudaSuccess; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int) {
    return *properties = cudaDeviceProp(), cudaSuccess;
}
// Too little shared memory for the tensor-core kernel, which the plain one stands in for here.
inline cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int) {
    return *value = attribute == cudaDevAttrMaxSharedMemoryPerBlockOptin ? 49152 : 1, cudaSuccess;
}
inline cudaError_t cudaSetDevice(int device) {
    return device == 0 ? fake_fault.call("cudaSetDevice") : cudaErrorInvalidValue;
}
inline cudaError_t cudaMemGetInfo(size_t *available, size_t *all) {
    const char *given = std::getenv("VOICE_FAKE_CUDA_MEMORY");
    *all = size_t{1} << 40;
    *available = given == nullptr ? *all : static_cast<size_t>(std::atoll(given));
    return fake_fault.call("cudaMemGetInfo");
}
inline cudaError_t cudaDeviceSynchronize() { return fake_legacy_call("cudaDeviceSynchronize"); }

// Host memory that a GPU reads without waiting for anything, and how many copies there were to and from other memory.
class FakePinned {
public:
    void add(const void *memory, size_t bytes) {
        const std::lock_guard<std::mutex> lock(mutex_);
        ends_[static_cast<const char *>(memory)] = static_cast<const char *>(memory) + bytes;
    }
    void remove(const void *memory) {
        const std::lock_guard<std::mutex> lock(mutex_);
        ends_.erase(static_cast<const char *>(memory));
    }
    void copy(const void *memory, size_t bytes) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const char *begin = static_cast<const char *>(memory);
        const auto after = ends_.upper_bound(begin);
        pageable_copies += after == ends_.begin() || std::prev(after)->second < begin + bytes;
    }
    int pageable_copies = 0;

private:
    std::mutex mutex_;
    std::map<const char *, const char *> ends_;
};
inline FakePinned fake_pinned;

// Filled with what no test would take for cleared memory; aligned as CUDA aligns.
inline cudaError_t fake_memory(void **memory, size_t bytes) {
    *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*memory, 0xff, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMalloc(void **memory, size_t bytes) {
    const cudaError_t error = fake_fault.call_for_memory("cudaMalloc");
    return error != cudaSuccess ? error : fake_memory(memory, bytes);
}
inline cudaError_t cudaMallocHost(void **memory, size_t bytes) {
    const cudaError_t error = fake_fault.call_for_memory("cudaMallocHost");
    if (error == cudaSuccess) {
        fake_memory(memory, bytes);
        fake_pinned.add(*memory, bytes);
    }
    return error;
}
inline cudaError_t cudaFree(void *memory) { return std::free(memory), cudaSuccess; }
inline cudaError_t cudaFreeHost(void *memory) { return fake_pinned.remove(memory), cudaFree(memory); }
inline cudaError_t cudaMemset(void *to, int value, size_t bytes) {
    return std::memset(to, value, bytes), fake_legacy_call("cudaMemset");
}
inline cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind) {
    return std::memcpy(to, from, bytes), fake_legacy_call("cudaMemcpy");
}
inline cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t) {
    const cudaError_t error = fake_fault.call("cudaMemsetAsync");
    return error != cudaSuccess ? error : fake_enqueue([=] { std::memset(to, value, bytes); });
}
inline cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t) {
    const cudaError_t error = fake_fault.call("cudaMemcpyAsync");
    fake_pinned.copy(kind == cudaMemcpyHostToDevice ? from : to, bytes);
    return error != cudaSuccess ? error : fake_enqueue([=] { std::memcpy(to, from, bytes); });
}

inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned) {
    const cudaError_t error = fake_fault.call("cudaStreamCreateWithFlags");
    *stream = error == cudaSuccess ? new FakeStream() : nullptr;
    return error;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) { return delete stream, cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return fake_fault.call("cudaStreamSynchronize"); }
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
    const cudaError_t error = fake_fault.call("cudaEventCreateWithFlags");
    *event = error == cudaSuccess ? new FakeStream() : nullptr;
    return error;
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) { return delete event, cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return fake_fault.call("cudaEventRecord"); }
inline cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t, cudaEvent_t) { return *ms = 0, cudaSuccess; }
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return fake_fault.call("cudaEventSynchronize"); }

inline cudaError_t cudaStreamBeginCapture(cudaStream_t, cudaStreamCaptureMode) {
    const cudaError_t error = fake_fault.call("cudaStreamBeginCapture");
    if (error == cudaSuccess) {
        fake_capture = new FakeGraph();
        fake_captures++;
    }
    return error;
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t, cudaGraph_t *graph) {
    const cudaError_t error = fake_fault.call("cudaStreamEndCapture");
    fake_captures -= fake_capture != nullptr;
    if (error != cudaSuccess) {
        delete fake_capture;
        fake_capture = nullptr;
    }
    *graph = fake_capture;
    fake_capture = nullptr;
    return error;
}
inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t *executable, cudaGraph_t graph, unsigned long long) {
    const cudaError_t error = fake_fault.call("cudaGraphInstantiate");
    *executable = error == cudaSuccess ? new FakeGraph(*graph) : nullptr;
    return error;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t graph) { return delete graph, cudaSuccess; }
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) { return delete graph, cudaSuccess; }
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t) {
    const cudaError_t error = fake_fault.call("cudaGraphLaunch");
    if (error != cudaSuccess) {
        return error;
    }
    for (const auto &work : graph->work) {
        work();
    }
    return cudaSuccess;
}

#endif
