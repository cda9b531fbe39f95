#include "cuda/engine.h"

#include <algorithm>
#include <cstring>

#include "cuda/kernels.h"
#include "voice/voice.h"

namespace voice::cuda {

namespace {

constexpr uint32_t default_chunk = 32768;

} // namespace

Engine::Engine(const voice_cuda_weights &weights, const voice_cuda_options &options)
    : options_(options),
      window_(weights.sample_rate == Rate16k::sample_rate ? Rate16k::window : Rate8k::window) {
    options_.chunk_streams = std::min(options.chunk_streams == 0 ? default_chunk : options.chunk_streams,
                                      options.max_streams);
    try {
        use_device();
        const std::string obstacle = tile_obstacle(weights);
        if (options_.precision == VOICE_VAD_GPU_TENSOR && !obstacle.empty()) {
            throw Failure{VOICE_ERROR_UNSUPPORTED, obstacle + "; open with precision=VOICE_VAD_GPU_FLOAT"};
        }
        if (options_.precision == VOICE_VAD_GPU_TENSOR) {
            check_shared_memory();
        }
        // All in this stream: what touches all of a device is refused while another thread records for its engine.
        check(cudaStreamCreateWithFlags(&main_, cudaStreamNonBlocking), "a CUDA stream");
        const auto upload = [this](const std::vector<unsigned char> &bytes) {
            weights_.reset(device_memory<unsigned char>(bytes.size(), "weights"));
            check(cudaMemcpyAsync(weights_.get(), bytes.data(), bytes.size(), cudaMemcpyHostToDevice, main_),
                  "copying weights");
            check(cudaStreamSynchronize(main_), "copying weights");
        };
        if (options_.precision == VOICE_VAD_GPU_TENSOR) {
            const Packed<TileWeights> packed = pack_for_tiles(weights);
            upload(packed.bytes);
            tile_weights_ = packed.at(weights_.get());
            check(window_ == Rate16k::window ? prepare_tile_kernel<Rate16k>() : prepare_tile_kernel<Rate8k>(),
                  "shared memory for the tensor-core kernel");
        } else {
            const Packed<PlainWeights> packed = pack_plain(weights);
            upload(packed.bytes);
            plain_weights_ = packed.at(weights_.get());
        }
        allocate();
    } catch (...) {
        release();
        throw;
    }
}

Engine::~Engine() {
    release();
}

void Engine::use_device() const {
    const cudaError_t error = cudaSetDevice(static_cast<int>(options_.device));
    if (error != cudaSuccess) {
        check(error, "device=" + std::to_string(options_.device));
    }
}

// Data centre GPUs have enough for a block of the tensor-core kernel, those for the desk have not.
void Engine::check_shared_memory() const {
    int available = 0;
    check(cudaDeviceGetAttribute(&available, cudaDevAttrMaxSharedMemoryPerBlockOptin, static_cast<int>(options_.device)),
          "asking for the GPU's shared memory");
    const size_t needed =
        window_ == Rate16k::window ? SharedLayout<Rate16k>::bytes : SharedLayout<Rate8k>::bytes;
    if (static_cast<size_t>(available) < needed) {
        throw Failure{VOICE_ERROR_UNSUPPORTED, "device=" + std::to_string(options_.device) + " has " +
                                                   std::to_string(available) + " bytes of shared memory a block, " +
                                                   std::to_string(needed) +
                                                   " are needed; open with precision=VOICE_VAD_GPU_FLOAT"};
    }
}

void Engine::allocate() {
    const size_t streams = options_.max_streams;
    const size_t window = static_cast<size_t>(window_);
    states_.reset(device_memory<StreamState>(streams, "the streams' state"));
    rows_.reset(device_memory<int32_t>(streams, "rows"));
    check(cudaEventCreateWithFlags(&forked_, cudaEventDisableTiming), "a CUDA event");
    for (Lane &lane : lanes_) {
        check(cudaStreamCreateWithFlags(&lane.stream, cudaStreamNonBlocking), "a CUDA stream");
        check(cudaEventCreateWithFlags(&lane.joined, cudaEventDisableTiming), "a CUDA event");
        lane.windows.reset(device_memory<int16_t>(options_.chunk_streams * window, "staged windows"));
        lane.probabilities.reset(device_memory<float>(options_.chunk_streams, "staged probabilities"));
        check(cudaMemsetAsync(lane.windows.get(), 0, options_.chunk_streams * window * sizeof(int16_t), main_),
              "clearing memory");
        check(cudaMemsetAsync(lane.probabilities.get(), 0, options_.chunk_streams * sizeof(float), main_),
              "clearing memory");
    }
    for (Slot &slot : slots_) {
        slot.windows.reset(pinned_memory<int16_t>(streams * window, "windows"));
        slot.probabilities.reset(pinned_memory<float>(streams, "probabilities"));
        slot.rows.reset(pinned_memory<int32_t>(streams, "rows"));
        std::memset(slot.windows.get(), 0, streams * window * sizeof(int16_t));
        check(cudaEventCreateWithFlags(&slot.done, cudaEventDisableTiming), "a CUDA event");
    }
    seen_.assign(streams, 0);
    check(cudaMemsetAsync(states_.get(), 0, streams * sizeof(StreamState), main_), "clearing the streams' state");
    check(cudaStreamSynchronize(main_), "clearing device memory");
}

// Also after a failure half-way: whatever is not there yet is null.
void Engine::release() {
    if (cudaSetDevice(static_cast<int>(options_.device)) != cudaSuccess) {
        cudaGetLastError();
        return;
    }
    if (main_ != nullptr) {
        cudaStreamSynchronize(main_);
        cudaStreamDestroy(main_);
    }
    for (Lane &lane : lanes_) {
        if (lane.stream != nullptr) {
            cudaStreamSynchronize(lane.stream);
            cudaStreamDestroy(lane.stream);
        }
        if (lane.joined != nullptr) {
            cudaEventDestroy(lane.joined);
        }
    }
    drop_graphs();
    for (Slot &slot : slots_) {
        if (slot.done != nullptr) {
            cudaEventDestroy(slot.done);
        }
    }
    if (forked_ != nullptr) {
        cudaEventDestroy(forked_);
    }
    cudaGetLastError();
}

int16_t *Engine::windows() {
    return ticks_ - waited_ == slot_count ? nullptr : slots_[ticks_ % slot_count].windows.get();
}

void Engine::check_rows(uint32_t count, const int32_t *rows) {
    checks_++;
    const auto fail = [rows](uint32_t i, const std::string &what) {
        throw Failure{VOICE_ERROR_ARGUMENT, "rows[" + std::to_string(i) + "]=" + std::to_string(rows[i]) + ": " + what};
    };
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i] < 0 || static_cast<uint32_t>(rows[i]) >= options_.max_streams) {
            fail(i, "it must be 0 .. " + std::to_string(options_.max_streams - 1));
        }
        uint64_t &seen = seen_[static_cast<size_t>(rows[i])];
        if (seen == checks_) {
            fail(i, "a stream can be named once in a tick");
        }
        seen = checks_;
    }
}

