// One vocoder, many threads: each with a stream of its own.
#include <doctest/doctest.h>

#include <thread>

#include "testing/vocoder_model.h"
#include "testing/vocoder_streams.h"

using namespace voice::testing;

namespace {

// No doctest macros here: they are not for several threads.
std::vector<float> speak_quietly(const voice_vocoder *vocoder, const std::vector<float> &frames, uint32_t count,
                                 uint32_t hop) {
    std::vector<float> samples(size_t{count} * hop);
    voice_vocoder_stream *stream = nullptr;
    if (voice_vocoder_stream_open(vocoder, nullptr, &stream) != VOICE_OK) {
        return {};
    }
    uint32_t written = 0;
    uint32_t made = 0;
    bool good = true;
    for (uint32_t i = 0; i < count; i++) {
        good = voice_vocoder_stream_push(stream, &frames[i], 1, count, samples.data() + written,
                                         count * hop - written, &made) == VOICE_OK &&
               good;
        written += made;
    }
    const uint32_t rest = count * hop - written;
    good = voice_vocoder_stream_flush(stream, samples.data() + written, rest, &made) == VOICE_OK && good;
    voice_vocoder_stream_close(stream);
    return good && written + made == count * hop ? samples : std::vector<float>();
}

} // namespace

TEST_CASE("shouldSpeakTheSameInManyThreadsAtOnce") {
    constexpr uint32_t count = 40;
    const std::string voice = onnx_voice(small_vocoder(true));
    voice_vocoder *opened = nullptr;
    REQUIRE(voice_vocoder_open_memory(voice.data(), voice.size(), nullptr, 0, &opened) == VOICE_OK);
    const Vocoder vocoder(opened);
    const voice_vocoder_info info = info_of(vocoder.get());
    std::vector<float> frames(size_t{count} * info.channels);
    for (size_t i = 0; i < frames.size(); i++) {
        frames[i] = static_cast<float>(i % 23) - 11.0f;
    }
    const std::vector<float> expected = speak_quietly(vocoder.get(), frames, count, info.hop);
    REQUIRE(!expected.empty());
    std::vector<std::vector<float>> said(4);
    std::vector<std::thread> threads;
    for (std::vector<float> &samples : said) {
        threads.emplace_back([&] {
            for (int i = 0; i < 20; i++) {
                samples = speak_quietly(vocoder.get(), frames, count, info.hop);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (const std::vector<float> &samples : said) {
        CHECK(samples == expected);
    }
}
