#include "vocoder/gpu_slots.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"

namespace voice::vocoder {

namespace {

// A stream's number is its slot below and the slot's generation above, from 1 on and positive in a language without unsigned
// numbers. So a number that was closed does not reach the stream that came after it.
constexpr uint32_t slot_bits = 16;
constexpr uint16_t last_generation = 0x7fff;

} // namespace

GpuSlots::GpuSlots(std::shared_ptr<const Network> network, uint32_t max_streams, size_t kept_frames)
    : network_(std::move(network)), kept_frames_(kept_frames), slots_(max_streams) {
    free_.reserve(max_streams);
    for (uint32_t i = max_streams; i > 0; i--) {
        free_.push_back(i - 1);
    }
}

size_t GpuSlots::stream_bytes() const {
    return KeptFrames::bytes(network_->channels(), kept_frames_) +
           (network_->pre().columns + network_->conditioning_channels()) * sizeof(float) + sizeof(GpuSlot);
}

int GpuSlots::open(const float *conditioning, uint32_t &stream) {
    // Outside of the lock: whoever submits must not wait for an allocation.
    KeptFrames kept(network_->channels(), kept_frames_);
    AlignedFloats bias(network_->pre().columns);
    network_->make_bias(conditioning, bias.data());
    std::vector<float> vector;
    if (conditioning != nullptr) {
        vector.assign(conditioning, conditioning + network_->conditioning_channels());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) {
        return VOICE_FULL;
    }
    const uint32_t index = free_.back();
    free_.pop_back();
    GpuSlot &slot = slots_[index];
    const auto generation = static_cast<uint16_t>(slot.generation == last_generation ? 1 : slot.generation + 1);
    slot = GpuSlot();
    slot.generation = generation;
    slot.number = static_cast<uint32_t>(generation) << slot_bits | index;
    slot.kept = std::move(kept);
    slot.bias = std::move(bias);
    slot.conditioning = std::move(vector);
    stream = slot.number;
    return VOICE_OK;
}

void GpuSlots::reset(uint32_t stream) {
    const std::lock_guard<std::mutex> lock(mutex_);
    GpuSlot &slot = require(stream);
    slot.fresh = true;
    slot.ended = false;
    slot.begin = slot.kept.taken();
}

void GpuSlots::close(uint32_t stream) {
    const std::lock_guard<std::mutex> lock(mutex_);
    GpuSlot &slot = require(stream);
    slot.closed = true;
    if (slot.under_way == 0) {
        free(slot);
    }
}

uint32_t GpuSlots::samples(uint32_t stream, uint32_t frame_count, bool flush) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const GpuSlot *slot = find(stream);
    return slot == nullptr ? 0 : static_cast<uint32_t>(samples(*slot, frame_count, flush));
}

uint32_t GpuSlots::open_streams() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return static_cast<uint32_t>(slots_.size() - free_.size());
}

GpuSlot *GpuSlots::find(uint32_t stream) {
    const uint32_t index = stream & ((1u << slot_bits) - 1);
    if (stream == 0 || index >= slots_.size()) {
        return nullptr;
    }
    GpuSlot &slot = slots_[index];
    return slot.number == stream && !slot.closed ? &slot : nullptr;
}

GpuSlot &GpuSlots::require(uint32_t stream) {
    GpuSlot *slot = find(stream);
    if (slot == nullptr) {
        throw Error(VOICE_ERROR_ARGUMENT, "stream=" + std::to_string(stream) + ": no such stream is open");
    }
    return *slot;
}

uint64_t GpuSlots::samples(const GpuSlot &slot, uint32_t frame_count, bool flush) const {
    if (slot.ended) {
        return 0;
    }
    const uint64_t before = slot.kept.taken() - slot.begin;
    const uint64_t after = before + frame_count;
    return (flush ? after * network_->hop() : samples_after(*network_, after)) - samples_after(*network_, before);
}

void GpuSlots::release(GpuSlot &slot) {
    slot.under_way--;
    if (slot.closed && slot.under_way == 0) {
        free(slot);
    }
}

void GpuSlots::free(GpuSlot &slot) {
    const uint16_t generation = slot.generation;
    slot = GpuSlot();
    slot.generation = generation;
    free_.push_back(index(slot));
}

} // namespace voice::vocoder
