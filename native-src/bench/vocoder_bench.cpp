// What a vocoder costs, by SIMD path and chunk, and with streams side by side: voice_vocoder_bench FRAMES MODEL…
// Frames are noise. Each way of cutting takes its turn in every round, and what is told is the median of the rounds, in
// processor time of the thread, so that other work on the machine counts little and alike. VOICE_SIMD=avx512, avx2 or
// portable times that path only.
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

std::vector<float> noise_of(size_t count) {
    std::vector<float> values(count);
    std::mt19937 random(7);
    std::normal_distribution<float> noise(0, 1);
    std::generate(values.begin(), values.end(), [&] { return noise(random); });
    return values;
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

// Streams that take turns, as sessions do: what one finds in the caches is what the others have left there. A batch of
// their frames in one call would share the weights and the working space, as the frames of one push do.
void measure_side_by_side(const std::string &model, uint32_t chunk) {
    constexpr size_t counts[] = {1, 2, 4, 8, 16};
    constexpr uint32_t pushes = 6;
    voice_vocoder *vocoder = nullptr;
    expect(voice_vocoder_open(model.c_str(), nullptr, &vocoder));
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    expect(voice_vocoder_get_info(vocoder, &info));
    std::vector<voice_vocoder_stream *> streams(16);
    for (voice_vocoder_stream *&stream : streams) {
        expect(voice_vocoder_stream_open(vocoder, nullptr, &stream));
    }
    const std::vector<float> frames = noise_of(size_t{chunk} * info.channels);
    std::vector<float> samples(size_t{chunk} * info.hop);
    const size_t warm = info.lookahead_frames / chunk + 2; // the beginning of an utterance is less work
    std::vector<double> costs[std::size(counts)];
    for (int round = 0; round <= 2 * rounds; round++) {
        for (size_t i = 0; i < std::size(counts); i++) {
            for (size_t j = 0; j < counts[i]; j++) {
                expect(voice_vocoder_stream_reset(streams[j]));
            }
            const size_t turns = pushes * 16 / counts[i]; // as many pushes, whatever the number of streams
            double start = 0;
            for (size_t turn = 0; turn < turns + warm; turn++) {
                if (turn == warm) {
                    start = now();
                }
                for (size_t j = 0; j < counts[i]; j++) {
                    uint32_t made = 0;
                    expect(voice_vocoder_stream_push(streams[j], frames.data(), chunk, chunk, samples.data(),
                                                     chunk * info.hop, &made));
                }
            }
            if (round > 0) {
                costs[i].push_back((now() - start) / static_cast<double>(turns * counts[i]));
            }
        }
    }
    std::printf("          side by side, pushes of %u, ms each:", chunk);
    for (size_t i = 0; i < std::size(counts); i++) {
        std::vector<double> ratios;
        for (size_t round = 0; round < costs[i].size(); round++) {
            ratios.push_back(costs[i][round] / costs[0][round]);
        }
        std::printf("%s %zu: %.3f (%+.1f %%)", i == 0 ? "" : ";", counts[i], median(costs[i]) * 1e3,
                    (median(ratios) - 1) * 100);
    }
    std::printf("\n");
    std::fflush(stdout);
    for (voice_vocoder_stream *stream : streams) {
        voice_vocoder_stream_close(stream);
    }
    voice_vocoder_close(vocoder);
}

void measure(const std::string &path, const std::string &model, uint32_t count) {
    setenv("VOICE_SIMD", path.c_str(), 1);
    voice_vocoder *vocoder = nullptr;
    if (voice_vocoder_open(model.c_str(), nullptr, &vocoder) != VOICE_OK) {
        std::printf("%s: %s\n", path.c_str(), voice_last_error());
        return;
    }
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    expect(voice_vocoder_get_info(vocoder, &info));
    voice_vocoder_stream *stream = nullptr;
    expect(voice_vocoder_stream_open(vocoder, nullptr, &stream));
    const std::vector<float> frames = noise_of(size_t{count} * info.channels);
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
    std::printf("%-9s whole %8.2f ms, real-time factor %.4f; chunks of", path.c_str(), whole * 1e3, whole / seconds);
    for (size_t i = 1; i < std::size(chunks); i++) {
        std::printf(" %u: %+.1f %%, first %.2f ms%s", chunks[i], (median(totals[i]) / whole - 1) * 100,
                    median(firsts[i]) * 1e3, i + 1 < std::size(chunks) ? ";" : "\n");
    }
    std::fflush(stdout);
    voice_vocoder_stream_close(stream);
    voice_vocoder_close(vocoder);
    for (uint32_t chunk : {8u, 1u}) {
        measure_side_by_side(model, chunk);
    }
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
    const char *wanted = std::getenv("VOICE_SIMD");
    const std::vector<std::string> paths =
        wanted == nullptr ? std::vector<std::string>{"avx512", "avx2", "portable"} : std::vector<std::string>{wanted};
    for (int i = 2; i < argc; i++) {
        describe(argv[i], static_cast<uint32_t>(frames));
        for (const std::string &path : paths) {
            measure(path, argv[i], static_cast<uint32_t>(frames));
        }
    }
    return 0;
}
