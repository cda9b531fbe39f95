// Every instruction set that this machine has, against the network's definition. Needs no model file.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <thread>

#include "testing/reference_network.h"
#include "vad/network.h"

using namespace voice::testing;
using namespace voice::vad;

namespace {

struct Streams {
    size_t window;
    std::vector<int16_t> windows;
    std::vector<float> states;
    std::vector<float> probabilities;

    Streams(const Network &network, size_t count, unsigned seed)
        : window(network.geometry().window), windows(count * window), states(count * state_floats),
          probabilities(count) {
        std::mt19937 random(seed);
        for (size_t i = 0; i < windows.size(); i++) {
            const size_t loudness = 1 + i / window % 4 * 900; // silence, too
            windows[i] = static_cast<int16_t>(static_cast<int>(random() % (2 * loudness + 1)) -
                                              static_cast<int>(loudness));
        }
        std::uniform_real_distribution<float> uniform(-1, 1);
        for (float &value : states) {
            value = uniform(random);
        }
    }

    void process(const Network &network, const int32_t *rows = nullptr) {
        network.process(probabilities.size(), windows.data(), states.data(), rows, probabilities.data());
    }
};

float largest_difference(const std::vector<float> &a, const std::vector<float> &b) {
    float worst = 0;
    for (size_t i = 0; i < a.size(); i++) {
        const float difference = std::abs(a[i] - b[i]);
        worst = difference <= worst ? worst : difference; // a NaN becomes the worst
    }
    return worst;
}

bool same_bits(const float *a, const float *b, size_t count) {
    return std::memcmp(a, b, count * sizeof(float)) == 0;
}

void check_against_reference(const Weights &weights, const Kernels &kernels, bool fft) {
    CAPTURE(std::string(kernels.name));
    const Network network(weights, kernels);
    CHECK(network.uses_fft() == fft);
    const ReferenceNetwork reference(weights);
    Streams actual(network, 7, 5);
    Streams expected(network, 7, 5);
    for (int step = 0; step < 3; step++) {
        actual.process(network);
        for (size_t i = 0; i < 7; i++) {
            expected.probabilities[i] =
                reference.process(&expected.windows[i * expected.window], &expected.states[i * state_floats]);
        }
        CHECK(largest_difference(actual.probabilities, expected.probabilities) < 2e-6f);
        CHECK(largest_difference(actual.states, expected.states) < 5e-6f);
    }
}

} // namespace

TEST_CASE("shouldStayCloseToTheTrueActivations") {
    for (const Kernels *kernels : supported_kernels()) {
        CAPTURE(std::string(kernels->name));
        std::vector<float> x;
        for (int i = -110000; i <= 110000; i++) {
            x.push_back(static_cast<float>(i) * 1e-3f);
        }
        for (float special : {0.0f, -0.0f, 1e-20f, -1e-40f, 3e38f, -3e38f, HUGE_VALF, -HUGE_VALF}) {
            x.push_back(special);
        }
        std::vector<float> sigmoid = x;
        std::vector<float> tanh = x;
        kernels->sigmoid(sigmoid.data(), sigmoid.size());
        kernels->tanh(tanh.data(), tanh.size());
        double sigmoid_error = 0;
        double tanh_error = 0;
        for (size_t i = 0; i < x.size(); i++) {
            const double value = x[i];
            sigmoid_error = std::max(sigmoid_error, std::abs(sigmoid[i] - 1 / (1 + std::exp(-value))));
            tanh_error = std::max(tanh_error, std::abs(tanh[i] - std::tanh(value)));
        }
        MESSAGE(std::string(kernels->name) << ": largest errors " << sigmoid_error << ", " << tanh_error);
        CHECK(sigmoid_error < 2e-7);
        CHECK(tanh_error < 3e-7);
        float nan = NAN;
        kernels->sigmoid(&nan, 1);
        CHECK(std::isnan(nan));
        kernels->tanh(&nan, 1);
        CHECK(std::isnan(nan));
    }
}

TEST_CASE("shouldComputeTheNetworkAsDefined") {
    for (uint32_t rate : {16000u, 8000u}) {
        CAPTURE(rate);
        const Weights weights = random_weights(rate, 1);
        for (const Kernels *kernels : supported_kernels()) {
            check_against_reference(weights, *kernels, true);
        }
    }
}

TEST_CASE("shouldConvolveWhenTheBasisIsNoFourierTransform") {
    for (uint32_t rate : {16000u, 8000u}) {
        CAPTURE(rate);
        Weights weights = random_weights(rate, 2);
        for (size_t i = 0; i < weights.stft.size(); i += 3) {
            weights.stft[i] += 0.01f;
        }
        for (const Kernels *kernels : supported_kernels()) {
            check_against_reference(weights, *kernels, false);
        }
    }
    Weights weights = random_weights(16000, 2);
    weights.stft[300] += 0.5e-5f;
    CHECK(Network(weights).uses_fft());
    weights.stft[300] += 1e-5f;
    CHECK(!Network(weights).uses_fft());
}

