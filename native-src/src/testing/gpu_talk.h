#ifndef VOICE_TESTING_GPU_TALK_H
#define VOICE_TESTING_GPU_TALK_H

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "testing/noise.h"
#include "voice/voice.h"

/* Streams on a GPU as they are used, without a test framework: what went wrong is for the caller to tell. */
namespace voice::testing {

/* An utterance, [channels][frames], by a stream on the CPU, in one go; nothing if it fails. */
inline std::vector<float> said_by_cpu(const voice_vocoder *vocoder, const std::vector<float> &frames,
                                      const voice_vocoder_stream_options *options = nullptr) {
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    voice_vocoder_stream *stream = nullptr;
    if (voice_vocoder_get_info(vocoder, &info) != VOICE_OK ||
        voice_vocoder_stream_open(vocoder, options, &stream) != VOICE_OK) {
        return {};
    }
    const auto count = static_cast<uint32_t>(frames.size() / info.channels);
    std::vector<float> samples(size_t{count} * info.hop);
    const auto capacity = static_cast<uint32_t>(samples.size());
    uint32_t pushed = 0;
    uint32_t rest = 0;
    const bool good = voice_vocoder_stream_push(stream, frames.data(), count, count, samples.data(), capacity, &pushed) ==
                          VOICE_OK &&
                      voice_vocoder_stream_flush(stream, samples.data() + pushed, capacity - pushed, &rest) == VOICE_OK;
    voice_vocoder_stream_close(stream);
    return good && pushed + rest == capacity ? samples : std::vector<float>();
}

/* Utterances of one stream on their way through an engine, in jobs. */
class GpuTalk {
public:
    /* utterances are [channels][frames] each, cut into those chunks over and over again; an end comes with the last frames, or
       behind them in a job of its own. */
    GpuTalk(voice_vocoder_gpu *gpu, const voice_vocoder_info &info, std::vector<std::vector<float>> utterances,
            std::vector<uint32_t> chunks, bool end_apart, const voice_vocoder_stream_options *options = nullptr)
        : gpu_(gpu), info_(info), utterances_(std::move(utterances)), chunks_(std::move(chunks)), end_apart_(end_apart) {
        bad_ = voice_vocoder_gpu_stream_open(gpu, options, &stream_) != VOICE_OK;
        for (const std::vector<float> &frames : utterances_) {
            samples_.emplace_back(frames.size() / info.channels * info.hop + 1, untouched);
        }
    }

    bool over() const { return utterance_ == utterances_.size(); }
    uint32_t stream() const { return stream_; }
    bool bad() const { return bad_; }

    /* The next job; an utterance that ended is followed by the next one at once, whatever is under way. */
    voice_vocoder_gpu_job next() {
        const std::vector<float> &frames = utterances_[utterance_];
        const auto count = static_cast<uint32_t>(frames.size() / info_.channels);
        voice_vocoder_gpu_job job = {};
        job.stream = stream_;
        job.frame_count = std::min(chunks_[jobs_++ % chunks_.size()], count - pushed_);
        job.channel_stride = job.frame_count + 3;
        job.flush = pushed_ + job.frame_count == count && (!end_apart_ || job.frame_count == 0) ? 1 : 0;
        chunk_.assign(size_t{job.channel_stride} * info_.channels, std::numeric_limits<float>::quiet_NaN());
        for (size_t channel = 0; channel < info_.channels; channel++) {
            std::copy_n(&frames[channel * count + pushed_], job.frame_count, &chunk_[channel * job.channel_stride]);
        }
        job.frames = chunk_.data();
        job.capacity = voice_vocoder_gpu_stream_samples(gpu_, stream_, job.frame_count, job.flush);
        job.samples = samples_[utterance_].data() + promised_;
        job.status = -99;
        promised_ += job.capacity;
        pushed_ += job.frame_count;
        ended_ = job.flush == 1;
        return job;
    }

    /* To be called when the job was submitted: its frames go, and where it was the last one the next utterance begins. */
    void submitted() {
        chunk_.assign(chunk_.size(), std::numeric_limits<float>::quiet_NaN());
        if (ended_) {
            bad_ = promised_ + 1 != samples_[utterance_].size() || bad_;
            bad_ = voice_vocoder_gpu_stream_reset(gpu_, stream_) != VOICE_OK || bad_;
            utterance_++;
            pushed_ = promised_ = 0;
            ended_ = false;
        }
    }