int Engine::submit(uint32_t count, const int32_t *rows) {
    if (ticks_ - waited_ == slot_count) {
        return VOICE_FULL;
    }
    use_device();
    Slot &slot = slots_[ticks_ % slot_count];
    if (rows != nullptr) {
        check_rows(count, rows);
        std::copy_n(rows, count, slot.rows.get());
        check(cudaMemcpyAsync(rows_.get(), slot.rows.get(), count * sizeof(int32_t), cudaMemcpyHostToDevice, main_),
              "copying rows");
        enqueue(slot, count, rows_.get());
    } else if (count != last_count_) { // a changing count would pay for a graph each time
        enqueue(slot, count, nullptr);
    } else {
        if (slot.graph_count != count) {
            capture(slot, count);
        }
        check(cudaGraphLaunch(slot.graph, main_), "starting a tick");
    }
    check(cudaEventRecord(slot.done, main_), "ending a tick");
    slot.count = count;
    last_count_ = rows == nullptr ? count : 0;
    ticks_++;
    return VOICE_OK;
}

int Engine::wait(float *probabilities, uint32_t &count) {
    count = 0;
    if (ticks_ == waited_) {
        return VOICE_EMPTY;
    }
    use_device();
    Slot &slot = slots_[waited_ % slot_count];
    const cudaError_t error = cudaEventSynchronize(slot.done);
    waited_++; // also when it failed: the tick is over
    check(error, "a tick on the GPU");
    std::copy_n(slot.probabilities.get(), slot.count, probabilities);
    count = slot.count;
    return VOICE_OK;
}

void Engine::reset(uint32_t stream) {
    use_device();
    const bool all = stream == UINT32_MAX;
    check(cudaMemsetAsync(states_.get() + (all ? 0 : stream), 0,
                          sizeof(StreamState) * (all ? options_.max_streams : 1), main_),
          "resetting a stream");
}