TEST_CASE("shouldGiveTheSameBitsInBatchesOfAnySizeAndRowsInAnyOrder") {
    std::mt19937 random(9);
    for (uint32_t rate : {16000u, 8000u}) {
        const Weights weights = random_weights(rate, 3);
        for (const Kernels *kernels : supported_kernels()) {
            CAPTURE(std::string(kernels->name));
            const Network network(weights, *kernels);
            for (size_t count : {1u, 2u, 3u, 7u, 8u, 15u, 16u, 17u, 64u, 100u, 512u}) {
                CAPTURE(count);
                Streams alone(network, count, 11);
                for (size_t i = 0; i < count; i++) {
                    network.process(1, &alone.windows[i * alone.window], &alone.states[i * state_floats], nullptr,
                                    &alone.probabilities[i]);
                }
                Streams batch(network, count, 11);
                std::vector<int32_t> rows(count);
                std::iota(rows.begin(), rows.end(), 0);
                std::shuffle(rows.begin(), rows.end(), random);
                std::vector<int16_t> shuffled;
                for (int32_t row : rows) {
                    const auto first = batch.windows.begin() + row * static_cast<long>(batch.window);
                    shuffled.insert(shuffled.end(), first, first + static_cast<long>(batch.window));
                }
                batch.windows = shuffled;
                batch.process(network, rows.data());
                for (size_t i = 0; i < count; i++) {
                    REQUIRE(same_bits(&batch.probabilities[i], &alone.probabilities[static_cast<size_t>(rows[i])], 1));
                }
                CHECK(same_bits(batch.states.data(), alone.states.data(), alone.states.size()));
            }
        }
    }
}

TEST_CASE("shouldAgreeBetweenInstructionSets") {
    const Weights weights = random_weights(16000, 4);
    const Network portable(weights, *supported_kernels().back());
    REQUIRE(std::string(portable.kernels().name) == "portable");
    for (const Kernels *kernels : supported_kernels()) {
        CAPTURE(std::string(kernels->name));
        const Network network(weights, *kernels);
        Streams expected(portable, 40, 6);
        Streams actual(network, 40, 6);
        for (int step = 0; step < 50; step++) {
            expected.process(portable);
            actual.process(network);
            CHECK(largest_difference(actual.probabilities, expected.probabilities) < 1e-5f);
        }
    }
}

TEST_CASE("shouldKeepAStreamsNaNToItself") {
    const float poisons[] = {NAN, std::numeric_limits<float>::infinity(), -3e38f};
    const Weights weights = random_weights(16000, 5);
    for (const Kernels *kernels : supported_kernels()) {
        CAPTURE(std::string(kernels->name));
        const Network network(weights, *kernels);
        for (size_t count : {2u, 5u, 16u, 33u}) {
            for (float poison : poisons) {
                Streams healthy(network, count, 8);
                healthy.process(network);
                for (size_t ill = 0; ill < count; ill++) {
                    Streams streams(network, count, 8);
                    std::fill_n(&streams.states[ill * state_floats], state_floats, poison);
                    streams.process(network);
                    for (size_t i = 0; i < count; i++) {
                        if (i != ill) {
                            REQUIRE(same_bits(&streams.probabilities[i], &healthy.probabilities[i], 1));
                            REQUIRE(same_bits(&streams.states[i * state_floats], &healthy.states[i * state_floats],
                                              state_floats));
                        }
                    }
                    if (std::isnan(poison)) {
                        CHECK(std::isnan(streams.probabilities[ill]));
                    }
                }
            }
        }
    }
}

TEST_CASE("shouldServeThreadsAtOnceWhenTheyShareModelAndStates") {
    constexpr size_t threads = 4;
    constexpr size_t count = 20;
    const Weights weights = random_weights(8000, 6);
    for (const Kernels *kernels : supported_kernels()) {
        CAPTURE(std::string(kernels->name));
        const Network network(weights, *kernels);
        Streams expected(network, threads * count, 12);
        Streams actual(network, threads * count, 12);
        std::vector<std::thread> running;
        for (size_t thread = 0; thread < threads; thread++) {
            running.emplace_back([&, thread] {
                std::vector<int32_t> rows; // neighbours belong to different threads
                std::vector<int16_t> windows;
                for (size_t i = thread; i < threads * count; i += threads) {
                    rows.push_back(static_cast<int32_t>(i));
                    const auto first = actual.windows.begin() + static_cast<long>(i * actual.window);
                    windows.insert(windows.end(), first, first + static_cast<long>(actual.window));
                }
                std::vector<float> probabilities(count);
                for (int step = 0; step < 20; step++) {
                    network.process(count, windows.data(), actual.states.data(), rows.data(), probabilities.data());
                }
            });
        }
        for (std::thread &thread : running) {
            thread.join();
        }
        for (int step = 0; step < 20; step++) {
            expected.process(network);
        }
        CHECK(same_bits(actual.states.data(), expected.states.data(), expected.states.size()));
    }
}
