// The ways in which one network can lie in an ONNX file: read to the same bits, or refused with what is missing.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include "testing/silero_model.h"
#include "voice/voice.h"

using namespace voice::testing;

namespace {

struct Close {
    void operator()(voice_vad *vad) const { voice_vad_close(vad); }
};
using Vad = std::unique_ptr<voice_vad, Close>;

Vad open(const std::string &file, uint32_t sample_rate, int status = VOICE_OK) {
    voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
    options.sample_rate = sample_rate;
    voice_vad *vad = nullptr;
    CHECK_MESSAGE(voice_vad_open_memory(file.data(), file.size(), &options, &vad) == status, voice_last_error());
    return Vad(vad);
}

std::string refusal(const std::string &file, uint32_t sample_rate = 16000, int status = VOICE_ERROR_MODEL) {
    open(file, sample_rate, status);
    return voice_last_error();
}

std::vector<int16_t> noise(size_t count) {
    std::vector<int16_t> samples(count);
    uint32_t seed = 1;
    for (int16_t &sample : samples) {
        seed = seed * 1664525u + 1013904223u;
        sample = static_cast<int16_t>(seed >> 16);
    }
    return samples;
}

std::vector<float> probabilities(const voice_vad *vad) {
    REQUIRE(vad != nullptr);
    const size_t window = voice_vad_window_samples(vad);
    const std::vector<int16_t> samples = noise(20 * window);
    std::vector<float> state(voice_vad_state_floats(vad));
    std::vector<float> result(20);
    for (size_t i = 0; i < result.size(); i++) {
        REQUIRE(voice_vad_process(vad, 1, &samples[i * window], state.data(), nullptr, &result[i]) == VOICE_OK);
        CHECK(result[i] >= 0);
        CHECK(result[i] <= 1);
    }
    return result;
}

std::string initialisers(const std::vector<onnx::Tensor> &tensors) {
    std::string graph;
    for (const onnx::Tensor &tensor : tensors) {
        graph += onnx::initialiser(onnx::message(tensor));
    }
    return graph;
}

std::string constants(const std::vector<onnx::Tensor> &tensors, const std::string &output_prefix) {
    std::string graph;
    for (const onnx::Tensor &tensor : tensors) {
        const std::string output = output_prefix + tensor.name;
        graph += onnx::constant(output, onnx::message(tensor));
    }
    return graph;
}

std::vector<onnx::Tensor> nameless(std::vector<onnx::Tensor> tensors) {
    for (onnx::Tensor &tensor : tensors) {
        tensor.name.clear();
    }
    return tensors;
}

std::string flat(uint32_t sample_rate) {
    return onnx::model(initialisers(silero_tensors(sample_rate, "model.")));
}

// A flat 16 kHz file in which one tensor was changed.
std::string changed(size_t index, const std::function<void(onnx::Tensor &)> &change) {
    std::vector<onnx::Tensor> tensors = silero_tensors(16000, "model.");
    change(tensors[index]);
    return onnx::model(initialisers(tensors));
}

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

constexpr size_t lstm_input = 9;

} // namespace

