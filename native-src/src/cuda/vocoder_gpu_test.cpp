// The vocoder on the GPU beside the CPU, through the C ABI; with $VOICE_FIXTURES also beside the golden waveforms there.
//   vocoder_gpu_test            everything
//   vocoder_gpu_test --small    small generators and few frames: for compute-sanitizer, and for the plugin on the fake runtime
//   vocoder_gpu_test --lost     the same with a GPU that fails half-way, as $VOICE_FAKE_CUDA_FAIL makes the fake one do
#include <atomic>
#include <cmath>
#include <functional>
#include <random>
#include <thread>

#include "cuda/vocoder_check.h"

using namespace voice::cuda;
using voice::testing::GpuTalk;
using voice::testing::noise;

namespace {

constexpr double float_tolerance = 1e-4;
constexpr double half_decibels = 50;
constexpr double lost_tolerance = 1e-6;

#define CHECK(condition)                                                                       \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            stop("line " + std::to_string(__LINE__) + ": " #condition "; " + voice_last_error()); \
        }                                                                                      \
    } while (0)

/* The values of a .npy file of float32 in C order, format 1.0. */
std::vector<float> read_npy(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (bytes.size() < 10 || bytes.compare(1, 5, "NUMPY") != 0) {
        stop(path + ": not a .npy file");
    }
    const size_t header = 10 + static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
    std::vector<float> values((bytes.size() - header) / sizeof(float));
    std::memcpy(values.data(), &bytes[header], values.size() * sizeof(float));
    return values;
}

/* How far samples are from what they should be. NaN is as far as can be. */
struct Distance {
    double largest = 0;
    double noise = 0;
    double signal = 0;

    void add(const std::vector<float> &actual, const std::vector<float> &expected) {
        CHECK(actual.size() == expected.size());
        for (size_t i = 0; i < actual.size(); i++) {
            const double difference = std::fabs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
            largest = difference <= largest ? largest : difference;
            noise += difference * difference;
            signal += static_cast<double>(expected[i]) * static_cast<double>(expected[i]);
        }
    }

    double decibels() const { return 10 * std::log10(signal / std::max(noise, 1e-30)); }

    void check(const char *what, const std::string &name, uint32_t precision) const {
        std::printf("%-24s %-5s against %-6s largest difference %.2e, %.1f dB\n", name.c_str(), name_of(precision), what,
                    largest, decibels());
        CHECK(std::isfinite(largest) && std::isfinite(noise));
        CHECK(precision == VOICE_VOCODER_GPU_HALF ? decibels() >= half_decibels : largest <= float_tolerance);
    }
};

std::vector<std::vector<uint32_t>> ways_to_cut(uint32_t most) {
    std::mt19937 random(9);
    std::vector<uint32_t> sizes(50);
    std::generate(sizes.begin(), sizes.end(), [&] { return static_cast<uint32_t>(random() % (most + 1)); });
    return {{1}, {3}, {7}, {std::min(45u, most)}, sizes};
}

// False, and told, if the kernels of that precision do not run such a generator.
bool runs(const Vocoder &vocoder, const std::string &name, const voice_vocoder_gpu_options &options) {
    voice_vocoder_gpu *gpu = nullptr;
    const int status = voice_vocoder_gpu_open(vocoder.get(), &options, &gpu);
    voice_vocoder_gpu_close(gpu);
    if (status == VOICE_ERROR_UNSUPPORTED && options.precision == VOICE_VOCODER_GPU_HALF) {
        std::printf("%-24s half: %s\n", name.c_str(), voice_last_error());
        return false;
    }
    CHECK(status == VOICE_OK);
    return true;
}

