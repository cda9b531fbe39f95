#ifndef VOICE_CUDA_VOCODER_LOAD_H
#define VOICE_CUDA_VOCODER_LOAD_H

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "capi/vocoder_handle.h"
#include "cuda/flat_generator.h"
#include "cuda/plugin_loader.h"
#include "cuda/vocoder_check.h"
#include "cuda/vocoder_cost.h"
#include "vocoder/unpacking.h"

/* What the vocoder's benchmark on a GPU times. */
namespace voice::cuda {

using testing::noise;

/* How a thing is timed: at least so often and for the usual time, at most so often, and, from three times on, no longer than
   that. */
struct Measured {
    uint32_t precision = VOICE_VOCODER_GPU_HALF;
    int least = 20;
    int most = 400;
    std::chrono::milliseconds usual{250};
    std::chrono::milliseconds longest{3000};
};

inline double milliseconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

inline double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

template <typename Once>
double median_ms(const Measured &measured, const Once &once) {
    std::vector<double> times;
    const auto start = std::chrono::steady_clock::now();
    auto last = start;
    const auto goes_on = [&](int done) {
        return done < 3 || (last - start < measured.longest && done < measured.most &&
                            (done < measured.least || last - start < measured.usual));
    };
    for (int i = 0; goes_on(i); i++) {
        once();
        const auto now = std::chrono::steady_clock::now();
        if (i >= std::min(2, measured.least / 4)) { // the first ones find a sleepy GPU
            times.push_back(milliseconds(now - last));
        }
        last = now;
    }
    return median(times);
}

/* A generator with a name, and what a second of its audio takes. */
struct Model {
    std::string name;
    Vocoder vocoder;
    voice_vocoder_info info;
    double frames_a_second;
    VocoderCost cost;

    Model(std::string called, Vocoder opened)
        : name(std::move(called)), vocoder(std::move(opened)), info(info_of(vocoder)),
          frames_a_second((info.sample_rate == 0 ? 22050.0 : info.sample_rate) / info.hop),
          cost(vocoder::unpack(*vocoder->network), frames_a_second) {}
};

/* Streams of an engine in mid-utterance, through the C ABI: what is timed is all of it, the host's part too. Frames and samples
   of each stream have memory of their own, as those of different sessions have. */
class Load {
public:
    Load(const Model &model, const Measured &measured, uint32_t streams, uint32_t max_batch, uint32_t max_frames)
        : measured_(measured), hop_(model.info.hop), channels_(model.info.channels), max_frames_(max_frames) {
        voice_vocoder_gpu_options options = vocoder_options(measured.precision, streams, max_frames);
        options.max_batch = max_batch;
        gpu_ = open_gpu(model.vocoder, options);
        const std::vector<float> some = noise(size_t{4096} * channels_, 5);
        frames_.resize(size_t{streams} * channels_ * max_frames);
        for (size_t i = 0; i < frames_.size(); i++) {
            frames_[i] = some[i % some.size()];
        }
        samples_.resize(size_t{2} * max_batch * max_frames * hop_);
        for (uint32_t i = 0; i < streams; i++) {
            uint32_t stream = 0;
            if (voice_vocoder_gpu_stream_open(gpu_.get(), nullptr, &stream) != VOICE_OK) {
                stop(voice_last_error());
            }
            streams_.push_back(stream);
        }
        // Behind the look-ahead every chunk brings all of its samples.
        for (uint32_t frames = 0; frames * hop_ < model.info.lookahead_samples; frames += max_frames) {
            for (uint32_t first = 0; first < streams; first += max_batch) {
                process(first, std::min(max_batch, streams - first), max_frames);
            }
        }
    }

    ~Load() {
        if (info_of(gpu_).lost == 1) { // its times would be the CPU's
            stop(info_of(gpu_).problem);
        }
    }

    /* Median of one batch from its submit to its samples, none other under way. */
    double alone_ms(uint32_t batch, uint32_t frames) {
        return median_ms(measured_, [&] { process(0, batch, frames); });
    }

    /* Median of the first frames of an utterance of one stream. */
    double first_ms(uint32_t frames) {
        return median_ms(measured_, [&] {
            if (voice_vocoder_gpu_stream_reset(gpu_.get(), streams_[0]) != VOICE_OK) {
                stop(voice_last_error());
            }
            process(0, 1, frames);
        });
    }

    /* Median from one batch's end to the next one's, two under way. */
    double steady_ms(uint32_t batch, uint32_t frames) {
        submit(0, batch, frames);
        const double result = median_ms(measured_, [&] {
            submit(0, batch, frames);
            wait();
        });
        wait();
        return result;
    }

    /* Median for a chunk of each of the streams, in batches, two under way. */
    double round_ms(uint32_t batch, uint32_t frames) {
        const auto all = static_cast<uint32_t>(streams_.size());
        return median_ms(measured_, [&] {
            uint32_t under_way = 0;
            for (uint32_t first = 0; first < all; first += batch) {
                submit(first, std::min(batch, all - first), frames);
                if (++under_way == 2) {
                    wait();
                    under_way--;
                }
            }
            wait();
        });
    }

private:
    void process(uint32_t first, uint32_t count, uint32_t frames) {
        submit(first, count, frames);
        wait();
    }