    /* To be called when the job was waited for. */
    void done(const voice_vocoder_gpu_job &job) {
        bad_ = job.status != VOICE_OK || job.sample_count != job.capacity || bad_;
    }

    /* What each utterance became; nothing where it was written beyond its end. */
    std::vector<std::vector<float>> samples() const {
        std::vector<std::vector<float>> result = samples_;
        for (std::vector<float> &samples : result) {
            samples.resize(samples.back() == untouched ? samples.size() - 1 : 0);
        }
        return result;
    }

    /* Where the samples of an utterance go. */
    const float *begin_of(size_t utterance) const { return samples_[utterance].data(); }

    /* The same by a stream on the CPU. */
    std::vector<std::vector<float>> expected(const voice_vocoder *vocoder,
                                             const voice_vocoder_stream_options *options = nullptr) const {
        std::vector<std::vector<float>> result;
        for (const std::vector<float> &frames : utterances_) {
            result.push_back(said_by_cpu(vocoder, frames, options));
        }
        return result;
    }

private:
    static constexpr float untouched = -7;

    voice_vocoder_gpu *gpu_;
    voice_vocoder_info info_;
    std::vector<std::vector<float>> utterances_;
    std::vector<uint32_t> chunks_;
    bool end_apart_;
    uint32_t stream_ = 0;
    std::vector<std::vector<float>> samples_;
    std::vector<float> chunk_;
    size_t utterance_ = 0;
    size_t jobs_ = 0;
    uint32_t pushed_ = 0;
    uint32_t promised_ = 0;
    bool ended_ = false;
    bool bad_ = false;
};

/* Runs all talks to their end, with that many batches under way. after is called with each job that was waited for. False if
   a call fails. */
template <typename After>
bool run_talks(voice_vocoder_gpu *gpu, std::vector<GpuTalk> &talks, size_t most_under_way, const After &after) {
    struct Batch {
        std::vector<voice_vocoder_gpu_job> jobs;
        std::vector<GpuTalk *> talks;
    };
    Batch batches[2];
    size_t oldest = 0;
    size_t under_way = 0;
    const auto wait = [&] {
        const bool good = voice_vocoder_gpu_wait(gpu) == VOICE_OK;
        const Batch &batch = batches[oldest];
        for (size_t i = 0; good && i < batch.jobs.size(); i++) {
            batch.talks[i]->done(batch.jobs[i]);
            after(batch.jobs[i]);
        }
        oldest = 1 - oldest;
        under_way--;
        return good;
    };
    for (;;) {
        Batch &batch = batches[(oldest + under_way) % 2];
        batch.jobs.clear();
        batch.talks.clear();
        for (GpuTalk &talk : talks) {
            if (!talk.over()) {
                batch.jobs.push_back(talk.next());
                batch.talks.push_back(&talk);
            }
        }
        if (batch.jobs.empty()) {
            break;
        }
        if (voice_vocoder_gpu_submit(gpu, batch.jobs.data(), static_cast<uint32_t>(batch.jobs.size())) != VOICE_OK) {
            return false;
        }
        for (GpuTalk *talk : batch.talks) {
            talk->submitted();
        }
        if (++under_way == most_under_way && !wait()) {
            return false;
        }
    }
    while (under_way > 0) {
        if (!wait()) {
            return false;
        }
    }
    return voice_vocoder_gpu_wait(gpu) == VOICE_EMPTY;
}

inline bool run_talks(voice_vocoder_gpu *gpu, std::vector<GpuTalk> &talks, size_t most_under_way) {
    return run_talks(gpu, talks, most_under_way, [](const voice_vocoder_gpu_job &) {});
}

/* Several streams that go on at different paces, two utterances each. */
inline std::vector<GpuTalk> several_talks(voice_vocoder_gpu *gpu, const voice_vocoder_info &info, uint32_t frames) {
    std::vector<GpuTalk> talks;
    const std::vector<std::vector<uint32_t>> chunks = {{1}, {3}, {7}, {16}, {5, 1, 0, 3, 16}};
    for (size_t i = 0; i < chunks.size(); i++) {
        const auto seed = static_cast<unsigned>(i);
        talks.emplace_back(gpu, info,
                           std::vector<std::vector<float>>{noise(size_t{frames} * info.channels, 40 + seed),
                                                           noise((frames / 2 + i) * info.channels, 50 + seed)},
                           chunks[i], i % 2 == 0);
    }
    return talks;
}

} // namespace voice::testing

#endif
