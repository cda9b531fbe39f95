// What a window of voice activity costs, by SIMD path and batch size: voice_vad_bench MODEL.onnx [RATE] [SECONDS]
// Times are the smallest of many runs, so that other work on the machine counts little; "median" shows how much there
// was. Products are those that the network needs (the transform not counted), bytes those of the weights they come
// from, read once a call: a batch beyond one block reads them more often.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "voice/voice.h"

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Products of the encoder's layers (frames that lie in the padding left out), the LSTM and the output.
double products(double bins) {
    return bins * 128 * (2 + 3 + 3 + 2) + 128.0 * 64 * (2 + 3) + 64.0 * 64 * 2 + 64.0 * 128 + 256.0 * 512 + 128;
}

double weight_bytes(double bins) {
    return 4 * (bins * 128 * 3 + 128.0 * 64 * 3 + 64.0 * 64 * 2 + 64.0 * 128 + 256.0 * 512 + 128);
}

struct Streams {
    std::vector<int16_t> windows;
    std::vector<float> states;
    std::vector<float> probabilities;

    Streams(const voice_vad *vad, size_t count)
        : windows(count * voice_vad_window_samples(vad)), states(count * voice_vad_state_floats(vad)),
          probabilities(count) {
        std::mt19937 random(7);
        std::normal_distribution<float> noise(0, 2000);
        for (int16_t &sample : windows) {
            sample = static_cast<int16_t>(std::clamp(noise(random), -32768.0f, 32767.0f));
        }
    }
};

void measure(const char *path, const voice_vad *vad, size_t count, double seconds) {
    Streams streams(vad, count);
    const size_t calls = std::max<size_t>(1, 20 / count);
    std::vector<double> times;
    for (const double end = now() + seconds; now() < end || times.size() < 5;) {
        const double start = now();
        for (size_t call = 0; call < calls; call++) {
            if (voice_vad_process(vad, count, streams.windows.data(), streams.states.data(), nullptr,
                                  streams.probabilities.data()) != VOICE_OK) {
                std::fprintf(stderr, "%s\n", voice_last_error());
                std::exit(1);
            }
        }
        times.push_back((now() - start) / static_cast<double>(calls * count));
    }
    std::sort(times.begin(), times.end());
    const double best = times.front();
    const double bins = voice_vad_sample_rate(vad) == 16000 ? 129 : 65;
    std::printf("%-9s %6zu %10.2f %10.2f %12.0f %9.1f %9.1f\n", path, count, best * 1e6, times[times.size() / 2] * 1e6,
                1 / best, 2 * products(bins) / best * 1e-9,
                weight_bytes(bins) / (best * static_cast<double>(count)) * 1e-9);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: voice_vad_bench MODEL.onnx [8000|16000] [SECONDS of each measurement]\n");
        return 2;
    }
    voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
    options.sample_rate = argc > 2 ? static_cast<uint32_t>(std::atoi(argv[2])) : 16000;
    const double seconds = argc > 3 ? std::atof(argv[3]) : 0.3;
    std::printf("%-9s %6s %10s %10s %12s %9s %9s\n", "path", "batch", "us/window", "median", "windows/s", "GFLOP/s",
                "GB/s");
    for (const char *path : {"avx512", "avx2", "portable"}) {
        setenv("VOICE_SIMD", path, 1);
        voice_vad *vad = nullptr;
        const int status = voice_vad_open_file(argv[1], &options, &vad);
        if (status != VOICE_OK) {
            std::fprintf(stderr, "%s: %s\n", path, voice_last_error());
            continue;
        }
        for (size_t count : {1, 2, 4, 8, 16, 32, 64, 256, 1000, 10000}) {
            measure(path, vad, count, seconds);
        }
        voice_vad_close(vad);
    }
    return 0;
}
