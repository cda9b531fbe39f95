#include "cuda/vocoder/batch.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "cuda/runtime.h"
#include "voice/voice.h"

namespace voice::cuda::vocoder {

namespace {

constexpr size_t alignment = 256;

size_t aligned(size_t bytes) {
    return (bytes + alignment - 1) / alignment * alignment;
}

} // namespace

size_t BatchShape::piece_bytes() const {
    return aligned(sizeof(Header)) + aligned(capacity.segments * sizeof(Segment)) +
           tables.size() * aligned(capacity.frames * sizeof(Tile)) +
           aligned(size_t{capacity.frames} * channel_stride * sizeof(float));
}

// Two pieces after each other have more frames than fit into one.
size_t BatchShape::batch_pieces() const {
    return 2 * (max_batch * (max_frames + flush_frames())) / capacity.frames + 2;
}

size_t BatchShape::batch_bytes() const {
    const size_t frames = max_batch * (max_frames + flush_frames());
    const size_t pieces = batch_pieces();
    const size_t parts = 3 + tables.size();
    return pieces * (parts * alignment + sizeof(Header)) + (max_batch + pieces) * sizeof(Segment) +
           tables.size() * frames * sizeof(Tile) + size_t{max_batch} * max_frames * channel_stride * sizeof(float);
}

size_t BatchShape::batch_samples() const {
    return max_batch * (max_frames * hop + lookahead);
}

Batch::Batch(const BatchShape &shape) : shape_(shape), seen_(shape.max_streams) {
    segments_.reserve(shape.capacity.segments);
    sources_.reserve(shape.capacity.segments);
    pieces_.reserve(shape.batch_pieces());
    deliveries_.reserve(shape.max_batch + shape.batch_pieces());
}

uint64_t Batch::written(uint64_t frames) const {
    const uint64_t samples = frames * shape_.hop;
    return samples > shape_.lookahead ? samples - shape_.lookahead : 0;
}

void Batch::check(const voice_cuda_vocoder_job *jobs, uint32_t count, const std::vector<Utterance> &utterances) {
    batches_++;
    const auto fail = [](uint32_t i, const char *name, uint64_t value, const std::string &what) {
        throw Failure{VOICE_ERROR_ARGUMENT,
                      "jobs[" + std::to_string(i) + "]." + name + "=" + std::to_string(value) + ": " + what};
    };
    if (count > shape_.max_batch) {
        throw Failure{VOICE_ERROR_ARGUMENT,
                      "count=" + std::to_string(count) + ": it must be at most max_batch=" + std::to_string(shape_.max_batch)};
    }
    for (uint32_t i = 0; i < count; i++) {
        const voice_cuda_vocoder_job &job = jobs[i];
        if (job.slot >= shape_.max_streams) {
            fail(i, "slot", job.slot, "it must be below max_streams=" + std::to_string(shape_.max_streams));
        }
        if (seen_[job.slot] == batches_) {
            fail(i, "slot", job.slot, "a slot can be named once in a batch");
        }
        seen_[job.slot] = batches_;
        const Utterance &utterance = utterances[job.slot];
        if (utterance.ended) {
            fail(i, "slot", job.slot, "its utterance has ended, or never began; reset it first");
        }
        if (job.frame_count > shape_.max_frames) {
            fail(i, "frame_count", job.frame_count, "it must be at most max_frames=" + std::to_string(shape_.max_frames));
        }
        const uint64_t frames = utterance.frames + job.frame_count;
        const uint64_t samples = (job.flush != 0 ? frames * shape_.hop : written(frames)) - written(utterance.frames);
        if (job.sample_count != samples) {
            fail(i, "sample_count", job.sample_count, "there will be " + std::to_string(samples));
        }
        if ((job.frame_count > 0 && (job.frames == nullptr || job.channel_stride < job.frame_count)) ||
            (samples > 0 && job.samples == nullptr)) {
            fail(i, "channel_stride", job.channel_stride,
                 "it must be at least frame_count, and frames and samples not NULL");
        }
    }
}

void Batch::build(const voice_cuda_vocoder_job *jobs, uint32_t count, std::vector<Utterance> &utterances,
                  unsigned char *bytes) {
    check(jobs, count, utterances);
    bytes_ = bytes;
    bytes_used_ = 0;
    samples_ = 0;
    piece_sample_ = 0;
    pieces_.clear();
    deliveries_.clear();
    for (uint32_t i = 0; i < count; i++) {
        add(jobs[i], utterances[jobs[i].slot]);
    }
    close_piece();
}

void Batch::add(const voice_cuda_vocoder_job &job, Utterance &utterance) {
    utterance.frames += job.frame_count;
    utterance.ended = job.flush != 0;
    uint64_t left = job.frame_count + (utterance.ended ? shape_.flush_frames() : 0);
    uint32_t done = 0; // of the job's frames
    float *to = job.samples;
    while (left > 0) {
        // A job is cut only where no piece could hold it.
        const auto step = static_cast<uint32_t>(std::min<uint64_t>(left, shape_.capacity.frames));
        if (frames_ + step > shape_.capacity.frames || segments_.size() == shape_.capacity.segments) {
            close_piece();
        }
        const uint64_t first = utterance.taken;
        const uint32_t given = std::min(step, job.frame_count - done);
        const uint64_t begin = written(first);
        uint64_t end = written(first + step);
        if (utterance.ended) {
            end = std::max(begin, std::min(end, utterance.frames * shape_.hop));
        }
        Segment segment = {};
        segment.slot = static_cast<int32_t>(job.slot);
        segment.first = static_cast<int32_t>(std::min<uint64_t>(first, shape_.flush_frames() + 1));
        segment.count = static_cast<int32_t>(step);
        segment.rest = segment.count;
        if (utterance.ended) {
            segment.rest = static_cast<int32_t>(
                std::min(static_cast<int64_t>(utterance.frames) - static_cast<int64_t>(first), int64_t{step}));
        }
        segment.given = static_cast<int32_t>(given);
        segment.frame = static_cast<int32_t>(frames_);
        segment.input = given_;
        segment.sample = static_cast<int32_t>(samples_ - piece_sample_);
        segments_.push_back(segment);
        sources_.push_back({job.frames == nullptr ? nullptr : job.frames + done, job.channel_stride});
        frames_ += step;
        given_ += segment.given;
        if (end > begin) {
            deliveries_.push_back({to, samples_, end - begin});
            to += end - begin;
            samples_ += end - begin;
        }
        utterance.taken += step;
        done += given;
        left -= step;
    }
}

void Batch::close_piece() {
    if (segments_.empty()) {
        return;
    }
    const size_t start = bytes_used_;
    const auto take = [this, start](size_t bytes) {
        const size_t place = bytes_used_;
        bytes_used_ = aligned(bytes_used_ + bytes);
        return static_cast<uint32_t>(place - start);
    };
    Header header = {};
    take(sizeof header);
    header.segment_count = static_cast<int32_t>(segments_.size());
    header.segments = take(segments_.size() * sizeof(Segment));
    std::memcpy(bytes_ + start + header.segments, segments_.data(), segments_.size() * sizeof(Segment));
    for (size_t table = 0; table < shape_.tables.size(); table++) {
        const int step = shape_.tables[table];
        header.tiles[table] = static_cast<uint32_t>(bytes_used_ - start);
        auto *tile = reinterpret_cast<Tile *>(bytes_ + bytes_used_);
        for (size_t i = 0; i < segments_.size(); i++) {
            for (int32_t frame = 0; frame < segments_[i].count; frame += step) {
                tile[header.tile_count[table]++] = {static_cast<int32_t>(i), frame};
            }
        }
        take(static_cast<size_t>(header.tile_count[table]) * sizeof(Tile));
    }
    header.input = take(static_cast<size_t>(given_) * shape_.channel_stride * sizeof(float));
    auto *row = reinterpret_cast<float *>(bytes_ + start + header.input);
    for (size_t i = 0; i < segments_.size(); i++) {
        const Source &source = sources_[i];
        for (int32_t frame = 0; frame < segments_[i].given; frame++, row += shape_.channel_stride) {
            for (uint32_t channel = 0; channel < shape_.channels; channel++) {
                row[channel] = source.frames[size_t{channel} * source.channel_stride + static_cast<size_t>(frame)];
            }
            std::fill(row + shape_.channels, row + shape_.channel_stride, 0.0f);
        }
    }
    std::memcpy(bytes_ + start, &header, sizeof header);
    pieces_.push_back({start, bytes_used_ - start, frames_, piece_sample_, samples_ - piece_sample_});
    segments_.clear();
    sources_.clear();
    frames_ = 0;
    given_ = 0;
    piece_sample_ = samples_;
}

void Batch::deliver(const float *samples) const {
    for (const Delivery &delivery : deliveries_) {
        std::copy_n(samples + delivery.from, delivery.count, delivery.to);
    }
}

} // namespace voice::cuda::vocoder
