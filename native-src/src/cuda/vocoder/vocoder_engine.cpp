#include "cuda/vocoder/vocoder_engine.h"

#include <algorithm>
#include <string>

#include "cuda/vocoder/kernels.h"
#include "voice/voice.h"

namespace voice::cuda::vocoder {

namespace {

constexpr uint64_t least_frames = 64;
constexpr uint64_t most_work_bytes = uint64_t{1} << 30;
constexpr uint64_t slot_alignment = 256;
constexpr uint64_t most_pinned_bytes = uint64_t{4} << 30; // memory that the host can use for nothing else, ever
constexpr uint64_t spare_bytes = uint64_t{64} << 20; // for graphs, kernels and what allocations are rounded up to

uint64_t element_bytes(uint32_t precision) {
    return precision == half_precision ? sizeof(uint16_t) : sizeof(float);
}

} // namespace

VocoderEngine::VocoderEngine(const voice_cuda_generator &generator, const voice_cuda_vocoder_options &options,
                             voice_cuda_vocoder_figures &figures, uint64_t piece_frames)
    : options_(options), bias_count_(generator.pre.outputs), plan_(generator, options.precision == half_precision) {
    const std::string obstacle = options.precision == half_precision ? half_obstacle(plan_) : "";
    if (!obstacle.empty()) {
        throw Failure{VOICE_ERROR_UNSUPPORTED, obstacle + "; open with precision=VOICE_VOCODER_GPU_FLOAT"};
    }
    shape_ = {options.max_streams, options.max_batch, options.max_frames, generator.channels,
              static_cast<uint32_t>(plan_.tensors[0].values), generator.hop, generator.lookahead_samples, {},
              plan_.tables};
    const uint64_t batch_frames = options.max_batch * (options.max_frames + shape_.flush_frames());
    const uint64_t frames_in_memory = most_work_bytes / (plan_.frame_elements * element_bytes(options.precision));
    const auto frames = static_cast<uint32_t>(
        std::min({batch_frames, piece_frames, std::max({frames_in_memory, least_frames, uint64_t{options.max_frames}})}));
    shape_.capacity = {std::min(options.max_batch, frames), frames};
    check_pinned_memory();
    plan_.place(shape_.capacity);
    packed_ = pack(generator, plan_, options.precision);
    memory_.bias_columns = static_cast<uint32_t>(row_stride(generator.pre.outputs));
    memory_.state_bytes = (plan_.state_elements * element_bytes(options.precision) + slot_alignment - 1) / slot_alignment *
                          slot_alignment;
    memory_.frame_stride = plan_.tensors[0].values;
    plan_memory();
    figures = figures_;
    try {
        use_device();
        check_memory();
        allocate_host();
        try {
            allocate();
            record_all();
        } catch (const Failure &failure) {
            if (failure.status != VOICE_ERROR_MEMORY) {
                throw;
            }
            release(); // what others leave is seen when nothing here is taken
            throw Failure{VOICE_ERROR_MEMORY, "max_streams=" + std::to_string(options_.max_streams) + ": " +
                                                  failure.message + "; " + fitting(options_.max_streams - 1)};
        }
    } catch (...) {
        release();
        throw;
    }
    packed_.image = std::vector<unsigned char>();
}

VocoderEngine::~VocoderEngine() {
    release();
}

void VocoderEngine::use_device() const {
    const cudaError_t error = cudaSetDevice(static_cast<int>(options_.device));
    if (error != cudaSuccess) {
        check(error, "device=" + std::to_string(options_.device));
    }
}

void VocoderEngine::plan_memory() {
    figures_.stream_bytes = memory_.state_bytes + memory_.bias_columns * sizeof(float);
    figures_.device_bytes = figures_.stream_bytes * options_.max_streams + packed_.image.size() +
                            plan_.work_elements * element_bytes(options_.precision) + shape_.piece_bytes() +
                            shape_.capacity.frames * shape_.hop * sizeof(float);
}

void VocoderEngine::check_pinned_memory() const {
    const uint64_t bytes = lane_count * (shape_.batch_bytes() + (shape_.batch_samples() +
                                                                 options_.max_batch * bias_count_) * sizeof(float));
    if (bytes > most_pinned_bytes) {
        throw Failure{VOICE_ERROR_ARGUMENT, "max_batch=" + std::to_string(options_.max_batch) + ", max_frames=" +
                                                std::to_string(options_.max_frames) + ": " + std::to_string(bytes) +
                                                " bytes of pinned host memory are wanted, at most " +
                                                std::to_string(most_pinned_bytes) + " are taken; lower one of them"};
    }
}

void VocoderEngine::check_memory() const {
    size_t available = 0;
    size_t all = 0;
    check(cudaMemGetInfo(&available, &all), "asking for the GPU's free memory");
    if (figures_.device_bytes + spare_bytes <= available) {
        return;
    }
    throw Failure{VOICE_ERROR_MEMORY,
                  "max_streams=" + std::to_string(options_.max_streams) + ": " + std::to_string(figures_.device_bytes) +
                      " bytes of device memory are wanted, and " + std::to_string(spare_bytes) + " to spare; " +
                      std::to_string(available) + " of " + std::to_string(all) + " are free; " +
                      fitting(options_.max_streams - 1)};
}

// In words, how many streams would fit now; at most so many, because more did not.
std::string VocoderEngine::fitting(uint32_t most) const {
    size_t available = 0;
    size_t all = 0;
    if (cudaMemGetInfo(&available, &all) != cudaSuccess) {
        cudaGetLastError();
        return "how many streams would fit is not known";
    }
    const uint64_t taken = figures_.device_bytes - figures_.stream_bytes * options_.max_streams + spare_bytes;
    const uint64_t streams =
        std::min<uint64_t>(most, available > taken ? (available - taken) / figures_.stream_bytes : 0);
    return streams > 0 ? std::to_string(streams) + " streams would fit" : "no stream would fit";
}

void VocoderEngine::allocate_host() {
    for (Lane &lane : lanes_) {
        lane.batch = std::make_unique<Batch>(shape_);
        lane.bytes.reset(pinned_memory<unsigned char>(shape_.batch_bytes(), "frames"));
        lane.samples.reset(pinned_memory<float>(shape_.batch_samples(), "samples"));
        lane.biases.reset(pinned_memory<float>(options_.max_batch * bias_count_, "biases"));
        check(cudaEventCreateWithFlags(&lane.done, cudaEventDisableTiming), "a CUDA event");
    }
    utterances_.resize(options_.max_streams);
}

void VocoderEngine::allocate() {
    check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "a CUDA stream");
    image_.reset(device_memory<unsigned char>(packed_.image.size(), "weights"));
    states_.reset(device_memory<unsigned char>(memory_.state_bytes * options_.max_streams, "the streams' histories"));
    biases_.reset(device_memory<float>(size_t{memory_.bias_columns} * options_.max_streams, "the streams' biases"));
    work_.reset(device_memory<unsigned char>(plan_.work_elements * element_bytes(options_.precision), "working memory"));
    piece_.reset(device_memory<unsigned char>(shape_.piece_bytes(), "frames"));
    samples_.reset(device_memory<float>(shape_.capacity.frames * shape_.hop, "samples"));
    memory_.image = image_.get();
    memory_.piece = piece_.get();
    memory_.work = work_.get();
    memory_.states = states_.get();
    memory_.biases = biases_.get();
    memory_.samples = samples_.get();
    // In this stream only: what touches all of a device is refused while another thread records for its engine.
    check(cudaMemcpyAsync(image_.get(), packed_.image.data(), packed_.image.size(), cudaMemcpyHostToDevice, stream_),
          "copying weights");
    check(cudaMemsetAsync(piece_.get(), 0, shape_.piece_bytes(), stream_), "clearing memory"); // a piece without work
    check(cudaMemsetAsync(biases_.get(), 0, size_t{memory_.bias_columns} * options_.max_streams * sizeof(float), stream_),
          "clearing memory");
    check(cudaStreamSynchronize(stream_), "clearing device memory");
}

