// The vocoder's engine over the fake runtime, in float: also under a sanitizer.
#include "testing/cuda_vocoder.h"

#include <cmath>
#include <cstdlib>

#include "testing/vocoder_model.h"
#include "vocoder/loader.h"

using namespace voice::testing;
using voice::vocoder::Generator;
using voice::vocoder::Network;

namespace {

Generator generator_of(const VocoderModel &model) {
    return voice::vocoder::read_generator(onnx_voice(model), "the voice", std::nullopt);
}

struct Shape {
    const char *name;
    VocoderModel model;
};

std::vector<Shape> shapes() {
    std::vector<Shape> list = {{"type 1", small_vocoder(true)}, {"type 2", small_vocoder(false)}};
    list.push_back({"wide", {{true, 20, 208, 0, {3, 5}, {3, 11}, {3}, {{1}}}, 0, 0, false}});
    list.push_back({"odd", {{false, 3, 44, 0, {2, 3, 2}, {8, 7, 2}, {1, 3, 7}, {{1, 2, 3}, {6}, {1, 4}}}, 0, 0, true}});
    list.push_back({"one channel", {{true, 1, 2, 0, {1}, {1}, {5}, {{9}}}, 0, 0, false}});
    list.push_back({"long kernel", {{false, 4, 8, 0, {2}, {12}, {11}, {{12, 1}}}, 0, 0, true}});
    list.push_back({"many rows", {{true, 7, 32, 0, {8, 9}, {16, 9}, {3, 5}, {{1, 3}, {1, 2, 5}}}, 0, 0, true}});
    return list;
}

const std::vector<std::vector<uint32_t>> ways_to_cut = {{1}, {3}, {7}, {5, 1, 0, 3}, {16}, {2, 13, 1, 1, 9}};

float largest_difference(const std::vector<float> &a, const std::vector<float> &b) {
    REQUIRE(a.size() == b.size());
    float worst = 0;
    for (size_t i = 0; i < a.size(); i++) {
        const float difference = std::abs(a[i] - b[i]);
        worst = difference <= worst ? worst : difference;
    }
    return worst;
}

} // namespace

TEST_CASE("shouldSpeakAsTheCpuWhateverTheShapeAndTheChunks") {
    for (const Shape &shape : shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        const Generator generator = generator_of(shape.model);
        const CudaGenerator cuda(generator);
        const auto network = std::make_shared<const Network>(generator);
        const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_float, 9, 7, 16});
        std::vector<CudaUtterance> utterances;
        for (uint32_t i = 0; i < ways_to_cut.size(); i++) {
            const size_t count = i == 3 ? 1 : 11 + 6 * i;
            utterances.push_back({8 - i, noise_frames(count * generator.channels, i), ways_to_cut[i], {}});
        }
        for (int round = 0; round < 2; round++) {
            speak(vocoder.get(), cuda.view(), utterances);
            for (CudaUtterance &utterance : utterances) {
                CAPTURE(utterance.slot);
                CHECK(largest_difference(utterance.samples, speak_on_cpu(network, utterance.frames)) <= 3e-6f);
                utterance.slot = (utterance.slot + 4) % 9; // where another one was
                std::rotate(utterance.frames.begin(), utterance.frames.begin() + 1, utterance.frames.end());
            }
        }
    }
}
