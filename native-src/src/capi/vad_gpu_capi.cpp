#include <cstdio>
#include <memory>
#include <string>

#include "capi/call.h"
#include "capi/vad_handle.h"
#include "cuda/flat_weights.h"
#include "cuda/plugin_loader.h"

using voice::Error;
using voice::capi::call;
using voice::capi::options_or;
using voice::capi::reject;
using voice::capi::require;

struct voice_vad_gpu {
    const voice_cuda_plugin_table &plugin;
    voice_cuda_engine *engine;
    uint32_t max_streams;
    uint32_t in_flight;
};

namespace {

// A plugin's failure as the exception that call() maps; its other statuses pass.
int passed(int status, const voice_cuda_message &message) {
    if (status < 0) {
        throw Error(static_cast<voice_status>(status), message.text);
    }
    return status;
}

void check_count(const voice_vad_gpu *gpu, uint32_t count) {
    if (count == 0 || count > gpu->max_streams) {
        reject("count=" + std::to_string(count) + ": it must be 1 .. max_streams=" + std::to_string(gpu->max_streams));
    }
}

int submit(voice_vad_gpu *gpu, uint32_t count, const int32_t *rows) {
    check_count(gpu, count);
    voice_cuda_message message = {};
    const int status = passed(gpu->plugin.submit(gpu->engine, count, rows, &message), message);
    gpu->in_flight += status == VOICE_OK ? 1 : 0;
    return status;
}

int wait(voice_vad_gpu *gpu, float *probabilities) {
    if (gpu->in_flight == 0) {
        return VOICE_EMPTY;
    }
    gpu->in_flight--; // also if it fails
    voice_cuda_message message = {};
    uint32_t count = 0;
    return passed(gpu->plugin.wait(gpu->engine, probabilities, &count, &message), message);
}

} // namespace

int voice_vad_gpu_plugin(const char *path) {
    return call([&] {
        require(path, "path");
        voice::cuda::look_for_plugin_at(path);
        return VOICE_OK;
    });
}

int voice_vad_gpu_available(const char **description) {
    static thread_local voice_cuda_message text;
    text.text[0] = '\0';
    bool available = false;
    try {
        available = voice::cuda::plugin().probe(0, &text) == VOICE_OK;
    } catch (const std::exception &error) {
        std::snprintf(text.text, sizeof text.text, "%s", error.what());
    }
    if (description != nullptr) {
        *description = text.text;
    }
    return available ? 1 : 0;
}

int voice_vad_gpu_open(const voice_vad *vad, const voice_vad_gpu_options *options, voice_vad_gpu **gpu) {
    return call([&] {
        require(gpu, "gpu");
        *gpu = nullptr;
        require(vad, "vad");
        const voice_vad_gpu_options chosen = options_or<voice_vad_gpu_options>(options, VOICE_VAD_GPU_OPTIONS_INIT);
        if (chosen.max_streams == 0 || chosen.max_streams > VOICE_VAD_GPU_MAX_STREAMS) {
            reject("options.max_streams=" + std::to_string(chosen.max_streams) + ": it must be 1 .. " +
                   std::to_string(VOICE_VAD_GPU_MAX_STREAMS));
        }
        if (chosen.precision > VOICE_VAD_GPU_FLOAT) {
            reject("options.precision=" + std::to_string(chosen.precision) + ": there are 0 (tensor) and 1 (float)");
        }
        const voice_cuda_plugin_table &plugin = voice::cuda::plugin();
        voice_cuda_message message = {};
        passed(plugin.probe(chosen.device, &message), message);
        const voice::cuda::FlatWeights weights(vad->weights);
        const voice_cuda_options engine_options = {chosen.device, chosen.precision, chosen.max_streams,
                                                   chosen.chunk_streams,
                                                   VOICE_CUDA_STAGE_COPY | VOICE_CUDA_STAGE_COMPUTE};
        auto opened = std::make_unique<voice_vad_gpu>(voice_vad_gpu{plugin, nullptr, chosen.max_streams, 0});
        passed(plugin.open(&weights.view(), &engine_options, &opened->engine, &message), message);
        *gpu = opened.release();
        return VOICE_OK;
    });
}

int16_t *voice_vad_gpu_windows(voice_vad_gpu *gpu) {
    return gpu == nullptr ? nullptr : gpu->plugin.windows(gpu->engine);
}

int voice_vad_gpu_submit(voice_vad_gpu *gpu, uint32_t count, const int32_t *rows) {
    return call([&] {
        require(gpu, "gpu");
        return submit(gpu, count, rows);
    });
}

int voice_vad_gpu_wait(voice_vad_gpu *gpu, float *probabilities) {
    return call([&] {
        require(gpu, "gpu");
        require(probabilities, "probabilities");
        return wait(gpu, probabilities);
    });
}

int voice_vad_gpu_process(voice_vad_gpu *gpu, uint32_t count, const int32_t *rows, float *probabilities) {
    return call([&] {
        require(gpu, "gpu");
        require(probabilities, "probabilities");
        if (gpu->in_flight != 0) {
            reject(std::to_string(gpu->in_flight) + " tick(s) under way: wait for them before voice_vad_gpu_process");
        }
        submit(gpu, count, rows);
        return wait(gpu, probabilities);
    });
}

int voice_vad_gpu_reset(voice_vad_gpu *gpu, uint32_t stream) {
    return call([&] {
        require(gpu, "gpu");
        if (stream >= gpu->max_streams && stream != VOICE_VAD_GPU_ALL_STREAMS) {
            reject("stream=" + std::to_string(stream) + ": it must be 0 .. " + std::to_string(gpu->max_streams - 1) +
                   ", or VOICE_VAD_GPU_ALL_STREAMS");
        }
        voice_cuda_message message = {};
        return passed(gpu->plugin.reset(gpu->engine, stream, &message), message);
    });
}

void voice_vad_gpu_close(voice_vad_gpu *gpu) {
    if (gpu != nullptr) {
        gpu->plugin.close(gpu->engine);
        delete gpu;
    }
}
