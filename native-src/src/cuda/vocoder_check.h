#ifndef VOICE_CUDA_VOCODER_CHECK_H
#define VOICE_CUDA_VOCODER_CHECK_H

#include <memory>
#include <string>
#include <vector>

#include "cuda/gpu_check.h"
#include "testing/gpu_talk.h"
#include "testing/vocoder_model.h"

namespace voice::cuda {

/* What the vocoder's test and benchmark on a GPU share. */

struct VocoderClose {
    void operator()(voice_vocoder *vocoder) const { voice_vocoder_close(vocoder); }
    void operator()(voice_vocoder_gpu *gpu) const { voice_vocoder_gpu_close(gpu); }
};
using Vocoder = std::unique_ptr<voice_vocoder, VocoderClose>;
using VocoderGpu = std::unique_ptr<voice_vocoder_gpu, VocoderClose>;

inline Vocoder open_vocoder(const std::string &path) {
    voice_vocoder *vocoder = nullptr;
    if (voice_vocoder_open(path.c_str(), nullptr, &vocoder) != VOICE_OK) {
        stop(voice_last_error());
    }
    return Vocoder(vocoder);
}

/* A generator of that shape with made-up weights. */
inline Vocoder made_up(const testing::VocoderModel &model) {
    const std::string voice = testing::onnx_voice(model);
    const uint32_t rate = model.architecture.sample_rate;
    const std::string config = rate == 0 ? "" : "{\"audio\":{\"sample_rate\":" + std::to_string(rate) + "}}";
    voice_vocoder *vocoder = nullptr;
    if (voice_vocoder_open_memory(voice.data(), voice.size(), rate == 0 ? nullptr : config.data(), config.size(),
                                  &vocoder) != VOICE_OK) {
        stop(voice_last_error());
    }
    return Vocoder(vocoder);
}

/* The shapes of HiFi-GAN's paper. */
inline testing::VocoderModel hifigan_v1() {
    return {{true, 80, 512, 22050, {8, 8, 2, 2}, {16, 16, 4, 4}, {3, 7, 11}, {{1, 3, 5}, {1, 3, 5}, {1, 3, 5}}}, 0, 0, true};
}
inline testing::VocoderModel hifigan_v2() {
    testing::VocoderModel model = hifigan_v1();
    model.architecture.initial_channels = 128;
    return model;
}
inline testing::VocoderModel hifigan_v3() {
    return {{false, 80, 256, 22050, {8, 8, 4}, {16, 16, 8}, {3, 5, 7}, {{1, 2}, {2, 6}, {3, 12}}}, 0, 0, true};
}

inline voice_vocoder_info info_of(const Vocoder &vocoder) {
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    if (voice_vocoder_get_info(vocoder.get(), &info) != VOICE_OK) {
        stop(voice_last_error());
    }
    return info;
}

inline voice_vocoder_gpu_info info_of(const VocoderGpu &gpu) {
    voice_vocoder_gpu_info info = VOICE_VOCODER_GPU_INFO_INIT;
    if (voice_vocoder_gpu_get_info(gpu.get(), &info) != VOICE_OK) {
        stop(voice_last_error());
    }
    return info;
}

inline voice_vocoder_gpu_options vocoder_options(uint32_t precision, uint32_t max_streams, uint32_t max_frames) {
    voice_vocoder_gpu_options options = VOICE_VOCODER_GPU_OPTIONS_INIT;
    options.precision = precision;
    options.max_streams = max_streams;
    options.max_batch = max_streams;
    options.max_frames = max_frames;
    return options;
}

inline VocoderGpu open_gpu(const Vocoder &vocoder, const voice_vocoder_gpu_options &options) {
    voice_vocoder_gpu *gpu = nullptr;
    if (voice_vocoder_gpu_open(vocoder.get(), &options, &gpu) != VOICE_OK) {
        stop(voice_last_error());
    }
    return VocoderGpu(gpu);
}

inline const char *name_of(uint32_t precision) {
    return precision == VOICE_VOCODER_GPU_HALF ? "half" : "float";
}

} // namespace voice::cuda

#endif
