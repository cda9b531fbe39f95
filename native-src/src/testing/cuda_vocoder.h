#ifndef VOICE_TESTING_CUDA_VOCODER_H
#define VOICE_TESTING_CUDA_VOCODER_H

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "cuda/plugin_table.h"
#include "vocoder/stream.h"
#include "voice/voice.h"

/* The plugin's vocoder, through its table, beside the CPU's streams. */
extern "C" const voice_cuda_plugin_table *voice_cuda_plugin(void);

namespace voice::testing {

/* A generator as the plugin's table has it; points into the generator. */
class CudaGenerator {
public:
    explicit CudaGenerator(const vocoder::Generator &generator)
        : lookahead_(static_cast<uint32_t>(vocoder::Network(generator).lookahead())) {
        blocks_.reserve(64);
        layers_.reserve(64);
        for (const vocoder::Stage &stage : generator.stages) {
            std::vector<voice_cuda_block> &blocks = blocks_.emplace_back();
            for (const vocoder::ResidualBlock &block : stage.blocks) {
                blocks.push_back({static_cast<uint32_t>(block.first.size()), list(block.first),
                                  block.second.empty() ? nullptr : list(block.second)});
            }
            const vocoder::Upsampling &up = stage.up;
            stages_.push_back({{number(up.inputs), number(up.outputs), number(up.kernel), number(up.rate),
                                up.weight.data(), up.bias.data()},
                               number(blocks.size()), blocks.data()});
        }
        view_ = {number(generator.channels), number(generator.hop), lookahead_, number(stages_.size()),
                 layer(generator.pre), layer(generator.post), stages_.data()};
    }

    const voice_cuda_generator &view() const { return view_; }

private:
    static uint32_t number(size_t value) { return static_cast<uint32_t>(value); }
    static voice_cuda_layer layer(const vocoder::Convolution &c) {
        return {number(c.inputs), number(c.outputs), number(c.kernel), number(c.dilation), c.weight.data(), c.bias.data()};
    }
    const voice_cuda_layer *list(const std::vector<vocoder::Convolution> &convolutions) {
        auto &layers = *layers_.emplace_back(std::make_unique<std::vector<voice_cuda_layer>>());
        for (const vocoder::Convolution &convolution : convolutions) {
            layers.push_back(layer(convolution));
        }
        return layers.data();
    }

    uint32_t lookahead_;
    std::vector<std::unique_ptr<std::vector<voice_cuda_layer>>> layers_;
    std::vector<std::vector<voice_cuda_block>> blocks_;
    std::vector<voice_cuda_vocoder_stage> stages_;
    voice_cuda_generator view_ = {};
};

struct CloseCudaVocoder {
    void operator()(voice_cuda_vocoder *vocoder) const { voice_cuda_plugin()->vocoder_close(vocoder); }
};
using CudaVocoder = std::unique_ptr<voice_cuda_vocoder, CloseCudaVocoder>;

constexpr uint32_t gpu_half = 0;
constexpr uint32_t gpu_float = 1;

inline CudaVocoder open_cuda_vocoder(const voice_cuda_generator &generator, const voice_cuda_vocoder_options &options) {
    voice_cuda_vocoder *vocoder = nullptr;
    voice_cuda_vocoder_figures figures = {};
    voice_cuda_message message = {};
    const int status = voice_cuda_plugin()->vocoder_open(&generator, &options, &vocoder, &figures, &message);
    REQUIRE_MESSAGE(status == VOICE_OK, message.text);
    return CudaVocoder(vocoder);
}

/* An utterance on its way through a slot. */
struct CudaUtterance {
    uint32_t slot;
    std::vector<float> frames;    // [channels][count]
    std::vector<uint32_t> chunks; // over and over again
    std::vector<float> samples;   // what came out
    uint32_t count = 0;
    uint32_t done = 0;
    size_t step = 0;
    bool ended = false;

    uint64_t written(const voice_cuda_generator &g, uint64_t upto) const {
        const uint64_t all = upto * g.hop;
        return all > g.lookahead_samples ? all - g.lookahead_samples : 0;
    }
};

/* Utterances together in each batch, two batches under way: each with its next chunk, and with its end along with the last
   chunk or after it. */
inline void speak(voice_cuda_vocoder *vocoder, const voice_cuda_generator &g, std::vector<CudaUtterance> &utterances) {
    const voice_cuda_plugin_table &plugin = *voice_cuda_plugin();
    voice_cuda_message message = {};
    for (CudaUtterance &utterance : utterances) {
        utterance.count = static_cast<uint32_t>(utterance.frames.size() / g.channels);
        utterance.samples.assign(size_t{utterance.count} * g.hop, 7.0f);
        utterance.done = 0;
        utterance.step = 0;
        utterance.ended = false;
        REQUIRE_MESSAGE(plugin.vocoder_reset(vocoder, utterance.slot, g.pre.bias, &message) == VOICE_OK, message.text);
    }
    int under_way = 0;
    for (;;) {
        std::vector<voice_cuda_vocoder_job> jobs;
        for (CudaUtterance &u : utterances) {
            if (u.ended) {
                continue;
            }
            const uint32_t step = std::min(u.chunks[u.step % u.chunks.size()], u.count - u.done);
            u.ended = u.done + step == u.count && (step == 0 || u.slot % 2 == 0);
            const uint64_t from = u.written(g, u.done);
            const uint64_t to = u.ended ? uint64_t{u.count} * g.hop : u.written(g, u.done + step);
            jobs.push_back({u.slot, step, u.count, u.ended ? 1u : 0u, u.frames.data() + u.done, u.samples.data() + from,
                            static_cast<uint32_t>(to - from), 0});
            u.done += step;
            u.step++;
        }
        if (jobs.empty()) {
            break;
        }
        REQUIRE_MESSAGE(plugin.vocoder_submit(vocoder, jobs.data(), static_cast<uint32_t>(jobs.size()), &message) ==
                            VOICE_OK,
                        message.text);
        if (++under_way == 2) {
            REQUIRE(plugin.vocoder_submit(vocoder, jobs.data(), 0, &message) == VOICE_FULL);
            REQUIRE_MESSAGE(plugin.vocoder_wait(vocoder, &message) == VOICE_OK, message.text);
            under_way--;
        }
    }
    for (; under_way > 0; under_way--) {
        REQUIRE_MESSAGE(plugin.vocoder_wait(vocoder, &message) == VOICE_OK, message.text);
    }
    REQUIRE(plugin.vocoder_wait(vocoder, &message) == VOICE_EMPTY);
}

inline std::vector<float> noise_frames(size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 1);
    std::vector<float> values(count);
    std::generate(values.begin(), values.end(), [&] { return normal(random); });
    return values;
}

/* The whole utterance on the CPU. */
inline std::vector<float> speak_on_cpu(const std::shared_ptr<const vocoder::Network> &network,
                                       const std::vector<float> &frames) {
    vocoder::Stream stream(network, nullptr);
    const size_t count = frames.size() / network->channels();
    std::vector<float> samples(count * network->hop());
    const uint64_t pushed = stream.samples_of_push(count);
    stream.push(frames.data(), count, count, samples.data());
    stream.flush(samples.data() + pushed);
    return samples;
}

} // namespace voice::testing

#endif
