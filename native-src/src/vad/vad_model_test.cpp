// Files that are not the model they claim to be: each is a status and a sentence, never a crash.
#include <cstdio>
#include <filesystem>
#include <random>

#include "testing/fixtures.h"
#include "testing/temporary_file.h"
#include "vad/weights.h"
#include "voice/voice.h"

using namespace voice::testing;

namespace {

struct Outcome {
    int status;
    std::string message;
};

Outcome open_memory(const std::string &bytes, uint32_t sample_rate = 16000) {
    voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
    options.sample_rate = sample_rate;
    voice_vad *vad = nullptr;
    const int status = voice_vad_open_memory(bytes.data(), bytes.size(), &options, &vad);
    CHECK((vad != nullptr) == (status == VOICE_OK));
    voice_vad_close(vad);
    return {status, status == VOICE_OK ? "" : voice_last_error()};
}

Outcome open_file(const std::string &path, uint32_t sample_rate = 16000) {
    voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
    options.sample_rate = sample_rate;
    voice_vad *vad = nullptr;
    const int status = voice_vad_open_file(path.c_str(), &options, &vad);
    CHECK((vad != nullptr) == (status == VOICE_OK));
    voice_vad_close(vad);
    return {status, status == VOICE_OK ? "" : voice_last_error()};
}

bool contains(const Outcome &outcome, const std::string &text) {
    return outcome.message.find(text) != std::string::npos;
}

std::string replaced(std::string bytes, const std::string &from, const std::string &to) {
    REQUIRE(from.size() == to.size());
    const size_t position = bytes.rfind(from); // initialisers come last in the flat file
    REQUIRE(position != std::string::npos);
    return bytes.replace(position, from.size(), to);
}

} // namespace

TEST_CASE("shouldNamePathWhenFileCannotBeUsed") {
    const Outcome missing = open_file("/nowhere/model.onnx");
    CHECK(missing.status == VOICE_ERROR_NOT_FOUND);
    CHECK(contains(missing, "/nowhere/model.onnx"));

    const std::string folder = std::filesystem::temp_directory_path().string();
    const Outcome directory = open_file(folder);
    CHECK(directory.status == VOICE_ERROR_IO);
    CHECK(contains(directory, folder));
    CHECK(contains(directory, "folder"));

    CHECK(open_file("/dev/null").status == VOICE_ERROR_IO);

    const TemporaryFile empty("");
    CHECK(open_file(empty.path()).status == VOICE_ERROR_MODEL);
    CHECK(contains(open_file(empty.path()), empty.path() + ": it is empty"));

    const TemporaryFile text("This is a story about a model, not a model.");
    CHECK(open_file(text.path()).status == VOICE_ERROR_MODEL);
    CHECK(contains(open_file(text.path()), text.path()));

    const TemporaryFile large("");
    std::filesystem::resize_file(large.path(), (size_t{64} << 20) + 1);
    CHECK(open_file(large.path()).status == VOICE_ERROR_MODEL);
    CHECK(contains(open_file(large.path()), "64 MiB"));
}

TEST_CASE("shouldNameTensorWhenItIsMissingOrMisshapen") {
    const std::string model = read_file(fixture("vad/silero_vad_16k_op15.onnx"));
    CHECK(open_memory(model).status == VOICE_OK);

    const Outcome missing = open_memory(replaced(model, "encoder.2.reparam_conv.bias", "encoder.2.reparam_conv.Bias"));
    CHECK(missing.status == VOICE_ERROR_MODEL);
    CHECK(contains(missing, "model.encoder.2.reparam_conv.bias is missing; this is not a Silero VAD v5/v6 model"));

    // Two tensors of different shape swap their names.
    std::string swapped = replaced(model, "encoder.1.reparam_conv.bias", "encoder.X.reparam_conv.bias");
    swapped = replaced(swapped, "encoder.0.reparam_conv.bias", "encoder.1.reparam_conv.bias");
    swapped = replaced(swapped, "encoder.X.reparam_conv.bias", "encoder.0.reparam_conv.bias");
    const Outcome misshapen = open_memory(swapped);
    CHECK(misshapen.status == VOICE_ERROR_MODEL);
    CHECK(contains(misshapen, "model.encoder.0.reparam_conv.bias has shape [64] instead of [128]"));

    const Outcome foreign = open_file(fixture("vits/en_US-random-x_low.onnx"));
    CHECK(foreign.status == VOICE_ERROR_MODEL);
    CHECK(contains(foreign, "stft.forward_basis_buffer is missing"));
}

TEST_CASE("shouldNameTheOtherRateWhenModelHasOnlyThat") {
    const Outcome outcome = open_file(fixture("vad/silero_vad_16k_op15.onnx"), 8000);
    CHECK(outcome.status == VOICE_ERROR_UNSUPPORTED);
    CHECK(contains(outcome, "16000 Hz only"));
    const Outcome odd = open_file(fixture("vad/silero_vad.onnx"), 44100);
    CHECK(odd.status == VOICE_ERROR_UNSUPPORTED);
    CHECK(contains(odd, "sample_rate=44100"));
}

TEST_CASE("shouldRefuseWhenModelIsCutOff") {
    const std::string model = read_file(fixture("vad/silero_vad.onnx"));
    for (size_t length : {size_t{1}, size_t{2}, size_t{100}, size_t{5000}, model.size() / 2, model.size() - 100}) {
        const Outcome outcome = open_memory(model.substr(0, length));
        CAPTURE(length);
        CHECK(outcome.status == VOICE_ERROR_MODEL);
        CHECK(contains(outcome, "the model in memory"));
    }
}

TEST_CASE("shouldNeverCrashWhenBytesAreFlipped") {
    const std::string model = read_file(fixture("vad/silero_vad_16k_op15.onnx"));
    std::mt19937 random(1);
    for (int round = 0; round < 60; round++) {
        std::string damaged = model;
        for (int i = 0; i < 20; i++) {
            // Structure sits at the front and around names: half of the damage goes to the first 20 kB.
            const size_t limit = i % 2 == 0 ? 20000 : damaged.size();
            damaged[random() % limit] = static_cast<char>(random());
        }
        const int status = open_memory(damaged).status;
        const bool expected = status == VOICE_OK || status == VOICE_ERROR_MODEL || status == VOICE_ERROR_UNSUPPORTED;
        CHECK(expected);
    }
}

TEST_CASE("shouldRefuseWhenWeightIsNotFinite") {
    std::string model = read_file(fixture("vad/silero_vad_16k_op15.onnx"));
    const size_t name = model.rfind("model.decoder.rnn.bias_hh");
    REQUIRE(name != std::string::npos);
    model.replace(name + 100, 8, "\xff\xff\xff\xff\xff\xff\xff\xff"); // NaNs somewhere in the 2,048 bytes behind
    const Outcome outcome = open_memory(model);
    CHECK(outcome.status == VOICE_ERROR_MODEL);
    CHECK(contains(outcome, "model.decoder.rnn.bias_hh holds"));
    CHECK(contains(outcome, "nan at index"));
}
