#ifndef VOICE_TESTING_VOCODER_GPU_H
#define VOICE_TESTING_VOCODER_GPU_H

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "testing/vocoder_model.h"
#include "testing/vocoder_streams.h"

namespace voice::testing {

struct CloseVocoderGpu {
    void operator()(voice_vocoder_gpu *gpu) const { voice_vocoder_gpu_close(gpu); }
};
using VocoderGpu = std::unique_ptr<voice_vocoder_gpu, CloseVocoderGpu>;

/* While it lives, engines that are opened fail at a call: "vocoder_wait 3". See cpu_plugin.cpp. */
class GpuFault {
public:
    explicit GpuFault(const std::string &order) { setenv("VOICE_CPU_PLUGIN_FAIL", order.c_str(), 1); }
    ~GpuFault() { unsetenv("VOICE_CPU_PLUGIN_FAIL"); }
};

inline voice_vocoder_gpu_options gpu_options(uint32_t max_streams, uint32_t max_frames, uint32_t max_batch = 0) {
    voice_vocoder_gpu_options options = VOICE_VOCODER_GPU_OPTIONS_INIT;
    options.precision = VOICE_VOCODER_GPU_FLOAT;
    options.max_streams = max_streams;
    options.max_frames = max_frames;
    options.max_batch = max_batch;
    return options;
}

inline VocoderGpu open_gpu(const voice_vocoder *vocoder, const voice_vocoder_gpu_options &options) {
    voice_vocoder_gpu *gpu = nullptr;
    const int status = voice_vocoder_gpu_open(vocoder, &options, &gpu);
    REQUIRE_MESSAGE(status == VOICE_OK, voice_last_error());
    return VocoderGpu(gpu);
}

inline voice_vocoder_gpu_info info_of(const VocoderGpu &gpu) {
    voice_vocoder_gpu_info info = VOICE_VOCODER_GPU_INFO_INIT;
    REQUIRE(voice_vocoder_gpu_get_info(gpu.get(), &info) == VOICE_OK);
    return info;
}

inline uint32_t open_stream(const VocoderGpu &gpu, const voice_vocoder_stream_options *options = nullptr) {
    uint32_t stream = 0;
    const int status = voice_vocoder_gpu_stream_open(gpu.get(), options, &stream);
    REQUIRE_MESSAGE(status == VOICE_OK, voice_last_error());
    REQUIRE(stream != 0);
    return stream;
}

/* Utterances of one stream on their way through an engine, in jobs. */
class GpuTalk {
public:
    /* utterances are [channels][frames] each, cut into those chunks over and over again; an end comes with the last frames, or
       behind them in a job of its own. */
    GpuTalk(const VocoderGpu &gpu, const voice_vocoder_info &info, std::vector<std::vector<float>> utterances,
            std::vector<uint32_t> chunks, bool end_apart, const voice_vocoder_stream_options *options = nullptr)
        : gpu_(gpu.get()), info_(info), utterances_(std::move(utterances)), chunks_(std::move(chunks)),
          end_apart_(end_apart), stream_(open_stream(gpu, options)) {
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

    /* What each utterance became. */
    std::vector<std::vector<float>> samples() const {
        std::vector<std::vector<float>> result = samples_;
        for (std::vector<float> &samples : result) {
            REQUIRE(samples.back() == untouched);
            samples.pop_back();
        }
        return result;
    }

    /* The same by a stream on the CPU. */
    std::vector<std::vector<float>> expected(const voice_vocoder *vocoder,
                                             const voice_vocoder_stream_options *options = nullptr) const {
        std::vector<std::vector<float>> result;
        const VocoderStream stream = testing::open_stream(vocoder, options);
        for (const std::vector<float> &frames : utterances_) {
            result.push_back(speak(stream.get(), info_, frames, {65536}));
            REQUIRE(voice_vocoder_stream_reset(stream.get()) == VOICE_OK);
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
    uint32_t stream_;
    std::vector<std::vector<float>> samples_;
    std::vector<float> chunk_;
    size_t utterance_ = 0;
    size_t jobs_ = 0;
    uint32_t pushed_ = 0;
    uint32_t promised_ = 0;
    bool ended_ = false;
    bool bad_ = false;
};

/* Runs all talks to their end, with that many batches under way. */
inline void run(const VocoderGpu &gpu, std::vector<GpuTalk> &talks, size_t most_under_way) {
    struct Batch {
        std::vector<voice_vocoder_gpu_job> jobs;
        std::vector<GpuTalk *> talks;
    };
    Batch batches[2];
    size_t oldest = 0;
    size_t under_way = 0;
    const auto wait = [&] {
        REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
        const Batch &batch = batches[oldest];
        for (size_t i = 0; i < batch.jobs.size(); i++) {
            batch.talks[i]->done(batch.jobs[i]);
        }
        oldest = 1 - oldest;
        under_way--;
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
        const int status =
            voice_vocoder_gpu_submit(gpu.get(), batch.jobs.data(), static_cast<uint32_t>(batch.jobs.size()));
        REQUIRE_MESSAGE(status == VOICE_OK, voice_last_error());
        for (GpuTalk *talk : batch.talks) {
            talk->submitted();
        }
        if (++under_way == most_under_way) {
            wait();
        }
    }
    while (under_way > 0) {
        wait();
    }
    CHECK(voice_vocoder_gpu_wait(gpu.get()) == VOICE_EMPTY);
}

/* Several streams that go on at different paces, two utterances each. */
inline std::vector<GpuTalk> several_talks(const VocoderGpu &gpu, const voice_vocoder_info &info, uint32_t frames) {
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
