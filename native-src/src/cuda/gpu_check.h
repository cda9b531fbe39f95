#ifndef VOICE_CUDA_GPU_CHECK_H
#define VOICE_CUDA_GPU_CHECK_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "voice/voice.h"

namespace voice::cuda {

/* What the GPU's test and benchmark share; they have no test framework, so that any machine with nvcc can build them. */

constexpr int skipped = 77; // CTest's SKIP_RETURN_CODE

[[noreturn]] inline void stop(const std::string &message) {
    std::printf("FAILED: %s\n", message.c_str());
    std::exit(1);
}

struct VadClose {
    void operator()(voice_vad *vad) const { voice_vad_close(vad); }
    void operator()(voice_vad_gpu *gpu) const { voice_vad_gpu_close(gpu); }
};
using Vad = std::unique_ptr<voice_vad, VadClose>;
using Gpu = std::unique_ptr<voice_vad_gpu, VadClose>;

inline Vad open_vad(const std::string &path, uint32_t rate) {
    voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
    options.sample_rate = rate;
    voice_vad *vad = nullptr;
    if (voice_vad_open_file(path.c_str(), &options, &vad) != VOICE_OK) {
        stop(voice_last_error());
    }
    return Vad(vad);
}

inline voice_vad_gpu_options gpu_options(uint32_t streams, uint32_t precision, uint32_t chunk = 0) {
    voice_vad_gpu_options options = VOICE_VAD_GPU_OPTIONS_INIT;
    options.max_streams = streams;
    options.precision = precision;
    options.chunk_streams = chunk;
    return options;
}

inline Gpu open_gpu(const Vad &vad, const voice_vad_gpu_options &options) {
    voice_vad_gpu *gpu = nullptr;
    if (voice_vad_gpu_open(vad.get(), &options, &gpu) != VOICE_OK) {
        stop(voice_last_error());
    }
    return Gpu(gpu);
}

/* The samples of a 16-bit mono WAV file; none if it cannot be read. */
inline std::vector<int16_t> read_wav_samples(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (size_t position = 12; position + 8 <= bytes.size();) {
        uint32_t size = 0;
        std::memcpy(&size, &bytes[position + 4], sizeof size);
        if (size > bytes.size() - position - 8) {
            return {};
        }
        if (bytes.compare(position, 4, "data") == 0) {
            std::vector<int16_t> samples(size / 2);
            std::memcpy(samples.data(), &bytes[position + 8], samples.size() * 2);
            return samples;
        }
        position += 8 + size + size % 2;
    }
    return {};
}

} // namespace voice::cuda

#endif