TEST_CASE("shouldReadTheSameNetworkInEveryFormThatExportersWrite") {
    for (uint32_t rate : {16000u, 8000u}) {
        CAPTURE(rate);
        const uint32_t other_rate = 24000 - rate;
        const std::vector<float> expected = probabilities(open(flat(rate), rate).get());
        const auto range = std::minmax_element(expected.begin(), expected.end());
        CHECK(*range.first < *range.second);
        const auto check = [&](const char *form, const std::string &file) {
            CAPTURE(form);
            CHECK(probabilities(open(file, rate).get()) == expected);
        };
        check("no prefix", onnx::model(initialisers(silero_tensors(rate, ""))));
        check("constants of the main graph, as the OpenVINO export",
              onnx::model(constants(silero_tensors(rate, ""), "F0::If_0_then_branch__Inline_0__")));

        const std::string branch = constants(silero_tensors(rate, ""), "If_0_then_branch__");
        const std::string other_branch = constants(silero_tensors(other_rate, ""), "If_0_else_branch__");
        check("an If, as the official file", onnx::model(onnx::branches(branch, other_branch)));
        check("an If, branches the other way", onnx::model(onnx::branches(other_branch, branch)));

        const std::vector<onnx::Tensor> tensors = silero_tensors(rate, "then/");
        std::string by_output;
        for (const onnx::Tensor &tensor : tensors) {
            by_output += onnx::constant(tensor.name, onnx::message(nameless({tensor})[0]));
        }
        check("tensors named by their nodes", onnx::model(by_output));

        // Both rates side by side, and an If that holds no weights.
        const std::string wide = initialisers(silero_tensors(16000, "model."));
        const std::string narrow = initialisers(silero_tensors(8000, "model_8k."));
        const std::string empty_if = onnx::branches(onnx::block(2, "a"), onnx::block(2, "b"));
        check("two prefixes, as the ifless export", onnx::model(empty_if + wide + narrow));
        check("two prefixes, the other order", onnx::model(narrow + wide + empty_if));
    }
}

TEST_CASE("shouldReadTheSameNetworkHoweverItsFloatsAreStored") {
    const std::vector<float> expected = probabilities(open(flat(8000), 8000).get());
    for (onnx::Storage storage : {onnx::Storage::packed, onnx::Storage::pieces, onnx::Storage::one_by_one}) {
        for (bool packed_dims : {false, true}) {
            std::vector<onnx::Tensor> tensors = silero_tensors(8000, "model.");
            for (onnx::Tensor &tensor : tensors) {
                tensor.storage = storage;
                tensor.packed_dims = packed_dims;
            }
            CHECK(probabilities(open(onnx::model(initialisers(tensors)), 8000).get()) == expected);
        }
    }
}

TEST_CASE("shouldNameTheTensorWhenAnyOneIsMissing") {
    const std::vector<onnx::Tensor> tensors = silero_tensors(16000, "");
    for (size_t i = 0; i < tensors.size(); i++) {
        const std::string message = refusal(changed(i, [](onnx::Tensor &tensor) { tensor.name += "_"; }));
        CHECK(contains(message, "the model in memory: model." + tensors[i].name + " is missing"));
        CHECK(contains(message, "not a Silero VAD v5/v6 model"));
    }
}

TEST_CASE("shouldNotMixRatesWhenOneLacksATensor") {
    // All but the first layer have the same shapes at both rates.
    std::vector<onnx::Tensor> narrow = silero_tensors(8000, "model_8k.");
    narrow.erase(narrow.begin() + lstm_input);
    const std::string file =
        onnx::model(initialisers(silero_tensors(16000, "model.")) + initialisers(narrow));
    open(file, 16000);
    CHECK(contains(refusal(file, 8000), "model.decoder.rnn.weight_ih is missing"));
}

TEST_CASE("shouldNameTheTypeWhenWeightsAreNotFloat32") {
    const auto message = [](uint64_t type) {
        return refusal(changed(lstm_input, [type](onnx::Tensor &tensor) { tensor.type = type; }));
    };
    CHECK(contains(message(onnx::float16), "model.decoder.rnn.weight_ih is float16 instead of float32"));
    CHECK(contains(message(onnx::bfloat16), "is bfloat16 instead"));
    CHECK(contains(message(onnx::float64), "is double instead"));
    CHECK(contains(message(onnx::int8), "is int8 instead"));
    CHECK(contains(message(1000), "is of data type 1000 instead"));
    CHECK(contains(message(onnx::float16), "convert its weights to float32"));
}