    void submit(uint32_t first, uint32_t count, uint32_t frames) {
        std::vector<voice_vocoder_gpu_job> &jobs = jobs_[submitted_ % 2];
        float *samples = samples_.data() + submitted_ % 2 * (samples_.size() / 2);
        jobs.resize(count);
        for (uint32_t i = 0; i < count; i++) {
            const size_t stream = first + i;
            jobs[i] = {streams_[stream], frames, max_frames_, 0, &frames_[stream * channels_ * max_frames_],
                       samples + size_t{i} * max_frames_ * hop_, max_frames_ * hop_, 0, 0, 0};
        }
        if (voice_vocoder_gpu_submit(gpu_.get(), jobs.data(), count) != VOICE_OK) {
            stop(voice_last_error());
        }
        submitted_++;
    }

    void wait() {
        if (voice_vocoder_gpu_wait(gpu_.get()) != VOICE_OK) {
            stop(voice_last_error());
        }
        for (const voice_vocoder_gpu_job &job : jobs_[waited_++ % 2]) {
            if (job.status != VOICE_OK) {
                stop("a job ended with status " + std::to_string(job.status));
            }
        }
    }

    const Measured measured_;
    uint32_t hop_;
    uint32_t channels_;
    uint32_t max_frames_;
    VocoderGpu gpu_;
    std::vector<uint32_t> streams_;
    std::vector<float> frames_;
    std::vector<float> samples_;
    std::vector<voice_vocoder_gpu_job> jobs_[2];
    size_t submitted_ = 0;
    size_t waited_ = 0;
};

/* The plugin alone, for what only it can tell: the device's own times. */
class Device {
public:
    Device(const Model &model, const Measured &measured, uint32_t batch, uint32_t frames)
        : table_(plugin()), measured_(measured), hop_(model.info.hop), max_frames_(frames) {
        const vocoder::Generator generator = vocoder::unpack(*model.vocoder->network);
        const FlatGenerator flat(generator, model.info.lookahead_samples);
        const voice_cuda_vocoder_options options = {0, measured.precision, batch, batch, frames};
        voice_cuda_vocoder_figures figures = {};
        require(table_.vocoder_open(&flat.view(), &options, &engine_, &figures, &message_));
        frames_ = noise(size_t{frames} * model.info.channels, 5);
        samples_.resize(size_t{batch} * frames * hop_);
        for (uint32_t slot = 0; slot < batch; slot++) {
            require(table_.vocoder_reset(engine_, slot, generator.pre.bias.data(), &message_));
        }
        lookahead_ = model.info.lookahead_samples;
        while (taken_ * hop_ < lookahead_) {
            process(batch, frames);
        }
        voice_cuda_vocoder_times none = {};
        require(table_.vocoder_times(engine_, &none, &message_)); // begins
    }

    ~Device() { table_.vocoder_close(engine_); }
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;

    /* Medians. All slots are always in the batch. */
    voice_cuda_vocoder_times times(uint32_t batch, uint32_t frames) {
        std::vector<double> in;
        std::vector<double> layers;
        std::vector<double> out;
        for (int i = 0; i < measured_.least * 2; i++) {
            process(batch, frames);
            voice_cuda_vocoder_times times = {};
            require(table_.vocoder_times(engine_, &times, &message_));
            if (i >= measured_.least / 2) {
                in.push_back(times.frames_in);
                layers.push_back(times.layers);
                out.push_back(times.samples_out);
            }
        }
        return {static_cast<float>(median(in)), static_cast<float>(median(layers)), static_cast<float>(median(out))};
    }

private:
    void require(int status) const {
        if (status != VOICE_OK) {
            stop(message_.text);
        }
    }

    uint64_t written(uint64_t frames) const {
        return frames * hop_ > lookahead_ ? frames * hop_ - lookahead_ : 0;
    }

    void process(uint32_t batch, uint32_t frames) {
        std::vector<voice_cuda_vocoder_job> jobs(batch);
        const auto samples = static_cast<uint32_t>(written(taken_ + frames) - written(taken_));
        for (uint32_t slot = 0; slot < batch; slot++) {
            jobs[slot] = {slot, frames, max_frames_, 0, frames_.data(),
                          samples_.data() + size_t{slot} * max_frames_ * hop_, samples, 0};
        }
        require(table_.vocoder_submit(engine_, jobs.data(), batch, &message_));
        require(table_.vocoder_wait(engine_, &message_));
        taken_ += frames;
    }

    const voice_cuda_plugin_table &table_;
    const Measured measured_;
    uint32_t hop_;
    uint32_t max_frames_;
    uint64_t lookahead_ = 0;
    uint64_t taken_ = 0;
    voice_cuda_vocoder *engine_ = nullptr;
    mutable voice_cuda_message message_ = {};
    std::vector<float> frames_;
    std::vector<float> samples_;
};

} // namespace voice::cuda

#endif
