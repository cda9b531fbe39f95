// The GPU beside the CPU, through the C ABI. vad_gpu_test [MODEL]; with $VOICE_FIXTURES also the models and recordings
// there. vad_gpu_test --emulated MODEL is for a plugin on the fake runtime: few streams, floats; vad_gpu_test --small MODEL, on
// tensor cores too, for compute-sanitizer.
#include <algorithm>
#include <cmath>
#include <random>

#include "cuda/gpu_check.h"

using namespace voice::cuda;

namespace {

constexpr float tolerance = 1e-3f;
uint32_t streams = 150;
uint32_t chunk_streams = 64; // three chunks, the last one not full
uint32_t any_precision = VOICE_VAD_GPU_TENSOR;

#define CHECK(condition)                                                                       \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            stop("line " + std::to_string(__LINE__) + ": " #condition "; " + voice_last_error()); \
        }                                                                                      \
    } while (0)

/* Streams of audio on the CPU and on the GPU, stepped together. */
class Pair {
public:
    Pair(const Vad &vad, const voice_vad_gpu_options &options, std::vector<int16_t> audio)
        : vad_(vad), gpu_(open_gpu(vad, options)), audio_(std::move(audio)), window_(voice_vad_window_samples(vad.get())),
          state_floats_(voice_vad_state_floats(vad.get())), states_(options.max_streams * state_floats_),
          steps_(options.max_streams) {
        audio_.resize(std::max(audio_.size(), 64 * window_));
    }

    voice_vad_gpu *gpu() const { return gpu_.get(); }
    float worst() const { return worst_; }

    // Fills the pinned buffer for rows and submits; what the CPU says is kept until compare.
    std::vector<float> submit(const std::vector<int32_t> &rows, bool in_order) {
        int16_t *windows = voice_vad_gpu_windows(gpu_.get());
        CHECK(windows != nullptr);
        for (size_t i = 0; i < rows.size(); i++) {
            const size_t row = static_cast<size_t>(rows[i]);
            const size_t from = (row * 7919 + steps_[row]++ * window_) % (audio_.size() - window_);
            std::copy_n(&audio_[from], window_, windows + i * window_);
        }
        std::vector<float> expected(rows.size());
        CHECK(voice_vad_process(vad_.get(), rows.size(), windows, states_.data(), rows.data(), expected.data()) ==
              VOICE_OK);
        CHECK(voice_vad_gpu_submit(gpu_.get(), static_cast<uint32_t>(rows.size()), in_order ? nullptr : rows.data()) ==
              VOICE_OK);
        return expected;
    }

    void compare(const std::vector<float> &expected) {
        std::vector<float> actual(expected.size() + 1, -1.0f);
        CHECK(voice_vad_gpu_wait(gpu_.get(), actual.data()) == VOICE_OK);
        CHECK(actual.back() == -1.0f);
        for (size_t i = 0; i < expected.size(); i++) {
            CHECK(std::isfinite(actual[i]));
            worst_ = std::max(worst_, std::fabs(actual[i] - expected[i]));
        }
        CHECK(worst_ <= tolerance);
    }

    void step(const std::vector<int32_t> &rows, bool in_order) { compare(submit(rows, in_order)); }

    void reset(size_t row) {
        CHECK(voice_vad_gpu_reset(gpu_.get(), static_cast<uint32_t>(row)) == VOICE_OK);
        std::fill_n(&states_[row * state_floats_], state_floats_, 0.0f);
    }

    void reset_all() {
        CHECK(voice_vad_gpu_reset(gpu_.get(), VOICE_VAD_GPU_ALL_STREAMS) == VOICE_OK);
        std::fill(states_.begin(), states_.end(), 0.0f);
    }

private:
    const Vad &vad_;
    Gpu gpu_;
    std::vector<int16_t> audio_;
    size_t window_;
    size_t state_floats_;
    std::vector<float> states_;
    std::vector<size_t> steps_;
    float worst_ = 0;
};

