// What a stream needs to go on from, and the weights that it would be computed with elsewhere.
#include <doctest/doctest.h>

#include <limits>

#include "testing/vocoder_model.h"
#include "testing/vocoder_streams.h"
#include "vocoder/kept_frames.h"
#include "vocoder/loader.h"
#include "vocoder/simd.h"
#include "vocoder/stream.h"
#include "vocoder/unpacking.h"

using namespace voice::testing;
using namespace voice::vocoder;

namespace {

Generator generator_of(const VocoderModel &model) {
    return read_generator(onnx_voice(model), "the voice", std::nullopt);
}

// The samples of frames [from, count), of which the first ones belong before frame at.
std::vector<float> samples_from(const std::shared_ptr<const Network> &network, const std::vector<float> &frames,
                                size_t count, size_t from, size_t at) {
    Stream stream(network, nullptr);
    std::vector<float> samples((count - from) * network->hop());
    const uint64_t before = stream.samples_of_push(at - from);
    const uint64_t behind = stream.samples_of_push(count - from);
    stream.push(&frames[from], count - from, count, samples.data());
    stream.flush(samples.data() + behind);
    return {samples.begin() + static_cast<long>(before), samples.end()};
}

bool same(const Convolution &a, const Convolution &b) {
    return a.inputs == b.inputs && a.outputs == b.outputs && a.kernel == b.kernel && a.dilation == b.dilation &&
           a.weight == b.weight && a.bias == b.bias;
}

bool same(const Upsampling &a, const Upsampling &b) {
    return a.inputs == b.inputs && a.outputs == b.outputs && a.kernel == b.kernel && a.rate == b.rate &&
           a.weight == b.weight && a.bias == b.bias;
}

bool same(const std::vector<Convolution> &a, const std::vector<Convolution> &b) {
    bool all = a.size() == b.size();
    for (size_t i = 0; all && i < a.size(); i++) {
        all = same(a[i], b[i]);
    }
    return all;
}

} // namespace

TEST_CASE("shouldGoOnExactlyFromAsManyFramesAsItSaysAndNotFromFewer") {
    for (const VocoderShape &shape : vocoder_shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        const auto network = std::make_shared<const Network>(generator_of(shape.model));
        const size_t memory = network->memory_frames();
        const size_t count = 2 * memory + 60;
        const std::vector<float> frames = noise(count * network->channels(), 3);
        size_t differences = 0;
        for (size_t at = memory + 2; at < memory + 42; at++) {
            const std::vector<float> expected = samples_from(network, frames, count, 0, at);
            CHECK(samples_from(network, frames, count, at - memory, at) == expected); // to the bit
            CHECK(samples_from(network, frames, count, at - memory - 1, at) == expected);
            differences += memory > 0 && samples_from(network, frames, count, at - memory + 1, at) != expected ? 1 : 0;
        }
        CHECK((memory == 0 || differences > 0)); // the oldest one's part may be too small to see
    }
}

TEST_CASE("shouldGiveBackTheWeightsThatItPacked") {
    for (const Kernels *kernels : supported_kernels()) {
        for (const VocoderShape &shape : vocoder_shapes()) {
            const std::string name = shape.name;
            CAPTURE(name);
            const Generator expected = generator_of(shape.model);
            const Generator actual = unpack(Network(expected, *kernels));
            CHECK(actual.channels == expected.channels);
            CHECK(actual.hop == expected.hop);
            CHECK(same(actual.pre, expected.pre));
            CHECK(same(actual.post, expected.post));
            REQUIRE(actual.stages.size() == expected.stages.size());
            for (size_t i = 0; i < expected.stages.size(); i++) {
                CHECK(same(actual.stages[i].up, expected.stages[i].up));
                REQUIRE(actual.stages[i].blocks.size() == expected.stages[i].blocks.size());
                for (size_t j = 0; j < expected.stages[i].blocks.size(); j++) {
                    CHECK(same(actual.stages[i].blocks[j].first, expected.stages[i].blocks[j].first));
                    CHECK(same(actual.stages[i].blocks[j].second, expected.stages[i].blocks[j].second));
                }
            }
        }
    }
}

TEST_CASE("shouldKeepTheLastFramesOfAStream") {
    const auto network = std::make_shared<const Network>(generator_of(small_vocoder(true)));
    const size_t channels = network->channels();
    const std::vector<float> frames = noise(100 * channels, 3);
    KeptFrames kept(channels, 20);
    for (size_t i = 0; i < 100; i += 5) {
        REQUIRE(kept.append(&frames[i], 5, 100));
    }
    std::vector<float> bad(20 * channels, 1.0f);
    bad.back() = std::numeric_limits<float>::infinity();
    CHECK(!kept.append(bad.data(), 20, 20));
    CHECK(kept.taken() == 100);
    for (size_t from : {size_t{80}, size_t{83}}) {
        Stream stream(network, nullptr);
        std::vector<float> samples(20 * network->hop());
        float *end = kept.push(stream, from, 100, samples.data());
        samples.resize(static_cast<size_t>(end - samples.data()));
        Stream other(network, nullptr);
        std::vector<float> expected(other.samples_of_push(100 - from));
        other.push(&frames[from], 100 - from, 100, expected.data());
        CHECK(samples == expected);
    }
}
