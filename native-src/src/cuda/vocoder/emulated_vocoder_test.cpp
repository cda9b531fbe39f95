// The vocoder's kernels, those of the tensor cores too, run on the CPU thread by thread, on real voices and made-up ones.
#include <cmath>
#include <optional>

#include "testing/cuda_vocoder.h"
#include "testing/npy.h"
#include "testing/vocoder_model.h"
#include "vocoder/loader.h"

using namespace voice::testing;
using voice::vocoder::Generator;
using voice::vocoder::Network;

namespace {

struct Difference {
    double largest = 0;
    double signal = 0;
    double noise = 0;

    double decibels() const { return 10 * std::log10(signal / noise); }
};

Difference compare(const std::vector<float> &actual, const std::vector<float> &expected) {
    REQUIRE(actual.size() == expected.size());
    Difference result;
    for (size_t i = 0; i < actual.size(); i++) {
        const double difference = std::abs(static_cast<double>(actual[i]) - expected[i]);
        result.largest = difference <= result.largest ? result.largest : difference;
        result.signal += static_cast<double>(expected[i]) * expected[i];
        result.noise += difference * difference;
    }
    return result;
}

// [channels][all] to [channels][count] from a place on
std::vector<float> part(const std::vector<float> &frames, size_t channels, size_t from, size_t count) {
    const size_t all = frames.size() / channels;
    std::vector<float> result;
    for (size_t channel = 0; channel < channels; channel++) {
        const auto begin = frames.begin() + static_cast<long>(channel * all + from);
        result.insert(result.end(), begin, begin + static_cast<long>(count));
    }
    return result;
}

struct Shape {
    const char *name;
    VocoderModel model;
};

// Numbers of channels that fill the widths of all kernels, one after the other, and some that fill none.
std::vector<Shape> shapes() {
    std::vector<Shape> list = {{"type 1", small_vocoder(true)}, {"type 2", small_vocoder(false)}};
    list.push_back({"wide", {{true, 20, 208, 0, {3, 5}, {3, 11}, {3}, {{1}}}, 0, 0, false}});
    list.push_back({"odd", {{false, 3, 44, 0, {2, 3, 2}, {8, 7, 2}, {1, 3, 7}, {{1, 2, 3}, {6}, {1, 4}}}, 0, 0, true}});
    list.push_back({"one channel", {{true, 1, 2, 0, {1}, {1}, {5}, {{9}}}, 0, 0, false}});
    list.push_back({"halving", {{true, 9, 128, 0, {2, 2, 2, 3}, {4, 4, 4, 5}, {3, 5}, {{1, 3}, {2}}}, 0, 0, true}});
    return list;
}

} // namespace

TEST_CASE("shouldSpeakAsTheCpuOnEmulatedTensorCores") {
    for (const Shape &shape : shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        const Generator generator = voice::vocoder::read_generator(onnx_voice(shape.model), "the voice", std::nullopt);
        const CudaGenerator cuda(generator);
        const auto network = std::make_shared<const Network>(generator);
        const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_half, 5, 4, 16});
        const std::vector<std::vector<uint32_t>> ways_to_cut = {{1, 4}, {3}, {7, 0, 11}};
        std::vector<CudaUtterance> utterances;
        for (uint32_t i = 0; i < ways_to_cut.size(); i++) {
            utterances.push_back({4 - i, noise_frames((3 + 7 * i) * generator.channels, i), ways_to_cut[i], {}});
        }
        speak(vocoder.get(), cuda.view(), utterances);
        for (const CudaUtterance &utterance : utterances) {
            const Difference difference = compare(utterance.samples, speak_on_cpu(network, utterance.frames));
            CAPTURE(utterance.slot);
            MESSAGE(name << ": " << difference.decibels() << " dB, largest difference " << difference.largest);
            CHECK(difference.decibels() >= 50);
        }
    }
}

TEST_CASE("shouldHaveTheSameBitsOnEmulatedTensorCoresHoweverAnUtteranceIsCutAndWhateverOthersDo") {
    const Generator generator =
        voice::vocoder::read_generator(onnx_voice(small_vocoder(true)), "the voice", std::nullopt);
    const CudaGenerator cuda(generator);
    const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_half, 2, 2, 16});
    const std::vector<float> frames = noise_frames(19 * generator.channels, 5);
    const std::vector<float> huge(12 * generator.channels, 3e38f);
    std::vector<float> whole;
    for (const std::vector<uint32_t> &chunks : std::vector<std::vector<uint32_t>>{{16}, {1}, {3}, {7, 0, 2}}) {
        std::vector<CudaUtterance> utterances = {{0, frames, chunks, {}}, {1, huge, {5}, {}}};
        speak(vocoder.get(), cuda.view(), utterances);
        whole = whole.empty() ? utterances[0].samples : whole;
        CHECK(utterances[0].samples == whole);
        CHECK(compare(whole, speak_on_cpu(std::make_shared<const Network>(generator), frames)).decibels() >= 50);
    }
}