/* Each way to cut in a stream of its own, all in one batch; the golden samples are none where there are none. */
void check_chunks(const Vocoder &vocoder, const std::string &name, uint32_t precision, const std::vector<float> &frames,
                  const std::vector<float> &golden, uint32_t max_frames) {
    const voice_vocoder_info info = info_of(vocoder);
    const std::vector<std::vector<uint32_t>> ways = ways_to_cut(max_frames);
    const voice_vocoder_gpu_options options = vocoder_options(precision, static_cast<uint32_t>(ways.size()), max_frames);
    if (!runs(vocoder, name, options)) {
        return;
    }
    const VocoderGpu gpu = open_gpu(vocoder, options);
    std::vector<GpuTalk> talks;
    for (size_t i = 0; i < ways.size(); i++) {
        talks.emplace_back(gpu.get(), info, std::vector<std::vector<float>>{frames}, ways[i], i % 2 == 0);
    }
    CHECK(run_talks(gpu.get(), talks, 2));
    CHECK(info_of(gpu).lost == 0);
    const std::vector<float> expected = voice::testing::said_by_cpu(vocoder.get(), frames);
    Distance from_cpu;
    Distance from_golden;
    for (const GpuTalk &talk : talks) {
        CHECK(!talk.bad());
        from_cpu.add(talk.samples()[0], expected);
        if (!golden.empty()) {
            from_golden.add(talk.samples()[0], golden);
        }
    }
    from_cpu.check("the CPU", name, precision);
    if (!golden.empty()) {
        from_golden.check("golden", name, precision);
    }
}

/* Batches of every size up to so many streams, which speak two utterances of their own each, as several speakers. */
void check_batches(voice::testing::VocoderModel model, const std::string &name, uint32_t precision, uint32_t streams,
                   uint32_t max_frames) {
    model.conditioning = 6;
    model.speakers = 3;
    const Vocoder vocoder = made_up(model);
    const voice_vocoder_info info = info_of(vocoder);
    const voice_vocoder_gpu_options options = vocoder_options(precision, streams, max_frames);
    if (!runs(vocoder, name, options)) {
        return;
    }
    const VocoderGpu gpu = open_gpu(vocoder, options);
    std::mt19937 random(3);
    std::vector<GpuTalk> talks;
    std::vector<voice_vocoder_stream_options> speakers(streams, VOICE_VOCODER_STREAM_OPTIONS_INIT);
    for (uint32_t i = 0; i < streams; i++) {
        speakers[i].speaker = i % 3;
        std::vector<std::vector<float>> utterances = {noise(size_t{i + 1} * info.channels, 70 + i),
                                                      noise((random() % 20 + 1) * info.channels, 170 + i)};
        std::vector<uint32_t> chunks(7);
        std::generate(chunks.begin(), chunks.end(), [&] { return static_cast<uint32_t>(random() % max_frames + 1); });
        talks.emplace_back(gpu.get(), info, utterances, chunks, random() % 2 == 0, &speakers[i]);
    }
    CHECK(run_talks(gpu.get(), talks, 2));
    Distance distance;
    for (uint32_t i = 0; i < streams; i++) {
        CHECK(!talks[i].bad());
        const std::vector<std::vector<float>> actual = talks[i].samples();
        const std::vector<std::vector<float>> expected = talks[i].expected(vocoder.get(), &speakers[i]);
        distance.add(actual[0], expected[0]);
        distance.add(actual[1], expected[1]);
    }
    CHECK(info_of(gpu).lost == 0);
    distance.check("the CPU", name, precision);
}

/* Streams that other threads open, close and reset do not reach the one that speaks. */
void check_threads(const Vocoder &vocoder, uint32_t precision) {
    const voice_vocoder_info info = info_of(vocoder);
    const VocoderGpu gpu = open_gpu(vocoder, vocoder_options(precision, 8, 4));
    std::vector<GpuTalk> talks;
    talks.emplace_back(gpu.get(), info, std::vector<std::vector<float>>{noise(size_t{60} * info.channels, 4)},
                       std::vector<uint32_t>{1, 4}, true);
    std::atomic<bool> over{false};
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; i++) {
        threads.emplace_back([&] {
            while (!over) {
                uint32_t stream = 0;
                if (voice_vocoder_gpu_stream_open(gpu.get(), nullptr, &stream) == VOICE_OK) {
                    failed += voice_vocoder_gpu_stream_reset(gpu.get(), stream) == VOICE_OK ? 0 : 1;
                    failed += voice_vocoder_gpu_stream_close(gpu.get(), stream) == VOICE_OK ? 0 : 1;
                }
                std::this_thread::yield();
            }
        });
    }
    const bool good = run_talks(gpu.get(), talks, 2);
    over = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(good && failed == 0 && !talks[0].bad());
    Distance distance;
    distance.add(talks[0].samples()[0], talks[0].expected(vocoder.get())[0]);
    distance.check("the CPU", "among threads", precision);
}

