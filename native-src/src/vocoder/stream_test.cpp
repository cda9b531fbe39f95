// Generators of all shapes against their definition, on every instruction set that this machine has; no model file.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "testing/counted_new.h"
#include "testing/reference_vocoder.h"
#include "testing/vocoder_model.h"
#include "testing/vocoder_streams.h"
#include "vocoder/loader.h"
#include "vocoder/simd.h"

using namespace voice::testing;

namespace {

void check_close(const std::vector<float> &actual, const std::vector<double> &expected) {
    REQUIRE(actual.size() == expected.size());
    double worst = 0;
    for (size_t i = 0; i < actual.size(); i++) {
        const double difference = std::abs(static_cast<double>(actual[i]) - expected[i]);
        worst = difference <= worst ? worst : difference;
    }
    CHECK(worst < 2e-6);
}

const std::vector<std::vector<uint32_t>> ways_to_cut = {{1}, {2}, {5, 1, 0, 3}, {17}, {16}, {1000}};

void check_shape(const VocoderModel &model) {
    const std::string voice = onnx_voice(model);
    const voice::vocoder::Generator generator = voice::vocoder::read_generator(voice, "the voice", std::nullopt);
    const Vocoder vocoder = open_memory(voice, "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const VocoderStream stream = open_stream(vocoder.get());
    for (size_t count : {size_t{0}, size_t{1}, size_t{3}, size_t{41}}) {
        CAPTURE(count);
        const std::vector<float> frames = noise(count * info.channels, static_cast<unsigned>(count));
        const std::vector<double> expected =
            count == 0 ? std::vector<double>() : ReferenceVocoder(generator).speak(frames, nullptr);
        std::vector<float> before;
        for (const std::vector<uint32_t> &chunks : ways_to_cut) {
            const std::vector<float> samples = speak(stream.get(), info, frames, chunks);
            check_close(samples, expected);
            CHECK((before.empty() || before == samples)); // to the bit
            before = samples;
            REQUIRE(voice_vocoder_stream_reset(stream.get()) == VOICE_OK);
        }
    }
}

void on_every_path(void (*body)()) {
    for (const voice::vocoder::Kernels *kernels : voice::vocoder::supported_kernels()) {
        const std::string path = kernels->name;
        CAPTURE(path);
        setenv("VOICE_SIMD", kernels->name, 1);
        body();
        unsetenv("VOICE_SIMD");
    }
}

} // namespace

TEST_CASE("shouldEqualItsDefinitionWhateverItsShape") {
    on_every_path([] {
        for (const VocoderShape &shape : vocoder_shapes()) {
            const std::string name = shape.name;
            CAPTURE(name);
            check_shape(shape.model);
        }
    });
}

TEST_CASE("shouldBeTheSameFromEitherFormat") {
    for (bool paired : {true, false}) {
        const VocoderModel model = small_vocoder(paired);
        const Vocoder a = open_memory(safetensors(vocoder_tensors(model)), vocoder_config(model.architecture));
        const Vocoder b = open_memory(onnx_voice(model, "gen.dec."), "{\"audio\":{\"sample_rate\":16000}}");
        const voice_vocoder_info info = info_of(a.get());
        CHECK(info.sample_rate == 16000);
        CHECK(info.hop == 8);
        CHECK(info.stages == 2);
        const voice_vocoder_info other = info_of(b.get());
        CHECK(std::memcmp(&info, &other, sizeof info) == 0);
        const std::vector<float> frames = noise(30 * info.channels, 4);
        CHECK(speak(open_stream(a.get()).get(), info, frames, {4}) ==
              speak(open_stream(b.get()).get(), info, frames, {4}));
    }
}

TEST_CASE("shouldSpeakAsEachSpeakerWhenThereAreSeveral") {
    VocoderModel model = small_vocoder(true);
    model.conditioning = 6;
    model.speakers = 3;
    const std::string voice = onnx_voice(model);
    const voice::vocoder::Generator generator = voice::vocoder::read_generator(voice, "the voice", std::nullopt);
    const Vocoder vocoder = open_memory(voice, "");
    const voice_vocoder_info info = info_of(vocoder.get());
    CHECK(info.speakers == 3);
    CHECK(info.conditioning_channels == 6);
    const std::vector<float> frames = noise(30 * info.channels, 4);
    voice_vocoder_stream_options options = VOICE_VOCODER_STREAM_OPTIONS_INIT;
    for (uint32_t speaker = 0; speaker < 3; speaker++) {
        options.speaker = speaker;
        options.conditioning = nullptr;
        const float *vector = &generator.speakers[speaker * 6];
        const std::vector<double> expected = ReferenceVocoder(generator).speak(frames, vector);
        const VocoderStream stream = open_stream(vocoder.get(), &options);
        check_close(speak(stream.get(), info, frames, {7}), expected);
        REQUIRE(voice_vocoder_stream_reset(stream.get()) == VOICE_OK);
        check_close(speak(stream.get(), info, frames, {3}), expected); // the speaker stays
        options.conditioning = vector;
        options.speaker = 99; // has no say
        check_close(speak(open_stream(vocoder.get(), &options).get(), info, frames, {7}), expected);
    }
    options.conditioning = nullptr;
    options.speaker = 3;
    voice_vocoder_stream *stream = nullptr;
    CHECK(voice_vocoder_stream_open(vocoder.get(), &options, &stream) == VOICE_ERROR_ARGUMENT);
    CHECK(std::string(voice_last_error()) == "options.speaker=3: it must be below 3");
    CHECK(stream == nullptr);
}

TEST_CASE("shouldAskForAVectorWhenTheVoiceHasNone") {
    VocoderModel model = small_vocoder(false);
    model.conditioning = 4;
    const Vocoder vocoder = open_memory(onnx_voice(model), "");
    voice_vocoder_stream *stream = nullptr;
    CHECK(voice_vocoder_stream_open(vocoder.get(), nullptr, &stream) == VOICE_ERROR_ARGUMENT);
    CHECK(std::string(voice_last_error()).find("a speaker's vector of 4 values") != std::string::npos);
    float vector[4] = {1, 2, std::numeric_limits<float>::infinity(), 3};
    voice_vocoder_stream_options options = VOICE_VOCODER_STREAM_OPTIONS_INIT;
    options.conditioning = vector;
    CHECK(voice_vocoder_stream_open(vocoder.get(), &options, &stream) == VOICE_ERROR_ARGUMENT);
    CHECK(std::string(voice_last_error()).find("options.conditioning[2]=inf") == 0);
    vector[2] = 0;
    CHECK(open_stream(vocoder.get(), &options) != nullptr);
    const Vocoder plain = open_memory(onnx_voice(small_vocoder(false)), "");
    CHECK(voice_vocoder_stream_open(plain.get(), &options, &stream) == VOICE_ERROR_ARGUMENT);
}

TEST_CASE("shouldOutliveItsVocoderAndNotMixWithOtherStreams") {
    Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const std::vector<float> frames[] = {noise(20 * info.channels, 1), noise(20 * info.channels, 2)};
    const std::vector<float> alone[] = {speak(open_stream(vocoder.get()).get(), info, frames[0], {20}),
                                        speak(open_stream(vocoder.get()).get(), info, frames[1], {20})};
    const VocoderStream streams[] = {open_stream(vocoder.get()), open_stream(vocoder.get())};
    vocoder.reset();
    std::vector<float> samples[2];
    for (uint32_t i = 0; i <= 20; i++) {
        for (size_t s : {size_t{0}, size_t{1}}) {
            std::vector<float> made(20 * info.hop);
            uint32_t count = 0;
            const auto capacity = static_cast<uint32_t>(made.size());
            const int status = i < 20 ? voice_vocoder_stream_push(streams[s].get(), &frames[s][i], 1, 20, made.data(),
                                                                  capacity, &count)
                                      : voice_vocoder_stream_flush(streams[s].get(), made.data(), capacity, &count);
            REQUIRE(status == VOICE_OK);
            samples[s].insert(samples[s].end(), made.begin(), made.begin() + count);
        }
    }
    CHECK(samples[0] == alone[0]);
    CHECK(samples[1] == alone[1]);
}

TEST_CASE("shouldAllocateOnlyWhenItIsOpened") {
    on_every_path([] {
        const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
        const voice_vocoder_info info = info_of(vocoder.get());
        const std::vector<float> frames = noise(60 * info.channels, 1);
        std::vector<float> samples(60 * info.hop);
        const auto capacity = static_cast<uint32_t>(samples.size());
        const size_t before_open = allocations();
        const VocoderStream stream = open_stream(vocoder.get());
        CHECK(allocations() - before_open == 2); // the handle and its block
        uint32_t count = 0;
        bool all = true;
        const size_t before = allocations();
        for (int utterance = 0; utterance < 3; utterance++) {
            for (uint32_t i = 0; i < 60; i += 20) {
                all = voice_vocoder_stream_push(stream.get(), &frames[i], 20, 60, samples.data(), capacity, &count) ==
                          VOICE_OK &&
                      all;
            }
            all = voice_vocoder_stream_flush(stream.get(), samples.data(), capacity, &count) == VOICE_OK && all;
            all = voice_vocoder_stream_reset(stream.get()) == VOICE_OK && all;
        }
        CHECK(allocations() == before);
        CHECK(all);
    });
}

TEST_CASE("shouldTakeNothingWhenAPushIsRefused") {
    const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const std::vector<float> frames = noise(40 * info.channels, 1);
    const std::vector<float> expected = speak(open_stream(vocoder.get()).get(), info, frames, {40});
    const VocoderStream stream = open_stream(vocoder.get());
    voice_vocoder_stream *s = stream.get();
    std::vector<float> samples(expected.size());
    uint32_t count = 7;
    CHECK(voice_vocoder_stream_push(s, frames.data(), 40, 40, samples.data(), 1, &count) == VOICE_FULL);
    CHECK(count == 40 * info.hop - info.lookahead_samples);
    CHECK(voice_vocoder_stream_push(s, frames.data(), 40, 39, samples.data(), 1000, &count) == VOICE_ERROR_ARGUMENT);
    CHECK(std::string(voice_last_error()) == "channel_stride=39: it must be at least frame_count=40");
    CHECK(count == 0);
    CHECK(voice_vocoder_stream_push(s, nullptr, 1, 1, samples.data(), 1000, &count) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_stream_push(s, frames.data(), 65537, 65537, samples.data(), 1000, &count) ==
          VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_stream_push(s, frames.data(), 40, 40, nullptr, 1000, &count) == VOICE_ERROR_ARGUMENT);
    std::vector<float> bad = frames;
    for (float value : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
        bad[2 * 40 + 39] = value;
        CHECK(voice_vocoder_stream_push(s, bad.data(), 40, 40, samples.data(), 1000, &count) == VOICE_ERROR_ARGUMENT);
        CHECK(std::string(voice_last_error()).find("frames: channel=2 of frame=39 is ") == 0);
    }
    CHECK(voice_vocoder_stream_push(s, nullptr, 0, 0, nullptr, 0, &count) == VOICE_OK);
    CHECK(speak(s, info, frames, {40}) == expected);
    CHECK(voice_vocoder_stream_push(s, frames.data(), 1, 40, samples.data(), 1000, &count) == VOICE_END);
    CHECK(voice_vocoder_stream_samples(s, 1) == 0);
    CHECK(voice_vocoder_stream_flush(s, samples.data(), 1000, &count) == VOICE_END);
    CHECK(count == 0);
    CHECK(voice_vocoder_stream_reset(s) == VOICE_OK);
    CHECK(voice_vocoder_stream_push(s, frames.data(), 3, 40, samples.data(), 1000, &count) == VOICE_OK);
    CHECK(voice_vocoder_stream_flush(s, samples.data(), 0, &count) == VOICE_FULL);
    CHECK(voice_vocoder_stream_flush(s, samples.data(), count, &count) == VOICE_OK);
}

TEST_CASE("shouldKeepAnOverflowInItsOwnStreamUntilItIsReset") {
    const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const std::vector<float> frames = noise(30 * info.channels, 1);
    const std::vector<float> expected = speak(open_stream(vocoder.get()).get(), info, frames, {8});
    const VocoderStream stream = open_stream(vocoder.get());
    const std::vector<float> huge(30 * info.channels, std::numeric_limits<float>::max());
    for (float sample : speak(stream.get(), info, huge, {8})) {
        CHECK(!(std::abs(sample) > 1));
    }
    REQUIRE(voice_vocoder_stream_reset(stream.get()) == VOICE_OK);
    CHECK(speak(stream.get(), info, frames, {8}) == expected);
}