TEST_CASE("shouldSaySoWhenWeightsAreQuantised") {
    for (size_t index : {size_t{0}, lstm_input}) {
        const std::string message = refusal(changed(index, [](onnx::Tensor &tensor) {
            tensor.name += "_quantized";
            tensor.type = onnx::int8;
        }));
        CHECK(contains(message, "is quantised, and float32 is what is read; use the model as it is published"));
    }
}

TEST_CASE("shouldSaySoWhenWeightsAreInAnotherFile") {
    const std::string message =
        refusal(changed(lstm_input, [](onnx::Tensor &tensor) { tensor.storage = onnx::Storage::external; }));
    CHECK(contains(message, "model.decoder.rnn.weight_ih is in another file (external data)"));
    CHECK(contains(message, "save the model as one file"));
}

TEST_CASE("shouldNameShapeAndSizeWhenTheyAreWrong") {
    CHECK(contains(refusal(changed(0, [](onnx::Tensor &tensor) { tensor.dims = {258, 256}; })),
                   "model.stft.forward_basis_buffer has shape [258, 256]"));
    CHECK(contains(refusal(changed(2, [](onnx::Tensor &tensor) { tensor.dims = {-1}; })),
                   "has shape [-1] instead of [128]"));
    CHECK(contains(refusal(changed(2, [](onnx::Tensor &tensor) { tensor.dims = {}; })), "has shape [] instead"));
    CHECK(contains(refusal(changed(2, [](onnx::Tensor &tensor) { tensor.data.pop_back(); })),
                   "model.encoder.0.reparam_conv.bias holds 511 bytes instead of 512"));
    CHECK(contains(refusal(changed(2, [](onnx::Tensor &tensor) { tensor.data.clear(); })), "holds 0 bytes"));
    CHECK(contains(refusal(flat(16000), 8000, VOICE_ERROR_UNSUPPORTED), "16000 Hz only"));
    CHECK(contains(refusal(flat(8000), 16000, VOICE_ERROR_UNSUPPORTED), "8000 Hz only"));
}

TEST_CASE("shouldNameValueAndPlaceWhenAWeightIsNoWeight") {
    const auto poked = [](float value) {
        return changed(lstm_input, [value](onnx::Tensor &tensor) {
            std::memcpy(&tensor.data[7 * sizeof value], &value, sizeof value);
        });
    };
    CHECK(contains(refusal(poked(NAN)), "model.decoder.rnn.weight_ih holds nan at index 7"));
    CHECK(contains(refusal(poked(-HUGE_VALF)), "holds -inf at index 7; a weight is a number from -1000 to 1000"));
    CHECK(contains(refusal(poked(1000.5f)), "holds 1000.5 at index 7"));
    open(poked(1000), 16000);
}

TEST_CASE("shouldStayAProbabilityWhenEveryWeightIsAsLargeAsItMayBe") {
    for (uint32_t rate : {16000u, 8000u}) {
        for (uint32_t signs : {0u, 1u, 3u, 7u}) { // all positive, all negative, alternating
            std::vector<onnx::Tensor> tensors = silero_tensors(rate, "");
            for (onnx::Tensor &tensor : tensors) {
                for (size_t i = 0; i < tensor.data.size() / sizeof(float); i++) {
                    const bool negative = signs == 1 || (signs == 3 && i % 2 == 1) || (signs == 7 && i % 3 == 1);
                    const float value = negative ? -voice::vad::max_weight : voice::vad::max_weight;
                    std::memcpy(&tensor.data[i * sizeof value], &value, sizeof value);
                }
            }
            probabilities(open(onnx::model(initialisers(tensors)), rate).get());
        }
    }
}

TEST_CASE("shouldSayWhatItIsWhenTheFileIsNoOnnxFile") {
    CHECK(contains(refusal("PK\3\4 and so on"), "a zip archive, as PyTorch's .jit and .pt files are"));
    CHECK(contains(refusal("version https://git-lfs.github.com/spec/v1\noid sha256:"), "a pointer of Git LFS"));
    CHECK(contains(refusal("RIFF"), "not a readable ONNX file"));
}
