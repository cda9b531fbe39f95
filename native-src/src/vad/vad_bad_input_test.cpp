// What a caller can get wrong with an open model, at the C ABI.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "testing/silero_model.h"
#include "voice/voice.h"

using namespace voice::testing;

namespace {

struct Close {
    void operator()(voice_vad *vad) const { voice_vad_close(vad); }
};
using Vad = std::unique_ptr<voice_vad, Close>;

Vad open(uint32_t sample_rate) {
    std::string graph;
    for (const onnx::Tensor &tensor : silero_tensors(sample_rate, "model.")) {
        graph += onnx::initialiser(onnx::message(tensor));
    }
    const std::string file = onnx::model(graph);
    voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
    options.sample_rate = sample_rate;
    voice_vad *vad = nullptr;
    REQUIRE_MESSAGE(voice_vad_open_memory(file.data(), file.size(), &options, &vad) == VOICE_OK, voice_last_error());
    return Vad(vad);
}

// Streams side by side, each of its own sound.
struct Batch {
    Batch(const voice_vad *vad, size_t count)
        : windows(count * voice_vad_window_samples(vad)), states(count * voice_vad_state_floats(vad)),
          probabilities(count, -1) {
        for (size_t i = 0; i < windows.size(); i++) {
            windows[i] = static_cast<int16_t>(i * i * 31 % 20011);
        }
    }

    std::vector<int16_t> windows;
    std::vector<float> states;
    std::vector<float> probabilities;
};

bool names(const std::string &text) {
    return std::string(voice_last_error()).find(text) != std::string::npos;
}

bool same_bits(const std::vector<float> &a, const std::vector<float> &b, size_t first, size_t count) {
    return std::memcmp(&a[first], &b[first], count * sizeof(float)) == 0;
}

} // namespace

TEST_CASE("shouldDoNothingWhenTheBatchIsEmpty") {
    const Vad vad = open(16000);
    CHECK(voice_vad_process(vad.get(), 0, nullptr, nullptr, nullptr, nullptr) == VOICE_OK);
    Batch batch(vad.get(), 1);
    CHECK(voice_vad_process(vad.get(), 0, batch.windows.data(), batch.states.data(), nullptr,
                            batch.probabilities.data()) == VOICE_OK);
    CHECK(batch.probabilities[0] == -1);
    CHECK(std::count(batch.states.begin(), batch.states.end(), 0.0f) == static_cast<long>(batch.states.size()));
}

TEST_CASE("shouldNameTheArgumentWhenItIsMissingOrNegative") {
    const Vad vad = open(8000);
    Batch batch(vad.get(), 3);
    const auto process = [&](const int16_t *windows, float *states, const int32_t *rows, float *probabilities) {
        return voice_vad_process(vad.get(), 3, windows, states, rows, probabilities);
    };
    CHECK(process(nullptr, batch.states.data(), nullptr, batch.probabilities.data()) == VOICE_ERROR_ARGUMENT);
    CHECK(names("windows=NULL"));
    CHECK(process(batch.windows.data(), nullptr, nullptr, batch.probabilities.data()) == VOICE_ERROR_ARGUMENT);
    CHECK(names("states=NULL"));
    CHECK(process(batch.windows.data(), batch.states.data(), nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(names("probabilities=NULL"));
    const int32_t rows[] = {0, 1, -7};
    CHECK(process(batch.windows.data(), batch.states.data(), rows, batch.probabilities.data()) == VOICE_ERROR_ARGUMENT);
    CHECK(names("rows[2]=-7"));
    CHECK(batch.probabilities[0] == -1); // nothing was begun
    CHECK(voice_vad_process(nullptr, 3, batch.windows.data(), batch.states.data(), rows, batch.probabilities.data()) ==
          VOICE_ERROR_ARGUMENT);
    CHECK(names("vad=NULL"));
}

TEST_CASE("shouldKeepToOneStreamWhatIsNoNumberInIt") {
    constexpr size_t count = 9;
    for (uint32_t rate : {16000u, 8000u}) {
        const Vad vad = open(rate);
        const size_t floats = voice_vad_state_floats(vad.get());
        Batch healthy(vad.get(), count);
        CHECK(voice_vad_process(vad.get(), count, healthy.windows.data(), healthy.states.data(), nullptr,
                                healthy.probabilities.data()) == VOICE_OK);
        for (float poison : {NAN, HUGE_VALF, -HUGE_VALF, std::numeric_limits<float>::max()}) {
            Batch batch(vad.get(), count);
            std::fill_n(&batch.states[4 * floats], floats, poison);
            CHECK(voice_vad_process(vad.get(), count, batch.windows.data(), batch.states.data(), nullptr,
                                    batch.probabilities.data()) == VOICE_OK);
            for (size_t i = 0; i < count; i++) {
                if (i != 4) {
                    CHECK(same_bits(batch.probabilities, healthy.probabilities, i, 1));
                    CHECK(same_bits(batch.states, healthy.states, i * floats, floats));
                }
            }
            const float own = batch.probabilities[4];
            const bool probability_or_nan = std::isnan(own) || (own >= 0 && own <= 1);
            CHECK(probability_or_nan);
        }
    }
}

TEST_CASE("shouldStartAgainWhenAPoisonedStateIsCleared") {
    const Vad vad = open(16000);
    Batch fresh(vad.get(), 1);
    Batch batch(vad.get(), 1);
    std::fill(batch.states.begin(), batch.states.end(), NAN);
    for (Batch *each : {&fresh, &batch, &batch}) {
        CHECK(voice_vad_process(vad.get(), 1, each->windows.data(), each->states.data(), nullptr,
                                each->probabilities.data()) == VOICE_OK);
        if (each == &batch) {
            std::fill(batch.states.begin(), batch.states.end(), 0.0f);
        }
    }
    CHECK(batch.probabilities[0] == fresh.probabilities[0]);
}

TEST_CASE("shouldOnlyStartWronglyWhenTheStateIsFromTheOtherRate") {
    const Vad wide = open(16000);
    const Vad narrow = open(8000);
    REQUIRE(voice_vad_state_floats(wide.get()) == voice_vad_state_floats(narrow.get())); // so that no row can overlap
    for (bool wide_first : {true, false}) {
        Batch batch(wide.get(), 2); // the longer windows
        for (int step = 0; step < 10; step++) {
            const voice_vad *vad = (step < 5) == wide_first ? wide.get() : narrow.get();
            CHECK(voice_vad_process(vad, 2, batch.windows.data(), batch.states.data(), nullptr,
                                    batch.probabilities.data()) == VOICE_OK);
            CHECK(batch.probabilities[1] >= 0);
            CHECK(batch.probabilities[1] <= 1);
        }
    }
}