void VocoderEngine::record_all() {
    enqueue_layers(1); // of nothing: kernels are loaded when they are first launched, which a capture may not allow
    for (uint32_t bucket = 1; bucket < shape_.capacity.frames; bucket *= 2) {
        record(bucket);
    }
    record(shape_.capacity.frames);
    check(cudaStreamSynchronize(stream_), "preparing the vocoder");
}

// Also after a failure half-way, and once more: whatever is not there is null.
void VocoderEngine::release() {
    if (cudaSetDevice(static_cast<int>(options_.device)) != cudaSuccess) {
        cudaGetLastError();
    }
    if (stream_ != nullptr) {
        cudaStreamSynchronize(stream_);
        cudaStreamDestroy(stream_);
        stream_ = nullptr;
    }
    for (const Graph &graph : graphs_) {
        cudaGraphExecDestroy(graph.executable);
    }
    graphs_.clear();
    for (Lane &lane : lanes_) {
        if (lane.done != nullptr) {
            cudaEventDestroy(lane.done);
            lane.done = nullptr;
        }
        lane.times.reset();
    }
    for (DeviceMemory<unsigned char> *memory : {&image_, &states_, &work_, &piece_}) {
        memory->reset();
    }
    biases_.reset();
    samples_.reset();
    cudaGetLastError();
}