TEST_CASE("shouldSaturateWhatNoHalfHoldsOnEmulatedTensorCores") {
    for (const Shape &shape : shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        const Generator generator = voice::vocoder::read_generator(onnx_voice(shape.model), "the voice", std::nullopt);
        const CudaGenerator cuda(generator);
        const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_half, 3, 3, 16});
        std::vector<std::vector<float>> frames(3, noise_frames(9 * generator.channels, 1));
        for (size_t i = 0; i < frames.size(); i++) { // one frame of each, its channels up and down
            for (size_t channel = 0; channel < generator.channels; channel++) {
                const float value = std::vector<float>{65504.0f, 7e4f, 3e38f}[i];
                frames[i][channel * 9 + 4] = channel % 3 == 1 ? -value : value;
            }
        }
        std::vector<CudaUtterance> utterances;
        for (uint32_t i = 0; i < frames.size(); i++) {
            utterances.push_back({i, frames[i], {4}, {}});
        }
        speak(vocoder.get(), cuda.view(), utterances);
        for (const CudaUtterance &utterance : utterances) {
            CAPTURE(utterance.slot);
            CHECK(std::all_of(utterance.samples.begin(), utterance.samples.end(),
                              [](float sample) { return std::abs(sample) <= 1; }));
            CHECK(utterance.samples == utterances[0].samples);
        }
    }
}

namespace {

struct Voice {
    const char *path;
    const char *frames;
    const char *samples;
    size_t from; // a frame in the middle of loud speech
};

const Voice voices[] = {
    {"hifigan/hifigan_v2_lj.safetensors", "hifigan/jfk_6s.mel.npy", "hifigan/jfk_6s.output.npy", 100},
    {"vits/en_US-random-x_low.onnx", "vits/golden/x_low.decoder_input.npy", "vits/golden/x_low.output.npy", 0},
    {"vits/en_US-random-medium.onnx", "vits/golden/medium.decoder_input.npy", "vits/golden/medium.output.npy", 0},
};

std::vector<float> slice(const std::vector<float> &values, size_t from, size_t count) {
    const auto begin = values.begin() + static_cast<long>(from);
    return {begin, begin + static_cast<long>(count)};
}

// Some frames of a voice's golden utterance. Samples that see none of those left out are the golden ones.
void check_voice(const Voice &voice, uint32_t precision, size_t count, double largest, double decibels) {
    const std::string name = voice.path + std::string(precision == gpu_half ? ", half" : ", float");
    CAPTURE(name);
    const Generator generator = voice::vocoder::read_generator_file(fixture(voice.path), "");
    const CudaGenerator cuda(generator);
    const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, precision, 2, 2, 8});
    const std::vector<float> frames = part(read_npy(fixture(voice.frames)), generator.channels, voice.from, count);
    std::vector<CudaUtterance> utterances = {{0, frames, {8, 5}, {}}};
    speak(vocoder.get(), cuda.view(), utterances);
    const std::vector<float> &samples = utterances[0].samples;
    const Difference to_cpu =
        compare(samples, speak_on_cpu(std::make_shared<const Network>(generator), frames));
    const size_t reach = cuda.view().lookahead_samples + generator.hop; // to either side
    const size_t first = voice.from == 0 ? 0 : reach;
    const size_t compared = count * generator.hop - reach - first;
    const Difference to_golden =
        compare(slice(samples, first, compared),
                slice(read_npy(fixture(voice.samples)), voice.from * generator.hop + first, compared));
    MESSAGE(name << ": largest difference to the CPU " << to_cpu.largest << ", " << to_cpu.decibels()
                 << " dB; to the golden samples " << to_golden.largest << ", " << to_golden.decibels() << " dB");
    CHECK(to_cpu.largest <= largest);
    CHECK(to_cpu.decibels() >= decibels);
    CHECK(to_golden.decibels() >= decibels);
}

} // namespace

TEST_CASE("shouldSpeakAsTheCpuWithRealVoicesInFloat") {
    for (const Voice &voice : voices) {
        check_voice(voice, gpu_float, 40, 2e-5, 90);
    }
}

TEST_CASE("shouldKeepFiftyDecibelsWithRealVoicesInHalf") {
    for (const Voice &voice : voices) {
        check_voice(voice, gpu_half, voice.from == 0 ? 18 : 40, 0.01, 50);
    }
}
