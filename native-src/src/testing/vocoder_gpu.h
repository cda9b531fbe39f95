#ifndef VOICE_TESTING_VOCODER_GPU_H
#define VOICE_TESTING_VOCODER_GPU_H

#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "testing/gpu_talk.h"
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

inline void run(const VocoderGpu &gpu, std::vector<GpuTalk> &talks, size_t most_under_way) {
    const bool good = run_talks(gpu.get(), talks, most_under_way);
    REQUIRE_MESSAGE(good, voice_last_error());
}

} // namespace voice::testing

#endif