void VocoderEngine::enqueue_layers(uint32_t frames) const {
    cudaGetLastError(); // a launch's error is asked for by this, too: not what others in this thread left behind
    if (options_.precision == half_precision) {
        enqueue<uint16_t>(frames);
    } else {
        enqueue<float>(frames);
    }
}

void VocoderEngine::record(uint32_t frames) {
    // Only this thread's calls are refused while it captures: other engines go on.
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording the layers");
    cudaGraph_t graph = nullptr;
    try {
        enqueue_layers(frames);
    } catch (...) {
        cudaStreamEndCapture(stream_, &graph);
        if (graph != nullptr) {
            cudaGraphDestroy(graph);
        }
        cudaGetLastError();
        throw;
    }
    check(cudaStreamEndCapture(stream_, &graph), "recording the layers");
    cudaGraphExec_t executable = nullptr;
    const cudaError_t error = cudaGraphInstantiate(&executable, graph, 0);
    cudaGraphDestroy(graph);
    check(error, "preparing the recorded layers");
    graphs_.push_back({frames, executable});
    // Once over nothing: what a driver cannot do shows now, and the first batch need not wait for what is loaded at first use.
    check(cudaGraphLaunch(executable, stream_), "trying the recorded layers");
}

template <typename T>
void VocoderEngine::enqueue(uint32_t frames) const {
    const auto at = [this](uint64_t offset) { return image_.get() + offset; };
    const auto *tensors = reinterpret_cast<const Tensor *>(at(packed_.tensors));
    const auto *layers = reinterpret_cast<const Layer *>(at(packed_.layers));
    const auto tensor_count = static_cast<uint32_t>(plan_.tensors.size());
    const uint32_t segments = std::min(frames, shape_.capacity.segments);
    check(launch_begin<T>(tensors, tensor_count, segments, memory_, stream_), "starting to load histories");
    for (const PackedLaunch &launch : packed_.launches) {
        check(launch_layers<T>(layers + launch.first_layer, launch, frames, memory_, stream_), "starting a layer");
    }
    check(launch_samples<T>(reinterpret_cast<const Output *>(at(packed_.output)),
                            tiles_per_frame(static_cast<int>(shape_.hop)), frames, memory_, stream_),
          "starting the last layer");
    check(launch_keep<T>(tensors, tensor_count, segments, memory_, stream_), "starting to keep histories");
}

