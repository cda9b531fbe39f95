#include "vocoder/gpu_streams.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "cuda/flat_generator.h"
#include "vocoder/unpacking.h"

namespace voice::vocoder {

namespace {

// What the oldest batch under way reads, when it has to be computed once more, must not be overwritten by the next one.
size_t frames_to_keep(const Network &network, const voice_vocoder_gpu_options &options) {
    return network.memory_frames() + size_t{2} * options.max_frames;
}

std::string number(const char *name, uint64_t value) {
    return std::string(name) + "=" + std::to_string(value);
}

[[noreturn]] void reject(const std::string &message) {
    throw Error(VOICE_ERROR_ARGUMENT, message);
}

void tell(std::string &refusal, uint32_t job, const char *message) noexcept {
    try {
        if (refusal.empty()) {
            refusal = "jobs[" + std::to_string(job) + "]." + message;
        }
    } catch (const std::bad_alloc &) { // the job's status has to do
    }
}

} // namespace

GpuStreams::GpuStreams(const voice_cuda_plugin_table &plugin, std::shared_ptr<const Network> network,
                       const voice_vocoder_gpu_options &options)
    : plugin_(plugin), network_(std::move(network)), options_(options),
      slots_(network_, options.max_streams, frames_to_keep(*network_, options)) {
    for (Batch &batch : batches_) {
        batch.parts.reserve(options.max_batch);
    }
    fresh_.reserve(options.max_batch);
    device_jobs_.reserve(options.max_batch);
    voice_cuda_message message = {};
    int status = plugin.probe(options.device, &message);
    if (status == VOICE_OK) {
        name_ = message.text;
        const Generator generator = unpack(*network_);
        const cuda::FlatGenerator flat(generator, static_cast<uint32_t>(network_->lookahead()));
        const voice_cuda_vocoder_options device_options = {options.device, options.precision, options.max_streams,
                                                           options.max_batch, options.max_frames};
        status = plugin.vocoder_open(&flat.view(), &device_options, &engine_, &figures_, &message);
    }
    if (status != VOICE_OK) {
        throw Error(status < 0 ? static_cast<voice_status>(status) : VOICE_ERROR_INTERNAL, message.text);
    }
}

GpuStreams::~GpuStreams() {
    if (engine_ != nullptr) {
        plugin_.vocoder_close(engine_);
    }
}

void GpuStreams::info(voice_vocoder_gpu_info &info) const {
    info.device = options_.device;
    info.precision = options_.precision;
    info.max_streams = options_.max_streams;
    info.max_batch = options_.max_batch;
    info.max_frames = options_.max_frames;
    info.open_streams = slots_.open_streams();
    info.stream_bytes = figures_.stream_bytes;
    info.host_stream_bytes = slots_.stream_bytes();
    std::snprintf(info.name, sizeof info.name, "%s", name_.c_str());
    const std::lock_guard<std::mutex> lock(slots_.mutex());
    info.lost = lost_ ? 1 : 0;
    info.device_bytes = lost_ ? 0 : figures_.device_bytes;
    std::snprintf(info.problem, sizeof info.problem, "%s", problem_);
}

void GpuStreams::check(const voice_vocoder_gpu_job &job, const GpuSlot &slot) const {
    if (slot.batch == batch_) {
        reject(number("stream", job.stream) + ": it has a job in this batch before; one is all that it may have");
    }
    if (job.frame_count > options_.max_frames) {
        reject(number("frame_count", job.frame_count) + ": it must be at most " +
               number("max_frames", options_.max_frames));
    }
    if (job.flush > 1) {
        reject(number("flush", job.flush) + ": it must be 0 or 1");
    }
    if (job.frame_count > 0 && job.frames == nullptr) {
        reject("frames=NULL: a pointer is required");
    }
    if (job.channel_stride < job.frame_count) {
        reject(number("channel_stride", job.channel_stride) + ": it must be at least " +
               number("frame_count", job.frame_count));
    }
}

void GpuStreams::reject_frames(const voice_vocoder_gpu_job &job) const {
    for (size_t channel = 0; channel < network_->channels(); channel++) {
        for (size_t i = 0; i < job.frame_count; i++) {
            const float value = job.frames[channel * job.channel_stride + i];
            if (!std::isfinite(value)) {
                reject(number("frames: channel", channel) + " of " + number("frame", i) + " is " +
                       std::to_string(value) + ": it must be finite");
            }
        }
    }
    reject("frames: they changed while they were read"); // by another thread of the caller's
}

int GpuStreams::take(voice_vocoder_gpu_job &job, Batch &batch) {
    job.sample_count = 0;
    GpuSlot *slot = slots_.find(job.stream);
    if (slot == nullptr) {
        reject(number("stream", job.stream) + ": no such stream is open");
    }
    if (slot->ended) {
        return VOICE_END;
    }
    check(job, *slot);
    const uint64_t samples = slots_.samples(*slot, job.frame_count, job.flush == 1);
    if (samples > job.capacity) {
        job.sample_count = static_cast<uint32_t>(samples);
        return VOICE_FULL;
    }
    if (samples > 0 && job.samples == nullptr) {
        reject("samples=NULL: a pointer is required");
    }
    const uint64_t first = slot->kept.taken();
    if (!slot->kept.append(job.frames, job.frame_count, job.channel_stride)) {
        reject_frames(job);
    }
    slot->batch = batch_;
    slot->ended = job.flush == 1;
    slot->under_way++;
    batch.parts.push_back({&job, slots_.index(*slot), slot->begin, first, job.frame_count, job.flush == 1, job.samples,
                           static_cast<uint32_t>(samples), VOICE_OK});
    if (samples == 0 && job.frame_count == 0) {
        return VOICE_OK; // nothing for the device to do, and it need not know
    }
    if (slot->fresh) {
        slot->fresh = false;
        fresh_.push_back(slots_.index(*slot));
    }
    device_jobs_.push_back({slots_.index(*slot), job.frame_count, job.channel_stride, job.flush, job.frames,
                            job.samples, static_cast<uint32_t>(samples), 0});
    return VOICE_OK;
}

int GpuStreams::submit(voice_vocoder_gpu_job *jobs, uint32_t count, std::string &refusal) {
    if (count == 0 || count > options_.max_batch) {
        reject(number("count", count) + ": it must be 1 .. " + number("max_batch", options_.max_batch));
    }
    if (under_way_ == batches_.size()) {
        return VOICE_FULL;
    }
    Batch &batch = batches_[(oldest_ + under_way_) % batches_.size()];
    batch.parts.clear();
    fresh_.clear();
    device_jobs_.clear();
    batch_++;
    for (uint32_t i = 0; i < count; i++) {
        const std::lock_guard<std::mutex> lock(slots_.mutex()); // for one job: others wait no longer than for that
        try {
            jobs[i].status = VOICE_ERROR_ARGUMENT;
            jobs[i].status = take(jobs[i], batch);
        } catch (const std::exception &error) {
            tell(refusal, i, error.what());
        }
    }
    under_way_++;
    send(batch);
    return VOICE_OK;
}

void GpuStreams::send(Batch &batch) {
    batch.on_device = false;
    if (engine_ == nullptr || device_jobs_.empty()) {
        return;
    }
    voice_cuda_message message = {};
    int status = VOICE_OK;
    for (size_t i = 0; i < fresh_.size() && status == VOICE_OK; i++) {
        status = plugin_.vocoder_reset(engine_, fresh_[i], slots_.at(fresh_[i]).bias.data(), &message);
    }
    if (status == VOICE_OK) {
        status = plugin_.vocoder_submit(engine_, device_jobs_.data(), static_cast<uint32_t>(device_jobs_.size()),
                                        &message);
    }
    if (status != VOICE_OK) {
        lose(message.text);
        return;
    }
    batch.on_device = true;
}

int GpuStreams::wait() {
    if (under_way_ == 0) {
        return VOICE_EMPTY;
    }
    Batch &batch = batches_[oldest_];
    if (engine_ != nullptr && batch.on_device) {
        voice_cuda_message message = {};
        if (plugin_.vocoder_wait(engine_, &message) != VOICE_OK) {
            lose(message.text);
        }
    }
    if (engine_ == nullptr) {
        for (Part &part : batch.parts) {
            compute(part);
        }
    }
    for (const Part &part : batch.parts) {
        const std::lock_guard<std::mutex> lock(slots_.mutex());
        GpuSlot &slot = slots_.at(part.slot);
        part.job->status = slot.closed ? VOICE_CANCELLED : part.status;
        part.job->sample_count = part.job->status == VOICE_OK ? part.sample_count : 0;
        if (part.status == VOICE_ERROR_MEMORY && slot.begin == part.begin) {
            slot.ended = true;
        }
        slots_.release(slot);
    }
    oldest_ = (oldest_ + 1) % batches_.size();
    under_way_--;
    return VOICE_OK;
}

// For good: a CUDA context does not recover from what makes its calls fail, and what it computed cannot be trusted.
void GpuStreams::lose(const char *problem) noexcept {
    voice_cuda_vocoder *engine = std::exchange(engine_, nullptr);
    {
        const std::lock_guard<std::mutex> lock(slots_.mutex());
        lost_ = true;
        const std::string_view said = problem[0] == '\0' ? "the GPU failed without a word" : problem;
        problem_[said.copy(problem_, sizeof problem_ - 1)] = '\0'; // cut if it is long
    }
    plugin_.vocoder_close(engine); // its memory is of use to others now
}

void GpuStreams::compute(Part &part) noexcept {
    if (part.frame_count == 0 && part.sample_count == 0) {
        return;
    }
    GpuSlot &slot = slots_.at(part.slot); // stays, and so does what is used of it, while the job is under way
    try {
        {
            const std::lock_guard<std::mutex> lock(slots_.mutex());
            if (slot.closed) {
                return;
            }
        }
        if (slot.cpu.given_up == part.begin) {
            part.status = VOICE_ERROR_MEMORY;
            return;
        }
        Stream &stream = cpu_stream(slot, part);
        const uint64_t end = part.first + part.frame_count;
        float *samples = slot.kept.push(stream, part.first, end, part.samples);
        slot.cpu.next = end;
        if (part.flush) {
            stream.flush(samples);
        }
    } catch (...) { // that there is no memory, most likely; whatever it is, the batch's other jobs go on
        slot.cpu.stream.reset();
        slot.cpu.given_up = part.begin;
        part.status = VOICE_ERROR_MEMORY;
    }
}

// At the job's first frame.
Stream &GpuStreams::cpu_stream(GpuSlot &slot, const Part &part) {
    CpuStream &cpu = slot.cpu;
    if (cpu.stream != nullptr && cpu.begin == part.begin && cpu.next == part.first) {
        return *cpu.stream;
    }
    if (cpu.stream == nullptr) {
        cpu.stream = std::make_unique<Stream>(network_, slot.conditioning.empty() ? nullptr : slot.conditioning.data());
    } else {
        cpu.stream->reset();
    }
    // It takes the frame before which it does not look back for the first one. What is wrong about that is over by the samples
    // that come next; those before are dropped, having been delivered.
    const size_t memory = network_->memory_frames();
    dropped_.resize(memory * network_->hop());
    const uint64_t from = part.first - std::min<uint64_t>(part.first - part.begin, memory);
    slot.kept.push(*cpu.stream, from, part.first, dropped_.data());
    cpu.begin = part.begin;
    cpu.next = part.first;
    return *cpu.stream;
}

} // namespace voice::vocoder
