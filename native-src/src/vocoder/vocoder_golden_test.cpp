// The real models through the C ABI, on every instruction set that this machine has, cut in every way.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "testing/npy.h"
#include "testing/vocoder_streams.h"
#include "vocoder/simd.h"

using namespace voice::testing;

namespace {

struct Model {
    std::string path;
    std::string frames;
    std::string samples;
    uint32_t channels;
    uint32_t sample_rate;
    uint32_t lookahead;
};

const Model models[] = {
    {"hifigan/hifigan_v2_lj.safetensors", "hifigan/jfk_6s.mel.npy", "hifigan/jfk_6s.output.npy", 80, 22050, 3258},
    {"vits/en_US-random-x_low.onnx", "vits/golden/x_low.decoder_input.npy", "vits/golden/x_low.output.npy", 96, 16000,
     2582},
    {"vits/en_US-random-medium.onnx", "vits/golden/medium.decoder_input.npy", "vits/golden/medium.output.npy", 192,
     22050, 2582},
    {"vits/en_US-random-x_low.streaming/decoder.onnx", "vits/golden/x_low.decoder_input.npy",
     "vits/golden/x_low.output.npy", 96, 0, 2582},
};

// A sanitizer makes the kernels many times slower; the beginning of an utterance reaches all of their lines, too.
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t most_frames = 60;
#else
constexpr size_t most_frames = VOICE_VOCODER_MAX_FRAMES;
#endif

// [channels][all] to [channels][count]
std::vector<float> first_frames(const std::vector<float> &frames, size_t channels, size_t count) {
    const size_t all = frames.size() / channels;
    std::vector<float> result;
    for (size_t channel = 0; channel < channels; channel++) {
        const auto begin = frames.begin() + static_cast<long>(channel * all);
        result.insert(result.end(), begin, begin + static_cast<long>(count));
    }
    return result;
}

std::vector<std::pair<std::string, std::vector<uint32_t>>> ways_to_cut() {
    std::mt19937 random(9);
    std::vector<uint32_t> sizes(100);
    std::generate(sizes.begin(), sizes.end(), [&] { return static_cast<uint32_t>(random() % 30); });
    return {{"whole", {VOICE_VOCODER_MAX_FRAMES}}, {"1", {1}}, {"3", {3}}, {"7", {7}}, {"45", {45}}, {"random", sizes}};
}

float largest_difference(const std::vector<float> &a, const std::vector<float> &b, size_t count) {
    float worst = 0;
    for (size_t i = 0; i < count; i++) {
        const float difference = std::abs(a[i] - b[i]);
        if (std::isnan(difference)) {
            return difference;
        }
        worst = std::max(worst, difference);
    }
    return worst;
}

void check(const Model &model, const std::string &path) {
    CAPTURE(model.path);
    CAPTURE(path);
    setenv("VOICE_SIMD", path.c_str(), 1);
    const Vocoder vocoder = open_vocoder(fixture(model.path));
    const voice_vocoder_info info = info_of(vocoder.get());
    CHECK(info.channels == model.channels);
    CHECK(info.hop == 256);
    CHECK(info.sample_rate == model.sample_rate);
    CHECK(info.lookahead_samples == model.lookahead);
    CHECK(info.lookahead_frames == (model.lookahead + 255) / 256);
    CHECK(info.conditioning_channels == 0);
    CHECK(info.speakers == 0);
    const VocoderStream stream = open_stream(vocoder.get());
    const std::vector<float> all = read_npy(fixture(model.frames));
    const std::vector<float> expected = read_npy(fixture(model.samples));
    const size_t count = std::min(all.size() / info.channels, most_frames);
    const std::vector<float> frames = first_frames(all, info.channels, count);
    REQUIRE(expected.size() == all.size() / info.channels * info.hop);
    // Where the utterance goes on, what is held back is not what the flush makes of it.
    const bool goes_on = frames.size() < all.size();
    const size_t compared = count * info.hop - (goes_on ? info.lookahead_samples : 0);
    std::vector<float> whole;
    std::string differences;
    for (const auto &[name, chunks] : ways_to_cut()) {
        CAPTURE(name);
        const std::vector<float> samples = speak(stream.get(), info, frames, chunks);
        const float worst = largest_difference(samples, expected, compared);
        CHECK(worst <= 1e-4f);
        differences += " " + name + ": " + std::to_string(worst * 1e6f);
        if (whole.empty()) {
            whole = samples;
        }
        CHECK(samples == whole); // to the bit
        REQUIRE(voice_vocoder_stream_reset(stream.get()) == VOICE_OK);
    }
    unsetenv("VOICE_SIMD");
    const std::string summary = model.path + ", " + path + ", largest differences in millionths:" + differences;
    MESSAGE(summary);
}

} // namespace

TEST_CASE("shouldEqualTheWholeUtteranceHoweverItIsCut") {
    for (const voice::vocoder::Kernels *kernels : voice::vocoder::supported_kernels()) {
        for (const Model &model : models) {
            check(model, kernels->name);
        }
    }
}
