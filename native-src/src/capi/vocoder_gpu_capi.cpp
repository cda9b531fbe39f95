#include <algorithm>
#include <memory>
#include <string>

#include "capi/call.h"
#include "capi/vocoder_handle.h"
#include "cuda/plugin_loader.h"
#include "vocoder/gpu_streams.h"

using voice::capi::call;
using voice::capi::choose_conditioning;
using voice::capi::options_or;
using voice::capi::reject;
using voice::capi::require;
using voice::vocoder::GpuStreams;

struct voice_vocoder_gpu {
    GpuStreams streams;
};

namespace {

constexpr uint32_t usual_batch = 1024;

void check_range(const char *name, uint32_t value, uint32_t low, uint32_t high) {
    if (value < low || value > high) {
        reject("options." + std::string(name) + "=" + std::to_string(value) + ": it must be " + std::to_string(low) +
               " .. " + std::to_string(high));
    }
}

voice_vocoder_gpu_options checked(voice_vocoder_gpu_options options) {
    if (options.precision > VOICE_VOCODER_GPU_FLOAT) {
        reject("options.precision=" + std::to_string(options.precision) + ": there are 0 (half) and 1 (float)");
    }
    check_range("max_streams", options.max_streams, 1, VOICE_VOCODER_GPU_MAX_STREAMS);
    check_range("max_frames", options.max_frames, 1, VOICE_VOCODER_GPU_MAX_FRAMES);
    if (options.max_batch == 0) {
        options.max_batch = std::min(options.max_streams, usual_batch);
    }
    check_range("max_batch", options.max_batch, 1, options.max_streams);
    return options;
}

} // namespace

int voice_vocoder_gpu_open(const voice_vocoder *vocoder, const voice_vocoder_gpu_options *options,
                           voice_vocoder_gpu **gpu) {
    return call([&] {
        require(gpu, "gpu");
        *gpu = nullptr;
        require(vocoder, "vocoder");
        const voice_vocoder_gpu_options chosen =
            checked(options_or<voice_vocoder_gpu_options>(options, VOICE_VOCODER_GPU_OPTIONS_INIT));
        *gpu = new voice_vocoder_gpu{{voice::cuda::plugin(), vocoder->network, chosen}};
        return VOICE_OK;
    });
}

int voice_vocoder_gpu_get_info(const voice_vocoder_gpu *gpu, voice_vocoder_gpu_info *info) {
    return call([&] {
        require(gpu, "gpu");
        require(info, "info");
        if (info->struct_size < sizeof *info) {
            reject("info.struct_size=" + std::to_string(info->struct_size) + ": it must be " +
                   std::to_string(sizeof *info) + "; start from VOICE_VOCODER_GPU_INFO_INIT");
        }
        gpu->streams.info(*info);
        return VOICE_OK;
    });
}

int voice_vocoder_gpu_stream_open(voice_vocoder_gpu *gpu, const voice_vocoder_stream_options *options,
                                  uint32_t *stream) {
    return call([&] {
        require(stream, "stream");
        *stream = 0;
        require(gpu, "gpu");
        const voice_vocoder_stream_options chosen = options_or(options, VOICE_VOCODER_STREAM_OPTIONS_INIT);
        return gpu->streams.slots().open(choose_conditioning(gpu->streams.network(), chosen), *stream);
    });
}

uint32_t voice_vocoder_gpu_stream_samples(const voice_vocoder_gpu *gpu, uint32_t stream, uint32_t frame_count,
                                          uint32_t flush) {
    const uint32_t frames = std::min(frame_count, VOICE_VOCODER_GPU_MAX_FRAMES); // more are not taken
    return gpu == nullptr ? 0 : gpu->streams.slots().samples(stream, frames, flush != 0);
}

int voice_vocoder_gpu_stream_reset(voice_vocoder_gpu *gpu, uint32_t stream) {
    return call([&] {
        require(gpu, "gpu");
        gpu->streams.slots().reset(stream);
        return VOICE_OK;
    });
}

int voice_vocoder_gpu_stream_close(voice_vocoder_gpu *gpu, uint32_t stream) {
    return call([&] {
        require(gpu, "gpu");
        gpu->streams.slots().close(stream);
        return VOICE_OK;
    });
}

int voice_vocoder_gpu_submit(voice_vocoder_gpu *gpu, voice_vocoder_gpu_job *jobs, uint32_t count) {
    return call([&] {
        require(gpu, "gpu");
        require(jobs, "jobs");
        std::string refusal;
        const int status = gpu->streams.submit(jobs, count, refusal);
        if (!refusal.empty()) {
            voice::capi::fail(VOICE_ERROR_ARGUMENT, refusal.c_str());
        }
        return status;
    });
}

int voice_vocoder_gpu_wait(voice_vocoder_gpu *gpu) {
    return call([&] {
        require(gpu, "gpu");
        return gpu->streams.wait();
    });
}

void voice_vocoder_gpu_close(voice_vocoder_gpu *gpu) {
    delete gpu;
}
