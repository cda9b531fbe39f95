// The GPU's kernels, the same sources, run on the CPU thread by thread and compared with the CPU's network.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <random>
#include <vector>

#include "cuda/flat_weights.h"
#include "cuda/packing.h"
#include "cuda/plain_kernel.h"
#include "cuda/tile_kernel.h"
#include "testing/fixtures.h"
#include "vad/network.h"

using namespace voice::cuda;
using namespace voice::testing;
using voice::vad::Network;
using voice::vad::state_floats;

namespace {

template <typename Rate>
void run_tiles(const TileWeights &weights, const LaunchArguments &arguments, uint32_t seed) {
    std::vector<uint4> shared(SharedLayout<Rate>::bytes / sizeof(uint4));
    for (int block = 0; block * tile_streams < arguments.count; block++) {
        std::fill(shared.begin(), shared.end(), uint4{~0u, ~0u, ~0u, ~0u}); // not numbers
        run_emulated_block(threads, block, seed, [&] {
            Tile<Rate>{weights, arguments, reinterpret_cast<unsigned char *>(shared.data())}.run();
        });
    }
}

template <typename Rate>
void run_plain(const PlainWeights &weights, const LaunchArguments &arguments, uint32_t seed) {
    using Plain = PlainTile<Rate>;
    const auto shared = std::make_unique<typename Plain::Shared>();
    for (int block = 0; block * Plain::streams < arguments.count; block++) {
        run_emulated_block(Plain::thread_count, block, seed, [&] { Plain{weights, arguments, *shared}.run(); });
    }
}

// Probabilities of every stream and step, on the CPU and emulated. Every other step names its rows, in another order each
// time; row 0 is nobody's.
template <typename Rate, typename Run>
void check(const std::string &model, const std::vector<int16_t> &audio, int count, int steps, double tolerance,
           const Run &run) {
    const voice::vad::Weights read = voice::vad::read_weights(read_file(model), Rate::sample_rate, model);
    const Network network(read);
    std::vector<StreamState> states(static_cast<size_t>(count) + 1);
    std::vector<float> cpu_states(static_cast<size_t>(count) * state_floats);
    std::vector<int32_t> rows(static_cast<size_t>(count));
    double worst = 0;
    for (int step = 0; step < steps; step++) {
        std::vector<int16_t> windows;
        std::vector<float> expected;
        for (int i = 0; i < count; i++) {
            const int row = step % 2 == 0 ? (i * 7 + step * 3) % count : i; // count is no multiple of 7
            rows[static_cast<size_t>(i)] = row + 1;
            const size_t from =
                (static_cast<size_t>(row) * 7919 + static_cast<size_t>(step) * Rate::window) % (audio.size() - 512);
            windows.insert(windows.end(), &audio[from], &audio[from] + Rate::window);
            expected.emplace_back();
            network.process(1, &audio[from], &cpu_states[static_cast<size_t>(row) * state_floats], nullptr,
                            &expected.back());
        }
        std::vector<float> actual(static_cast<size_t>(count), -1.0f);
        const LaunchArguments arguments = {windows.data(), states.data(),
                                           step % 2 == 0 ? rows.data() : nullptr, actual.data(), 1, count};
        run(read, arguments, static_cast<uint32_t>(step));
        for (size_t i = 0; i < actual.size(); i++) {
            REQUIRE(std::isfinite(actual[i]));
            worst = std::max(worst, static_cast<double>(std::fabs(actual[i] - expected[i])));
        }
    }
    MESSAGE(Rate::sample_rate << " Hz, " << count << " streams, " << steps << " steps: largest difference " << worst);
    CHECK(worst <= tolerance);
    CHECK(std::all_of(std::begin(states[0].h), std::end(states[0].h), [](float value) { return value == 0; }));
}

template <typename Rate>
void check_both(const std::string &model, const std::vector<int16_t> &audio, int tile_count, int tile_steps) {
    check<Rate>(model, audio, tile_count, tile_steps, 2e-5, [](const auto &read, const auto &arguments, uint32_t seed) {
        const FlatWeights flat(read);
        REQUIRE(tile_obstacle(flat.view()).empty());
        const auto packed = pack_for_tiles(flat.view());
        run_tiles<Rate>(packed.at(packed.bytes.data()), arguments, seed);
    });
    check<Rate>(model, audio, 6, 12, 2e-5, [](const auto &read, const auto &arguments, uint32_t seed) {
        const FlatWeights flat(read);
        const auto packed = pack_plain(flat.view());
        run_plain<Rate>(packed.at(packed.bytes.data()), arguments, seed);
    });
}

// The answers to one window of noise for each stream, of which stream 2 comes with a poisoned state, or none does.
template <typename Rate, typename Run>
std::vector<float> answers(const voice::vad::Weights &weights, float poison, const Run &run) {
    constexpr size_t count = 5;
    std::mt19937 random(3);
    std::vector<int16_t> windows(count * Rate::window);
    std::generate(windows.begin(), windows.end(), [&] { return static_cast<int16_t>(random() % 8000); });
    std::vector<StreamState> states(count);
    for (size_t i = 0; i < std::size(states[2].h); i++) {
        states[2].h[i] = poison;
        states[2].c[i] = poison;
    }
    std::vector<float> probabilities(count, -1.0f);
    run(weights, {windows.data(), states.data(), nullptr, probabilities.data(), 0, static_cast<int32_t>(count)}, 1u);
    return probabilities;
}

template <typename Rate, typename Run>
void check_poison(const Run &run) {
    const std::string model = fixture("vad/silero_vad.onnx");
    const voice::vad::Weights weights = voice::vad::read_weights(read_file(model), Rate::sample_rate, model);
    const std::vector<float> clean = answers<Rate>(weights, 0, run);
    for (const float poison : {NAN, INFINITY, -3e38f}) {
        std::vector<float> ill = answers<Rate>(weights, poison, run);
        CHECK(std::memcmp(&ill[2], &clean[2], sizeof(float)) != 0);
        ill[2] = clean[2];
        CHECK(ill == clean);
    }
}

std::vector<int16_t> quieter(std::vector<int16_t> audio, int divisor) {
    for (int16_t &sample : audio) {
        sample = static_cast<int16_t>(sample / divisor);
    }
    return audio;
}

} // namespace

