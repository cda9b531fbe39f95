// What a vocoder costs, by SIMD path and chunk: voice_vocoder_bench FRAMES MODEL…
// Frames are noise. Each way of cutting takes its turn in every round, and what is told is the median of the rounds, in
// processor time of the thread, so that other work on the machine counts little and alike.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "voice/voice.h"

namespace {

constexpr int rounds = 7;

double now() {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void expect(int status) {
    if (status != VOICE_OK) {
        std::fprintf(stderr, "%s\n", voice_last_error());
        std::exit(1);
    }
}

struct Run {
    double total;
    double first; // until the first samples
};

Run speak(voice_vocoder_stream *stream, const std::vector<float> &frames, uint32_t count, uint32_t chunk,
          std::vector<float> &samples) {
    expect(voice_vocoder_stream_reset(stream));
    const auto capacity = static_cast<uint32_t>(samples.size());
    uint32_t made = 0;
    uint32_t written = 0;
    const double start = now();
    double first = 0;
    for (uint32_t done = 0; done < count; done += chunk) {
        expect(voice_vocoder_stream_push(stream, &frames[done], std::min(chunk, count - done), count,
                                         samples.data() + written, capacity - written, &made));
        written += made;
        if (first == 0 && written > 0) {
            first = now() - start;
        }
    }
    expect(voice_vocoder_stream_flush(stream, samples.data() + written, capacity - written, &made));
    return {now() - start, first};
}

void measure(const char *path, const std::string &model, uint32_t count) {
    setenv("VOICE_SIMD", path, 1);
    voice_vocoder *vocoder = nullptr;
    if (voice_vocoder_open(model.c_str(), nullptr, &vocoder) != VOICE_OK) {
        std::printf("%s: %s\n", path, voice_last_error());
        return;
    }
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    expect(voice_vocoder_get_info(vocoder, &info));
    voice_vocoder_stream *stream = nullptr;
    expect(voice_vocoder_stream_open(vocoder, nullptr, &stream));
    std::vector<float> frames(size_t{count} * info.channels);
    std::mt19937 random(7);
    std::normal_distribution<float> noise(0, 1);
    std::generate(frames.begin(), frames.end(), [&] { return noise(random); });
    std::vector<float> samples(size_t{count} * info.hop);

    const uint32_t chunks[] = {count, 45, 8, 3, 1};
    std::vector<double> totals[std::size(chunks)];
    std::vector<double> firsts[std::size(chunks)];
    for (int round = 0; round <= rounds; round++) {
        for (size_t i = 0; i < std::size(chunks); i++) {
            const Run run = speak(stream, frames, count, chunks[i], samples);
            if (round > 0) { // the first warms up
                totals[i].push_back(run.total);
                firsts[i].push_back(run.first);
            }
        }
    }
    const double seconds = static_cast<double>(samples.size()) / (info.sample_rate == 0 ? 22050 : info.sample_rate);
    const double whole = median(totals[0]);
    std::printf("%-9s whole %8.2f ms, real-time factor %.4f; chunks of", path, whole * 1e3, whole / seconds);
    for (size_t i = 1; i < std::size(chunks); i++) {
        std::printf(" %u: %+.1f %%, first %.2f ms%s", chunks[i], (median(totals[i]) / whole - 1) * 100,
                    median(firsts[i]) * 1e3, i + 1 < std::size(chunks) ? ";" : "\n");
    }
    std::fflush(stdout);
    voice_vocoder_stream_close(stream);
    voice_vocoder_close(vocoder);
    unsetenv("VOICE_SIMD");
}

void describe(const std::string &model, uint32_t count) {
    voice_vocoder *vocoder = nullptr;
    expect(voice_vocoder_open(model.c_str(), nullptr, &vocoder));
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    expect(voice_vocoder_get_info(vocoder, &info));
    std::printf("%s: %u frames of %u values, %u samples each at %u Hz, look-ahead %u samples, %.2f M parameters, "
                "%.0f kB of weights, %.0f kB of state, %.0f kB a stream\n",
                model.c_str(), count, info.channels, info.hop, info.sample_rate, info.lookahead_samples,
                static_cast<double>(info.parameters) * 1e-6, static_cast<double>(info.weight_bytes) * 1e-3,
                static_cast<double>(info.state_bytes) * 1e-3, static_cast<double>(info.stream_bytes) * 1e-3);
    voice_vocoder_close(vocoder);
}

} // namespace

int main(int argc, char **argv) {
    const int frames = argc < 3 ? 0 : std::atoi(argv[1]);
    if (frames < 1 || frames > static_cast<int>(VOICE_VOCODER_MAX_FRAMES)) {
        std::fprintf(stderr, "usage: %s FRAMES MODEL...\n", argv[0]);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        describe(argv[i], static_cast<uint32_t>(frames));
        for (const char *path : {"avx512", "avx2", "portable"}) {
            measure(path, argv[i], static_cast<uint32_t>(frames));
        }
    }
    return 0;
}
