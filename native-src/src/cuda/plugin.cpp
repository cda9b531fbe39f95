// libvoice_cuda.so: the engine behind the plain table of plugin_table.h.
#include <cstdio>
#include <new>

#include "cuda/engine.h"
#include "cuda/vocoder/vocoder_engine.h"
#include "voice/voice.h"

using voice::cuda::Engine;
using voice::cuda::Failure;
using voice::cuda::vocoder::VocoderEngine;

struct voice_cuda_engine {
    Engine engine;
};

struct voice_cuda_vocoder {
    VocoderEngine engine;
};

namespace {

template <typename Body>
int guarded(voice_cuda_message *message, const Body &body) noexcept {
    const auto say = [message](const char *text) { std::snprintf(message->text, sizeof message->text, "%s", text); };
    try {
        return body();
    } catch (const Failure &failure) {
        say(failure.message.c_str());
        return failure.status;
    } catch (const std::bad_alloc &) {
        say("out of memory");
        return VOICE_ERROR_MEMORY;
    } catch (const std::exception &error) {
        say(error.what());
        return VOICE_ERROR_INTERNAL;
    } catch (...) {
        say("an exception of unknown type");
        return VOICE_ERROR_INTERNAL;
    }
}

int probe(uint32_t device, voice_cuda_message *message) {
    return guarded(message, [&]() -> int {
        int count = 0;
        const cudaError_t error = cudaGetDeviceCount(&count);
        if (error != cudaSuccess || count == 0) {
            cudaGetLastError();
            throw Failure{VOICE_ERROR_UNSUPPORTED, std::string("no NVIDIA GPU answers: ") +
                                                       (error == cudaSuccess ? "the driver lists none"
                                                                             : cudaGetErrorString(error))};
        }
        if (device >= static_cast<uint32_t>(count)) {
            throw Failure{VOICE_ERROR_ARGUMENT, "device=" + std::to_string(device) + ": this machine has " +
                                                    std::to_string(count) + " GPU(s), counted from 0"};
        }
        cudaDeviceProp properties;
        voice::cuda::check(cudaGetDeviceProperties(&properties, static_cast<int>(device)), "asking the GPU's name");
        const std::string name = std::string(properties.name) + ", compute capability " +
                                 std::to_string(properties.major) + "." + std::to_string(properties.minor);
        if (properties.major < 8) {
            throw Failure{VOICE_ERROR_UNSUPPORTED, name + ": 8.0 or later is needed"};
        }
        std::snprintf(message->text, sizeof message->text, "%s", name.c_str());
        return VOICE_OK;
    });
}

int open(const voice_cuda_weights *weights, const voice_cuda_options *options, voice_cuda_engine **engine,
         voice_cuda_message *message) {
    return guarded(message, [&] {
        *engine = new voice_cuda_engine{{*weights, *options}};
        return VOICE_OK;
    });
}

int16_t *windows(voice_cuda_engine *engine) {
    return engine->engine.windows();
}

int submit(voice_cuda_engine *engine, uint32_t count, const int32_t *rows, voice_cuda_message *message) {
    return guarded(message, [&] { return engine->engine.submit(count, rows); });
}

int wait(voice_cuda_engine *engine, float *probabilities, uint32_t *count, voice_cuda_message *message) {
    return guarded(message, [&] { return engine->engine.wait(probabilities, *count); });
}

int reset(voice_cuda_engine *engine, uint32_t stream, voice_cuda_message *message) {
    return guarded(message, [&] {
        engine->engine.reset(stream);
        return VOICE_OK;
    });
}

int stages(voice_cuda_engine *engine, uint32_t selected, voice_cuda_message *message) {
    return guarded(message, [&] {
        engine->engine.select_stages(selected);
        return VOICE_OK;
    });
}

void close(voice_cuda_engine *engine) {
    delete engine;
}

int vocoder_open(const voice_cuda_generator *generator, const voice_cuda_vocoder_options *options,
                 voice_cuda_vocoder **vocoder, voice_cuda_vocoder_figures *figures, voice_cuda_message *message) {
    return guarded(message, [&] {
        *figures = {};
        *vocoder = new voice_cuda_vocoder{{*generator, *options, *figures}};
        return VOICE_OK;
    });
}

int vocoder_reset(voice_cuda_vocoder *vocoder, uint32_t slot, const float *bias, voice_cuda_message *message) {
    return guarded(message, [&] {
        vocoder->engine.reset(slot, bias);
        return VOICE_OK;
    });
}

int vocoder_submit(voice_cuda_vocoder *vocoder, const voice_cuda_vocoder_job *jobs, uint32_t count,
                   voice_cuda_message *message) {
    return guarded(message, [&] { return vocoder->engine.submit(jobs, count); });
}

int vocoder_wait(voice_cuda_vocoder *vocoder, voice_cuda_message *message) {
    return guarded(message, [&] { return vocoder->engine.wait(); });
}

void vocoder_close(voice_cuda_vocoder *vocoder) {
    delete vocoder;
}

constexpr voice_cuda_plugin_table table = {
    VOICE_CUDA_PLUGIN_VERSION,
    sizeof(voice_cuda_plugin_table),
    probe,
    open,
    windows,
    submit,
    wait,
    reset,
    stages,
    close,
    vocoder_open,
    vocoder_reset,
    vocoder_submit,
    vocoder_wait,
    vocoder_close,
};

} // namespace

extern "C" VOICE_API const voice_cuda_plugin_table *voice_cuda_plugin(void) {
    return &table;
}
