#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include "testing/fixtures.h"
#include "testing/onnx_writer.h"
#include "testing/temporary_file.h"
#include "vad/onnx.h"
#include "vad/simd.h"
#include "voice/voice.h"

using namespace voice::testing;

namespace {

struct Close {
    void operator()(voice_vad *vad) const { voice_vad_close(vad); }
};
using Vad = std::unique_ptr<voice_vad, Close>;

Vad open(const std::string &path, uint32_t sample_rate) {
    voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
    options.sample_rate = sample_rate;
    voice_vad *vad = nullptr;
    REQUIRE_MESSAGE(voice_vad_open_file(path.c_str(), &options, &vad) == VOICE_OK, voice_last_error());
    return Vad(vad);
}

// Runs body with each instruction set that this machine has.
template <typename Body>
void on_every_path(Body &&body) {
    for (const voice::vad::Kernels *kernels : voice::vad::supported_kernels()) {
        const std::string path = kernels->name;
        CAPTURE(path);
        setenv("VOICE_SIMD", path.c_str(), 1);
        body();
    }
    unsetenv("VOICE_SIMD");
}

std::vector<int16_t> whole_windows(std::vector<int16_t> samples, size_t window) {
    samples.resize((samples.size() + window - 1) / window * window);
    return samples;
}

std::vector<float> probabilities(const voice_vad *vad, const std::vector<int16_t> &padded) {
    const size_t window = voice_vad_window_samples(vad);
    std::vector<float> state(voice_vad_state_floats(vad));
    std::vector<float> result(padded.size() / window);
    for (size_t i = 0; i < result.size(); i++) {
        REQUIRE(voice_vad_process(vad, 1, &padded[i * window], state.data(), nullptr, &result[i]) == VOICE_OK);
    }
    return result;
}

void check_golden(const std::string &model, uint32_t rate, const std::string &wav, const std::string &csv) {
    CAPTURE(model);
    CAPTURE(wav);
    const Vad vad = open(model, rate);
    const std::vector<float> expected = read_probabilities(fixture(csv));
    const std::vector<float> actual =
        probabilities(vad.get(), whole_windows(read_wav(fixture(wav)), voice_vad_window_samples(vad.get())));
    REQUIRE(actual.size() == expected.size());
    float worst = 0;
    for (size_t i = 0; i < expected.size(); i++) {
        worst = std::max(worst, std::abs(actual[i] - expected[i]));
    }
    MESSAGE(std::string(voice_simd()) << ": largest difference " << worst);
    CHECK(worst <= 1e-4f);
}

// count streams of the same speech, each one step behind the one before it, up to four; in rows in any order.
void check_batch(const voice_vad *vad, size_t count, const std::vector<int16_t> &audio,
                 const std::vector<float> &expected) {
    constexpr size_t steps = 24;
    CAPTURE(count);
    const size_t window = voice_vad_window_samples(vad);
    std::mt19937 random(static_cast<unsigned>(count));
    std::vector<int32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0);
    const size_t state_floats = voice_vad_state_floats(vad);
    std::vector<float> states(2 * count * state_floats); // every other row is nobody's
    std::vector<float> result(count);
    float worst = 0;
    for (size_t step = 0; step < steps; step++) {
        std::shuffle(rows.begin(), rows.end(), random);
        // Late streams are not in the batch yet.
        std::vector<int32_t> present;
        std::vector<int16_t> windows;
        for (int32_t row : rows) {
            const size_t delay = static_cast<size_t>(row) % 4;
            if (step >= delay) {
                present.push_back(2 * row + 1);
                const auto samples = audio.begin() + static_cast<long>((step - delay) * window);
                windows.insert(windows.end(), samples, samples + static_cast<long>(window));
            }
        }
        REQUIRE(voice_vad_process(vad, present.size(), windows.data(), states.data(), present.data(), result.data()) ==
                VOICE_OK);
        for (size_t i = 0; i < present.size(); i++) {
            const size_t delay = static_cast<size_t>(present[i] / 2) % 4;
            const float difference = std::abs(result[i] - expected[step - delay]);
            worst = difference <= worst ? worst : difference;
        }
    }
    CHECK(worst <= 1e-4f);
    for (size_t row = 0; row < count; row++) {
        const auto first = states.begin() + static_cast<long>(2 * row * state_floats);
        CHECK(std::all_of(first, first + static_cast<long>(state_floats), [](float value) { return value == 0; }));
    }
}

} // namespace