std::vector<int32_t> first(size_t count) {
    std::vector<int32_t> rows(count);
    for (size_t i = 0; i < count; i++) {
        rows[i] = static_cast<int32_t>(i);
    }
    return rows;
}

std::vector<int16_t> noise(double amplitude) {
    std::mt19937 random(11);
    std::normal_distribution<double> normal(0, amplitude);
    std::vector<int16_t> samples(200000);
    std::generate(samples.begin(), samples.end(),
                  [&] { return static_cast<int16_t>(std::clamp(normal(random), -32768.0, 32767.0)); });
    return samples;
}

void check_audio(const Vad &vad, uint32_t precision, const std::vector<int16_t> &audio, const char *name) {
    std::mt19937 random(5);
    Pair pair(vad, gpu_options(streams, precision, chunk_streams), audio);
    // The steady tick: direct, then recorded for either buffer, then replayed.
    for (uint32_t step = 0; step < std::min(60u, streams); step++) {
        pair.step(first(streams), true);
    }
    // Every count, in order and in any order, resets between.
    std::vector<int32_t> rows = first(streams);
    for (size_t count = 1; count <= streams; count++) {
        pair.step(first(count), true);
        std::shuffle(rows.begin(), rows.end(), random);
        pair.step({rows.begin(), rows.begin() + static_cast<long>(count)}, false);
        pair.reset(random() % streams);
    }
    // Two ticks under way, a reset between them.
    for (uint32_t step = 0; step < std::min(20u, streams); step++) {
        const std::vector<float> one = pair.submit(first(streams), true);
        pair.reset(step);
        const std::vector<float> two = pair.submit(rows, false);
        CHECK(voice_vad_gpu_windows(pair.gpu()) == nullptr);
        CHECK(voice_vad_gpu_submit(pair.gpu(), 1, nullptr) == VOICE_FULL);
        pair.compare(one);
        pair.compare(two);
    }
    pair.reset_all();
    pair.step(first(streams), true);
    std::printf("%-28s %5u Hz, %s: largest difference %.2e\n", name, voice_vad_sample_rate(vad.get()),
                precision == VOICE_VAD_GPU_TENSOR ? "tensor cores" : "floats      ", static_cast<double>(pair.worst()));
}