TEST_CASE("shouldMatchTheCpuWhenKernelsAreEmulatedOnSpeech") {
    const std::string model = fixture("vad/silero_vad.onnx");
    check_both<Rate16k>(model, read_wav(fixture("audio/silero_test.wav")), 37, 3);
    check_both<Rate8k>(model, read_wav(fixture("vad/silero_test_8k.wav")), 5, 4);
}

TEST_CASE("shouldMatchTheCpuWhenSpeechIsQuiet") {
    check_both<Rate16k>(fixture("vad/silero_vad_16k_op15.onnx"), quieter(read_wav(fixture("audio/jfk.wav")), 64), 32, 3);
}

TEST_CASE("shouldMatchTheCpuWhenInputIsLoudNoise") {
    std::mt19937 random(7);
    std::vector<int16_t> noise(100000);
    std::generate(noise.begin(), noise.end(), [&] { return static_cast<int16_t>(random() & 1 ? 32767 : -32768); });
    check_both<Rate16k>(fixture("vad/silero_vad_16k_op15.onnx"), noise, 3, 3);
}

TEST_CASE("shouldKeepAStreamsNaNToItself") {
    const auto tiles = [](const auto &read, const LaunchArguments &arguments, uint32_t seed) {
        const auto packed = pack_for_tiles(FlatWeights(read).view());
        run_tiles<Rate16k>(packed.at(packed.bytes.data()), arguments, seed);
    };
    const auto plain = [](const auto &read, const LaunchArguments &arguments, uint32_t seed) {
        const auto packed = pack_plain(FlatWeights(read).view());
        run_plain<Rate16k>(packed.at(packed.bytes.data()), arguments, seed);
    };
    check_poison<Rate16k>(tiles);
    check_poison<Rate16k>(plain);
}

TEST_CASE("shouldRoundTripEveryHalf") {
    for (uint32_t bits = 0; bits < 0x7c00; bits++) {
        const float value = half_to_float(static_cast<uint16_t>(bits));
        REQUIRE(float_to_half(value) == bits);
        const float next = half_to_float(static_cast<uint16_t>(bits + 1));
        if (bits + 1 < 0x7c00) {
            REQUIRE(float_to_half((value + next) / 2) == (bits & 1 ? bits + 1 : bits)); // ties to even
        }
    }
}