void VocoderEngine::reset(uint32_t slot, const float *bias) {
    if (slot >= options_.max_streams) {
        throw Failure{VOICE_ERROR_ARGUMENT, "slot=" + std::to_string(slot) + ": it must be below max_streams=" +
                                                std::to_string(options_.max_streams)};
    }
    use_device();
    // From a place in the next batch's pinned memory, which is free again when that batch is over: a copy from anywhere else may
    // wait for all that is under way. More beginnings than a batch has jobs do wait.
    Lane &lane = lanes_[submitted_ % lane_count];
    const bool room = submitted_ - waited_ < lane_count && lane.begun < options_.max_batch;
    if (!room) {
        check(cudaStreamSynchronize(stream_), "waiting for biases");
    }
    float *place = lane.biases.get() + (room ? lane.begun : 0) * bias_count_;
    std::copy_n(bias, bias_count_, place);
    check(cudaMemcpyAsync(biases_.get() + size_t{slot} * memory_.bias_columns, place, bias_count_ * sizeof(float),
                          cudaMemcpyHostToDevice, stream_),
          "copying a stream's bias");
    if (room) {
        lane.begun++;
    } else {
        check(cudaStreamSynchronize(stream_), "copying a stream's bias");
    }
    utterances_[slot] = {0, 0, false}; // whose histories are not read
}

int VocoderEngine::submit(const voice_cuda_vocoder_job *jobs, uint32_t count) {
    if (submitted_ - waited_ == lane_count) {
        return VOICE_FULL;
    }
    use_device();
    Lane &lane = lanes_[submitted_ % lane_count];
    lane.batch->build(jobs, count, utterances_, lane.bytes.get());
    if (lane.times != nullptr) {
        lane.times->begin();
    }
    for (const Piece &piece : lane.batch->pieces()) {
        run(piece, lane);
    }
    check(cudaEventRecord(lane.done, stream_), "ending a batch");
    submitted_++;
    return VOICE_OK;
}

void VocoderEngine::run(const Piece &piece, const Lane &lane) const {
    const auto mark = [&] {
        if (lane.times != nullptr) {
            lane.times->mark(stream_);
        }
    };
    mark();
    check(cudaMemcpyAsync(piece_.get(), lane.bytes.get() + piece.offset, piece.bytes, cudaMemcpyHostToDevice, stream_),
          "copying frames");
    mark();
    const auto graph = std::find_if(graphs_.begin(), graphs_.end(),
                                    [&](const Graph &candidate) { return candidate.frames >= piece.frames; });
    check(cudaGraphLaunch(graph->executable, stream_), "starting a batch");
    mark();
    if (piece.samples > 0) {
        check(cudaMemcpyAsync(lane.samples.get() + piece.sample, samples_.get(), piece.samples * sizeof(float),
                              cudaMemcpyDeviceToHost, stream_),
              "copying samples");
    }
    mark();
}

int VocoderEngine::wait() {
    if (submitted_ == waited_) {
        return VOICE_EMPTY;
    }
    use_device();
    Lane &lane = lanes_[waited_ % lane_count];
    waited_++; // also when it fails: the batch is over
    check(cudaEventSynchronize(lane.done), "a batch on the GPU");
    lane.begun = 0;
    if (lane.times != nullptr) {
        times_ = lane.times->read();
    }
    lane.batch->deliver(lane.samples.get());
    return VOICE_OK;
}

voice_cuda_vocoder_times VocoderEngine::times() {
    use_device();
    for (Lane &lane : lanes_) {
        if (lane.times == nullptr) {
            lane.times = std::make_unique<BatchTimes>(shape_.batch_pieces());
        }
    }
    return times_;
}

} // namespace voice::cuda::vocoder