TEST_CASE("shouldMatchOnnxRuntimeWhenModelIsFlat") {
    on_every_path([] {
        const std::string model = fixture("vad/silero_vad_16k_op15.onnx");
        check_golden(model, 16000, "audio/silero_test.wav", "vad/silero_test.prob.csv");
        check_golden(model, 16000, "audio/jfk.wav", "vad/jfk.prob.csv");
    });
}

TEST_CASE("shouldMatchOnnxRuntimeWhenModelHoldsBothRates") {
    on_every_path([] {
        const std::string model = fixture("vad/silero_vad.onnx");
        check_golden(model, 16000, "audio/silero_test.wav", "vad/silero_test.prob.csv");
        check_golden(model, 16000, "audio/jfk.wav", "vad/jfk.prob.csv");
        check_golden(model, 8000, "vad/silero_test_8k.wav", "vad/silero_test_8k.prob.csv");
    });
}

// The official file's tensors as the ifless export has them: initialisers of the main graph, a prefix for each rate.
std::string ifless(const std::string &official) {
    std::string main_graph;
    for (const voice::vad::OnnxGraph &graph : voice::vad::read_onnx(official)) {
        std::string prefix;
        for (const voice::vad::OnnxTensor &tensor : graph.tensors) {
            if (tensor.name == "stft.forward_basis_buffer") {
                prefix = tensor.dims[0] == 258 ? "model." : "model_8k.";
            }
        }
        for (const voice::vad::OnnxTensor &tensor : graph.tensors) {
            const std::string name = prefix + std::string(tensor.name);
            const std::string renamed = std::string(tensor.message) + onnx::block(8, name); // the last name counts
            main_graph += prefix.empty() ? "" : onnx::initialiser(renamed);
        }
    }
    return onnx::model(main_graph);
}

TEST_CASE("shouldMatchOnnxRuntimeWhenModelIsIfless") {
    const TemporaryFile model(ifless(read_file(fixture("vad/silero_vad.onnx"))));
    check_golden(model.path(), 16000, "audio/silero_test.wav", "vad/silero_test.prob.csv");
    check_golden(model.path(), 8000, "vad/silero_test_8k.wav", "vad/silero_test_8k.prob.csv");
}

TEST_CASE("shouldMatchOnnxRuntimeInBatchesOfAnySize") {
    on_every_path([] {
        for (uint32_t rate : {16000u, 8000u}) {
            const Vad vad = open(fixture("vad/silero_vad.onnx"), rate);
            CHECK(voice_vad_sample_rate(vad.get()) == rate);
            CHECK(voice_vad_window_samples(vad.get()) == (rate == 16000 ? 512 : 256));
            CHECK(voice_vad_state_floats(vad.get()) == 320);
            const std::vector<int16_t> audio =
                read_wav(fixture(rate == 16000 ? "audio/silero_test.wav" : "vad/silero_test_8k.wav"));
            const std::vector<float> expected = read_probabilities(
                fixture(rate == 16000 ? "vad/silero_test.prob.csv" : "vad/silero_test_8k.prob.csv"));
            for (size_t count : {1u, 2u, 3u, 7u, 8u, 15u, 16u, 17u, 64u, 100u, 512u}) {
                check_batch(vad.get(), count, audio, expected);
            }
        }
    });
}

TEST_CASE("shouldDetectSpeechWhenModelIsOurOwn") {
    const std::string path = fixture("../models/duplex_vad_16k.onnx");
    if (!std::ifstream(path).good()) {
        MESSAGE("SKIPPED: no duplex_vad_16k.onnx beside the fixtures");
        return;
    }
    const Vad vad = open(path, 16000);
    const std::vector<float> speech = probabilities(vad.get(), whole_windows(read_wav(fixture("audio/jfk.wav")), 512));
    const std::vector<float> silence = probabilities(vad.get(), std::vector<int16_t>(512 * 100));
    CHECK(*std::max_element(speech.begin(), speech.end()) > 0.9f);
    CHECK(*std::max_element(silence.begin(), silence.end()) < 0.5f);
}