void Engine::select_stages(uint32_t stages) {
    use_device();
    check(cudaStreamSynchronize(main_), "a tick on the GPU");
    options_.stages = stages;
    drop_graphs();
}

void Engine::drop_graphs() {
    for (Slot &slot : slots_) {
        if (slot.graph != nullptr) {
            cudaGraphExecDestroy(slot.graph);
        }
        slot.graph = nullptr;
        slot.graph_count = 0;
    }
}

void Engine::capture(Slot &slot, uint32_t count) {
    if (slot.graph != nullptr) {
        check(cudaEventSynchronize(slot.done), "a tick on the GPU");
        cudaGraphExecDestroy(slot.graph);
        slot.graph = nullptr;
        slot.graph_count = 0;
    }
    // Only this thread's calls are refused while it captures: other engines go on.
    check(cudaStreamBeginCapture(main_, cudaStreamCaptureModeThreadLocal), "recording a tick");
    cudaGraph_t graph = nullptr;
    try {
        enqueue(slot, count, nullptr);
    } catch (...) {
        cudaStreamEndCapture(main_, &graph);
        if (graph != nullptr) {
            cudaGraphDestroy(graph);
        }
        cudaGetLastError();
        throw;
    }
    check(cudaStreamEndCapture(main_, &graph), "recording a tick");
    const cudaError_t error = cudaGraphInstantiate(&slot.graph, graph, 0);
    cudaGraphDestroy(graph);
    check(error, "preparing a recorded tick");
    slot.graph_count = count;
}

// From main_ out into the lanes and back, so that the next tick, and a reset, come after all of this one.
void Engine::enqueue(Slot &slot, uint32_t count, const int32_t *device_rows) {
    const uint32_t chunk_streams = options_.chunk_streams;
    const uint32_t chunks = (count + chunk_streams - 1) / chunk_streams;
    const int used = static_cast<int>(std::min<uint32_t>(chunks, lane_count));
    check(cudaEventRecord(forked_, main_), "starting a tick");
    for (int i = 0; i < used; i++) {
        check(cudaStreamWaitEvent(lanes_[i].stream, forked_, 0), "starting a tick");
    }
    for (uint32_t chunk = 0; chunk < chunks; chunk++) {
        const Lane &lane = lanes_[chunk % lane_count];
        const uint32_t first = chunk * chunk_streams;
        const uint32_t size = std::min(chunk_streams, count - first);
        const size_t samples = static_cast<size_t>(window_);
        if ((options_.stages & VOICE_CUDA_STAGE_COPY) != 0) {
            check(cudaMemcpyAsync(lane.windows.get(), slot.windows.get() + first * samples,
                                  size * samples * sizeof(int16_t), cudaMemcpyHostToDevice, lane.stream),
                  "copying windows");
        }
        if ((options_.stages & VOICE_CUDA_STAGE_COMPUTE) != 0) {
            launch({lane.windows.get(), states_.get(), device_rows == nullptr ? nullptr : device_rows + first,
                    lane.probabilities.get(), static_cast<int32_t>(first), static_cast<int32_t>(size)},
                   lane.stream);
        }
        if ((options_.stages & VOICE_CUDA_STAGE_COPY) != 0) {
            check(cudaMemcpyAsync(slot.probabilities.get() + first, lane.probabilities.get(), size * sizeof(float),
                                  cudaMemcpyDeviceToHost, lane.stream),
                  "copying probabilities");
        }
    }
    for (int i = 0; i < used; i++) {
        check(cudaEventRecord(lanes_[i].joined, lanes_[i].stream), "ending a tick");
        check(cudaStreamWaitEvent(main_, lanes_[i].joined, 0), "ending a tick");
    }
}

void Engine::launch(const LaunchArguments &arguments, cudaStream_t stream) const {
    const bool wide = window_ == Rate16k::window;
    if (options_.precision == VOICE_VAD_GPU_TENSOR) {
        check(wide ? launch_tiles<Rate16k>(tile_weights_, arguments, stream)
                   : launch_tiles<Rate8k>(tile_weights_, arguments, stream),
              "starting the tensor-core kernel");
    } else {
        check(wide ? launch_plain<Rate16k>(plain_weights_, arguments, stream)
                   : launch_plain<Rate8k>(plain_weights_, arguments, stream),
              "starting the plain kernel");
    }
}

} // namespace voice::cuda
