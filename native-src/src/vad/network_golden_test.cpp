#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

#include "testing/fixtures.h"
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
    MESSAGE("largest difference " << worst);
    CHECK(worst <= 1e-4f);
}

} // namespace

TEST_CASE("shouldMatchOnnxRuntimeWhenModelIsFlat") {
    const std::string model = fixture("vad/silero_vad_16k_op15.onnx");
    check_golden(model, 16000, "audio/silero_test.wav", "vad/silero_test.prob.csv");
    check_golden(model, 16000, "audio/jfk.wav", "vad/jfk.prob.csv");
}

TEST_CASE("shouldMatchOnnxRuntimeWhenModelHoldsBothRates") {
    const std::string model = fixture("vad/silero_vad.onnx");
    check_golden(model, 16000, "audio/silero_test.wav", "vad/silero_test.prob.csv");
    check_golden(model, 16000, "audio/jfk.wav", "vad/jfk.prob.csv");
    check_golden(model, 8000, "vad/silero_test_8k.wav", "vad/silero_test_8k.prob.csv");
}

TEST_CASE("shouldGiveTheSameBitsWhenStreamsAreBatchedInAnyOrderOfRows") {
    for (uint32_t rate : {16000u, 8000u}) {
        const Vad vad = open(fixture("vad/silero_vad.onnx"), rate);
        const size_t window = voice_vad_window_samples(vad.get());
        const size_t state_floats = voice_vad_state_floats(vad.get());
        CHECK(window == (rate == 16000 ? 512 : 256));
        CHECK(state_floats == 320);
        CHECK(voice_vad_sample_rate(vad.get()) == rate);
        const std::vector<int16_t> audio = whole_windows(
            read_wav(fixture(rate == 16000 ? "audio/silero_test.wav" : "vad/silero_test_8k.wav")), window);

        constexpr size_t streams = 7;
        constexpr size_t steps = 40;
        const auto window_of = [&](size_t stream, size_t step) { return &audio[(stream * 200 + step) * window]; };
        std::vector<float> expected(streams * steps);
        for (size_t stream = 0; stream < streams; stream++) {
            std::vector<float> state(state_floats);
            for (size_t step = 0; step < steps; step++) {
                REQUIRE(voice_vad_process(vad.get(), 1, window_of(stream, step), state.data(), nullptr,
                                          &expected[stream * steps + step]) == VOICE_OK);
            }
        }

        std::vector<float> states(streams * 2 * state_floats);
        std::vector<int32_t> order(streams);
        std::iota(order.begin(), order.end(), 0);
        for (size_t step = 0; step < steps; step++) {
            std::rotate(order.begin(), order.begin() + 3, order.end());
            std::vector<int16_t> windows;
            std::vector<int32_t> rows;
            for (int32_t stream : order) {
                const int16_t *samples = window_of(static_cast<size_t>(stream), step);
                windows.insert(windows.end(), samples, samples + window);
                rows.push_back(2 * stream + 1); // every other row is nobody's
            }
            std::vector<float> actual(streams);
            REQUIRE(voice_vad_process(vad.get(), streams, windows.data(), states.data(), rows.data(),
                                      actual.data()) == VOICE_OK);
            for (size_t i = 0; i < streams; i++) {
                CHECK(actual[i] == expected[static_cast<size_t>(order[i]) * steps + step]);
            }
        }
        CHECK(std::all_of(states.begin(), states.begin() + static_cast<long>(state_floats),
                          [](float value) { return value == 0; }));
    }
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