/* What is wrong with one stream stays with it. */
void check_errors(const Vocoder &vocoder, uint32_t precision) {
    const voice_vocoder_info info = info_of(vocoder);
    const VocoderGpu gpu = open_gpu(vocoder, vocoder_options(precision, 3, 16));
    uint32_t streams[3] = {};
    for (uint32_t &stream : streams) {
        CHECK(voice_vocoder_gpu_stream_open(gpu.get(), nullptr, &stream) == VOICE_OK);
    }
    const std::vector<float> frames = noise(size_t{16} * info.channels, 8);
    std::vector<float> bad = frames;
    bad[info.channels] = NAN;
    const std::vector<float> huge(frames.size(), 3e38f); // finite, but not what comes of it
    std::vector<std::vector<float>> samples(3, std::vector<float>(16 * info.hop));
    voice_vocoder_gpu_job jobs[3] = {};
    for (size_t i = 0; i < 3; i++) {
        jobs[i] = {streams[i], 16, 16, 1, frames.data(), samples[i].data(), 16 * info.hop, 0, 0, 0};
    }
    jobs[0].frames = bad.data();
    jobs[1].frames = huge.data();
    CHECK(voice_vocoder_gpu_submit(gpu.get(), jobs, 3) == VOICE_OK);
    CHECK(jobs[0].status == VOICE_ERROR_ARGUMENT);
    CHECK(std::strstr(voice_last_error(), "jobs[0].frames: channel=") != nullptr);
    CHECK(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    CHECK(jobs[1].status == VOICE_OK && jobs[2].status == VOICE_OK);
    for (float sample : samples[1]) {
        CHECK(!(std::fabs(sample) > 1));
    }
    Distance distance;
    distance.add(samples[2], voice::testing::said_by_cpu(vocoder.get(), frames));
    distance.check("the CPU", "beside bad ones", precision);

    // Closed under way: the others go on, and its slot is free behind the batch.
    for (size_t i = 0; i < 3; i++) {
        CHECK(voice_vocoder_gpu_stream_reset(gpu.get(), streams[i]) == VOICE_OK);
        jobs[i].frames = frames.data();
    }
    CHECK(voice_vocoder_gpu_submit(gpu.get(), jobs, 3) == VOICE_OK);
    CHECK(voice_vocoder_gpu_stream_close(gpu.get(), streams[1]) == VOICE_OK);
    CHECK(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    CHECK(jobs[0].status == VOICE_OK && jobs[1].status == VOICE_CANCELLED && jobs[2].status == VOICE_OK);
    CHECK(samples[0] == samples[2]);
    CHECK(voice_vocoder_gpu_stream_open(gpu.get(), nullptr, &streams[1]) == VOICE_OK);
    jobs[1].stream = streams[1];
    CHECK(voice_vocoder_gpu_submit(gpu.get(), &jobs[1], 1) == VOICE_OK);
    CHECK(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    CHECK(jobs[1].status == VOICE_OK && samples[1] == samples[2]); // an overflow before it has left nothing behind
    CHECK(info_of(gpu).lost == 0);
}

/* Engines until the memory is full: the one too many is refused, those that are there work, and all is given back. */
void check_memory(const Vocoder &vocoder) {
    const voice_vocoder_info info = info_of(vocoder);
    const voice_vocoder_gpu_options options = [] {
        voice_vocoder_gpu_options most = vocoder_options(VOICE_VOCODER_GPU_HALF, VOICE_VOCODER_GPU_MAX_STREAMS, 8);
        most.max_batch = 64;
        return most;
    }();
    for (int round = 0; round < 2; round++) {
        std::vector<VocoderGpu> engines;
        int status = VOICE_OK;
        while (status == VOICE_OK && engines.size() < 200) {
            voice_vocoder_gpu *gpu = nullptr;
            status = voice_vocoder_gpu_open(vocoder.get(), &options, &gpu);
            engines.emplace_back(gpu);
        }
        CHECK(status == VOICE_ERROR_MEMORY && engines.back() == nullptr);
        CHECK(std::strstr(voice_last_error(), "would fit") != nullptr);
        engines.pop_back();
        if (round == 0) {
            std::printf("memory is full after %zu engines of %u streams: %s\n", engines.size(), options.max_streams,
                        voice_last_error());
        }
        if (engines.empty()) { // a small GPU
            return;
        }
        std::vector<GpuTalk> talks;
        talks.emplace_back(engines.back().get(), info,
                           std::vector<std::vector<float>>{noise(size_t{40} * info.channels, 4)}, std::vector<uint32_t>{8},
                           false);
        CHECK(run_talks(engines.back().get(), talks, 2) && !talks[0].bad());
        Distance distance;
        distance.add(talks[0].samples()[0], talks[0].expected(vocoder.get())[0]);
        distance.check("the CPU", "with full memory", VOICE_VOCODER_GPU_HALF);
    }
}

/* A GPU that fails half-way: every stream is whole, and what came afterwards is the CPU's. */
void check_lost(const Vocoder &vocoder) {
    const voice_vocoder_info info = info_of(vocoder);
    const VocoderGpu gpu = open_gpu(vocoder, vocoder_options(VOICE_VOCODER_GPU_FLOAT, 5, 16));
    std::vector<GpuTalk> talks = voice::testing::several_talks(gpu.get(), info, 40);
    std::vector<voice_vocoder_gpu_job> by_cpu; // jobs that were over when the GPU was lost
    CHECK(run_talks(gpu.get(), talks, 2, [&](const voice_vocoder_gpu_job &job) {
        if (info_of(gpu).lost == 1) {
            by_cpu.push_back(job);
        }
    }));
    const voice_vocoder_gpu_info after = info_of(gpu);
    CHECK(after.lost == 1 && after.problem[0] != '\0' && after.device_bytes == 0);
    CHECK(!by_cpu.empty());
    Distance distance;
    double worst = 0;
    size_t checked = 0;
    for (const GpuTalk &talk : talks) {
        CHECK(!talk.bad());
        const std::vector<std::vector<float>> expected = talk.expected(vocoder.get());
        for (size_t i = 0; i < expected.size(); i++) {
            const float *own = talk.begin_of(i);
            distance.add(talk.samples()[i], expected[i]);
            for (const voice_vocoder_gpu_job &job : by_cpu) {
                if (std::less_equal<>()(own, job.samples) && std::less<>()(job.samples, own + expected[i].size())) {
                    for (size_t j = 0; j < job.sample_count; j++, checked++) {
                        worst = std::max(worst, static_cast<double>(std::fabs(
                                                    job.samples[j] - expected[i][static_cast<size_t>(job.samples - own) + j])));
                    }
                }
            }
        }
    }
    CHECK(checked > 0 && worst <= lost_tolerance);
    distance.check("the CPU", "lost half-way", VOICE_VOCODER_GPU_FLOAT);
    std::printf("lost (%s): %zu samples behind it, largest difference %.2e\n", after.problem, checked, worst);
}

// What holds on every machine.
void check_arguments(const Vocoder &vocoder) {
    voice_vocoder_gpu *gpu = nullptr;
    voice_vocoder_gpu_options options = vocoder_options(2, 1, 1);
    CHECK(voice_vocoder_gpu_open(vocoder.get(), &options, &gpu) == VOICE_ERROR_ARGUMENT);
    options = vocoder_options(0, 0, 1);
    CHECK(voice_vocoder_gpu_open(vocoder.get(), &options, &gpu) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_open(nullptr, nullptr, &gpu) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_wait(nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(gpu == nullptr);
    voice_vocoder_gpu_close(nullptr);
}

void check_small() {
    for (const uint32_t precision : {VOICE_VOCODER_GPU_FLOAT, VOICE_VOCODER_GPU_HALF}) {
        for (const voice::testing::VocoderShape &shape : voice::testing::vocoder_shapes()) {
            const Vocoder vocoder = made_up(shape.model);
            check_chunks(vocoder, shape.name, precision, noise(size_t{30} * info_of(vocoder).channels, 6), {}, 16);
        }
        check_batches(voice::testing::small_vocoder(true), "batches, type 1", precision, 7, 5);
        check_batches(voice::testing::small_vocoder(false), "batches, type 2", precision, 7, 5);
    }
    const Vocoder vocoder = made_up(voice::testing::small_vocoder(true));
    check_errors(vocoder, VOICE_VOCODER_GPU_FLOAT);
    check_threads(vocoder, VOICE_VOCODER_GPU_FLOAT);
}

void check_goldens(const std::string &folder, uint32_t precision) {
    const char *models[][3] = {
        {"hifigan/hifigan_v2_lj.safetensors", "hifigan/jfk_6s.mel.npy", "hifigan/jfk_6s.output.npy"},
        {"vits/en_US-random-x_low.onnx", "vits/golden/x_low.decoder_input.npy", "vits/golden/x_low.output.npy"},
        {"vits/en_US-random-medium.onnx", "vits/golden/medium.decoder_input.npy", "vits/golden/medium.output.npy"}};
    for (const auto &[model, frames, samples] : models) {
        const std::string name = std::string(model).substr(std::string(model).find('/') + 1, 20);
        check_chunks(open_vocoder(folder + "/" + model), name, precision, read_npy(folder + "/" + frames),
                     read_npy(folder + "/" + samples), 45);
    }
}

void check_all(const std::string &fixtures) {
    check_small();
    const Vocoder v2 = made_up(hifigan_v2());
    for (const uint32_t precision : {VOICE_VOCODER_GPU_FLOAT, VOICE_VOCODER_GPU_HALF}) {
        const std::vector<float> frames = noise(size_t{70} * 80, 6);
        check_chunks(made_up(hifigan_v1()), "V1, made up", precision, frames, {}, 45);
        check_chunks(v2, "V2, made up", precision, frames, {}, 64);
        check_chunks(made_up(hifigan_v3()), "V3, made up", precision, frames, {}, 45);
        check_batches(hifigan_v2(), "batches, V2", precision, 70, 16);
        check_errors(v2, precision);
        check_threads(v2, precision);
        if (!fixtures.empty()) {
            check_goldens(fixtures, precision);
        }
    }
    check_memory(v2);
}

} // namespace

int main(int argc, char **argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (argc > 2 || (mode != "" && mode != "--small" && mode != "--lost")) {
        std::puts("usage: vocoder_gpu_test [--small | --lost]");
        return 2;
    }
    const Vocoder small = made_up(voice::testing::small_vocoder(true));
    check_arguments(small);
    const char *description = nullptr;
    if (voice_vad_gpu_available(&description) == 0) {
        voice_vocoder_gpu *gpu = nullptr;
        CHECK(voice_vocoder_gpu_open(small.get(), nullptr, &gpu) == VOICE_ERROR_UNSUPPORTED && gpu == nullptr);
        CHECK(voice_last_error()[0] != '\0');
        std::printf("SKIPPED: %s\n", description);
        return skipped;
    }
    std::printf("%s\n", description);
    if (mode == "--lost") {
        check_lost(small);
    } else if (mode == "--small") {
        check_small();
    } else {
        const char *fixtures = std::getenv("VOICE_FIXTURES");
        check_all(fixtures == nullptr ? "" : fixtures);
    }
    std::puts("passed");
    return 0;
}
