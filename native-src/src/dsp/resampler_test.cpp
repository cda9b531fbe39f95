#include "dsp/resampler.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/error.h"

using voice::Resampler;

namespace {

constexpr uint32_t rates[] = {8000, 16000, 22050, 24000, 44100, 48000};

std::vector<int16_t> tone(uint32_t rate, double frequency, size_t samples) {
    std::vector<int16_t> wave(samples);
    for (size_t i = 0; i < samples; i++) {
        const double phase = 2 * M_PI * frequency * static_cast<double>(i) / rate;
        wave[i] = static_cast<int16_t>(std::lround(16000 * std::sin(phase)));
    }
    return wave;
}

std::vector<int16_t> finish(Resampler &resampler, std::vector<int16_t> output, uint32_t capacity) {
    bool end = false;
    while (!end) {
        std::vector<int16_t> buffer(capacity);
        uint32_t made = capacity;
        end = resampler.flush(buffer.data(), &made);
        REQUIRE((end || made > 0));
        output.insert(output.end(), buffer.begin(), buffer.begin() + made);
    }
    return output;
}

std::vector<int16_t> convert(Resampler &resampler, const std::vector<int16_t> &input, size_t chunk, uint32_t capacity) {
    std::vector<int16_t> output;
    for (size_t position = 0; position < input.size();) {
        std::vector<int16_t> buffer(capacity);
        uint32_t used = static_cast<uint32_t>(std::min(chunk, input.size() - position));
        uint32_t made = capacity;
        resampler.process(&input[position], &used, buffer.data(), &made);
        REQUIRE((used > 0 || made > 0));
        position += used;
        output.insert(output.end(), buffer.begin(), buffer.begin() + made);
    }
    return finish(resampler, std::move(output), capacity);
}

} // namespace

TEST_CASE("shouldKeepAToneInPlaceWhenConvertingBetweenAnyTwoRates") {
    for (uint32_t in : rates) {
        for (uint32_t out : rates) {
            const std::vector<int16_t> input = tone(in, 1000, in);
            Resampler resampler(in, out, 5);
            const std::vector<int16_t> output = convert(resampler, input, 480, 4096);
            CHECK(output.size() == out);
            const std::vector<int16_t> expected = tone(out, 1000, out);
            double signal = 0;
            double noise = 0;
            for (size_t i = out / 10; i < out - out / 10; i++) {
                signal += std::pow(expected[i], 2);
                noise += std::pow(expected[i] - output[i], 2);
            }
            const double snr = 10 * std::log10(signal / std::max(noise, 1e-9));
            CAPTURE(in);
            CAPTURE(out);
            CHECK(snr > 60);
        }
    }
}

TEST_CASE("shouldMakeTheSameBitsWhateverTheChunks") {
    std::mt19937 random(11);
    std::vector<int16_t> input(20011);
    for (int16_t &sample : input) {
        sample = static_cast<int16_t>(random() % 20000 - 10000);
    }
    for (uint32_t in : rates) {
        for (uint32_t out : rates) {
            Resampler whole(in, out, 5);
            const std::vector<int16_t> expected = convert(whole, input, input.size(), 200000);
            Resampler pieces(in, out, 5);
            for (const auto &[chunk, capacity] : {std::pair<size_t, uint32_t>{1, 64}, {7, 3}, {160, 960}, {4000, 33}}) {
                CAPTURE(in);
                CAPTURE(out);
                CAPTURE(chunk);
                const bool same = convert(pieces, input, chunk, capacity) == expected;
                CHECK(same);
                pieces.reset();
            }
        }
    }
}

TEST_CASE("shouldRoundTheTotalUpWhenLengthsDoNotDivide") {
    for (uint32_t in : rates) {
        for (uint32_t out : rates) {
            for (size_t samples : {0u, 1u, 2u, 159u, 160u, 441u, 1001u}) {
                Resampler resampler(in, out, 5);
                const std::vector<int16_t> input(samples, 1000);
                const size_t expected = (samples * uint64_t{out} + in - 1) / in;
                CHECK(convert(resampler, input, 100, 512).size() == expected);
            }
        }
    }
}

TEST_CASE("shouldForgetThePastWhenReset") {
    const std::vector<int16_t> noise = tone(48000, 3333, 5000);
    const std::vector<int16_t> input = tone(48000, 440, 4800);
    Resampler fresh(48000, 16000, 5);
    const std::vector<int16_t> expected = convert(fresh, input, 480, 512);
    Resampler used(48000, 16000, 5);
    convert(used, noise, 480, 512);
    used.reset();
    CHECK(convert(used, input, 480, 512) == expected);
}

TEST_CASE("shouldRefuseWhenMisused") {
    CHECK_THROWS_AS(Resampler(11025, 16000, 5), voice::Error);
    CHECK_THROWS_AS(Resampler(16000, 96000, 5), voice::Error);
    CHECK_THROWS_AS(Resampler(16000, 48000, 11), voice::Error);
    CHECK_THROWS_AS(Resampler(16000, 48000, -1), voice::Error);
    Resampler flushed(16000, 48000, 5);
    finish(flushed, {}, 64);
    int16_t sample = 0;
    uint32_t used = 1;
    uint32_t made = 1;
    CHECK_THROWS_AS(flushed.process(&sample, &used, &sample, &made), voice::Error);
}