void check_errors(const Vad &vad) {
    const Gpu gpu = open_gpu(vad, gpu_options(8, any_precision));
    const auto names = [](const char *text) { return std::strstr(voice_last_error(), text) != nullptr; };
    float probabilities[8];
    CHECK(voice_vad_gpu_wait(gpu.get(), probabilities) == VOICE_EMPTY);
    CHECK(voice_vad_gpu_process(gpu.get(), 0, nullptr, probabilities) == VOICE_ERROR_ARGUMENT && names("count=0"));
    CHECK(voice_vad_gpu_process(gpu.get(), 9, nullptr, probabilities) == VOICE_ERROR_ARGUMENT && names("count=9"));
    CHECK(voice_vad_gpu_process(gpu.get(), 1, nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    const int32_t twice[] = {3, 3};
    const int32_t outside[] = {0, 8};
    const int32_t good[] = {3, 0};
    CHECK(voice_vad_gpu_process(gpu.get(), 2, twice, probabilities) == VOICE_ERROR_ARGUMENT && names("rows[1]=3"));
    CHECK(voice_vad_gpu_process(gpu.get(), 2, outside, probabilities) == VOICE_ERROR_ARGUMENT && names("rows[1]=8"));
    CHECK(voice_vad_gpu_process(gpu.get(), 2, good, probabilities) == VOICE_OK);
    CHECK(voice_vad_gpu_reset(gpu.get(), 8) == VOICE_ERROR_ARGUMENT && names("stream=8"));
    CHECK(voice_vad_gpu_submit(gpu.get(), 1, nullptr) == VOICE_OK);
    CHECK(voice_vad_gpu_process(gpu.get(), 1, nullptr, probabilities) == VOICE_ERROR_ARGUMENT && names("under way"));
    voice_vad_gpu_options options = gpu_options(8, any_precision);
    options.device = 99;
    voice_vad_gpu *none = nullptr;
    CHECK(voice_vad_gpu_open(vad.get(), &options, &none) == VOICE_ERROR_ARGUMENT && names("device=99"));
    CHECK(none == nullptr);
}

// What holds on every machine.
void check_arguments(const Vad &vad) {
    voice_vad_gpu *gpu = nullptr;
    voice_vad_gpu_options options = gpu_options(0, VOICE_VAD_GPU_TENSOR);
    CHECK(voice_vad_gpu_open(vad.get(), &options, &gpu) == VOICE_ERROR_ARGUMENT);
    options = gpu_options(1, 2);
    CHECK(voice_vad_gpu_open(vad.get(), &options, &gpu) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vad_gpu_open(nullptr, nullptr, &gpu) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vad_gpu_process(nullptr, 1, nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vad_gpu_windows(nullptr) == nullptr);
    CHECK(gpu == nullptr);
    voice_vad_gpu_close(nullptr);
}

void check_model(const std::string &model, uint32_t rate, const std::string &recording) {
    const Vad vad = open_vad(model, rate);
    for (uint32_t precision : {VOICE_VAD_GPU_FLOAT, VOICE_VAD_GPU_TENSOR}) {
        check_audio(vad, precision, noise(300), "noise");
        check_audio(vad, precision, noise(30000), "loud noise");
        if (!recording.empty()) {
            std::vector<int16_t> audio = read_wav_samples(recording);
            CHECK(!audio.empty());
            check_audio(vad, precision, audio, "recording");
            for (int16_t &sample : audio) {
                sample = static_cast<int16_t>(sample / 64);
            }
            check_audio(vad, precision, audio, "the same, 36 dB quieter");
        }
    }
}

} // namespace

int main(int argc, char **argv) {
    const bool emulated = argc > 2 && std::strcmp(argv[1], "--emulated") == 0;
    const bool small = emulated || (argc > 2 && std::strcmp(argv[1], "--small") == 0);
    const char *fixtures = small ? nullptr : std::getenv("VOICE_FIXTURES");
    if (argc < 2 && fixtures == nullptr) {
        std::puts("SKIPPED: name a model, or set VOICE_FIXTURES");
        return skipped;
    }
    const std::string folder = fixtures == nullptr ? "" : fixtures;
    const std::string model = argc > 1 ? argv[argc - 1] : folder + "/vad/silero_vad.onnx";
    const Vad vad = open_vad(model, 16000);
    check_arguments(vad);

    const char *description = nullptr;
    if (voice_vad_gpu_available(&description) == 0) {
        voice_vad_gpu *gpu = nullptr;
        CHECK(voice_vad_gpu_open(vad.get(), nullptr, &gpu) == VOICE_ERROR_UNSUPPORTED && gpu == nullptr);
        CHECK(voice_last_error()[0] != '\0');
        std::printf("SKIPPED: %s\n", description);
        return skipped;
    }
    std::printf("%s\n", description);
    if (small) {
        streams = 11;
        chunk_streams = 3; // four chunks: a lane is used twice
        any_precision = emulated ? VOICE_VAD_GPU_FLOAT : VOICE_VAD_GPU_TENSOR;
    }
    check_errors(vad);
    if (small) {
        for (uint32_t precision = any_precision; precision <= VOICE_VAD_GPU_FLOAT; precision++) {
            check_audio(vad, precision, noise(3000), "noise");
        }
        return 0;
    }
    check_model(model, 16000, folder.empty() ? "" : folder + "/audio/silero_test.wav");
    if (!folder.empty()) {
        check_model(folder + "/vad/silero_vad.onnx", 16000, folder + "/audio/jfk.wav");
        check_model(folder + "/vad/silero_vad.onnx", 8000, folder + "/vad/silero_test_8k.wav");
    }
    std::puts("passed");
    return 0;
}
