#include <memory>
#include <string>

#include "capi/call.h"
#include "capi/vad_handle.h"
#include "vad/model_file.h"
#include "vad/weights.h"

using voice::capi::call;
using voice::capi::options_or;
using voice::capi::reject;
using voice::capi::require;

namespace {

voice_vad *open_vad(std::string_view bytes, const voice_vad_options *options, const std::string &description) {
    const voice_vad_options chosen = options_or(options, VOICE_VAD_OPTIONS_INIT);
    const voice::vad::Kernels &kernels = voice::vad::choose_kernels();
    return new voice_vad(voice::vad::read_weights(bytes, chosen.sample_rate, description), kernels);
}

} // namespace

int voice_vad_open_file(const char *path, const voice_vad_options *options, voice_vad **vad) {
    return call([&] {
        require(vad, "vad");
        *vad = nullptr;
        require(path, "path");
        *vad = open_vad(voice::vad::read_model_file(path), options, path);
        return VOICE_OK;
    });
}

int voice_vad_open_memory(const void *bytes, size_t size, const voice_vad_options *options, voice_vad **vad) {
    return call([&] {
        require(vad, "vad");
        *vad = nullptr;
        require(bytes, "bytes");
        const std::string description = "the model in memory";
        voice::vad::check_model_size(size, description);
        *vad = open_vad({static_cast<const char *>(bytes), size}, options, description);
        return VOICE_OK;
    });
}

uint32_t voice_vad_sample_rate(const voice_vad *vad) {
    return vad == nullptr ? 0 : vad->network.geometry().sample_rate;
}

uint32_t voice_vad_window_samples(const voice_vad *vad) {
    return vad == nullptr ? 0 : static_cast<uint32_t>(vad->network.geometry().window);
}

uint32_t voice_vad_state_floats(const voice_vad *vad) {
    return vad == nullptr ? 0 : static_cast<uint32_t>(voice::vad::state_floats);
}

int voice_vad_process(const voice_vad *vad, size_t count, const int16_t *windows, float *states, const int32_t *rows,
                      float *probabilities) {
    return call([&] {
        require(vad, "vad");
        if (count == 0) {
            return VOICE_OK;
        }
        require(windows, "windows");
        require(states, "states");
        require(probabilities, "probabilities");
        for (size_t i = 0; rows != nullptr && i < count; i++) {
            if (rows[i] < 0) {
                reject("rows[" + std::to_string(i) + "]=" + std::to_string(rows[i]) + ": a row cannot be negative");
            }
        }
        vad->network.process(count, windows, states, rows, probabilities);
        return VOICE_OK;
    });
}

void voice_vad_close(voice_vad *vad) {
    delete vad;
}
