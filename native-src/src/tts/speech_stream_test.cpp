#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "testing/speech.h"
#include "tts/flite.h"
#include "tts/flite_voices.h"

using namespace voice::testing;

namespace {

const std::string sentence = "Welcome to the realtime duplex voice demo.";

// The median over voiced frames of the strongest autocorrelation between 40 and 500 Hz. ThreadSanitizer would look at each of
// a billion reads, of audio that is this thread's own.
__attribute__((no_sanitize("thread"))) double median_f0(const std::vector<int16_t> &audio) {
    std::vector<double> found;
    constexpr size_t frame = 1600;
    std::vector<int64_t> energy(1, 0); // of all samples before
    for (int16_t sample : audio) {
        energy.push_back(energy.back() + sample * sample);
    }
    for (size_t begin = 0; begin + frame + 400 < audio.size(); begin += 400) {
        double best = 0;
        size_t best_lag = 0;
        const auto left = static_cast<double>(1000000 + energy[begin + frame] - energy[begin]);
        for (size_t lag = 32; lag < 400; lag++) {
            const int16_t *one = audio.data() + begin;
            const int16_t *other = one + lag;
            int64_t sum = 0;
            for (size_t i = 0; i < frame; i++) {
                sum += one[i] * other[i];
            }
            const auto product = static_cast<double>(sum);
            const auto right = static_cast<double>(1000000 + energy[begin + lag + frame] - energy[begin + lag]);
            const double correlation = product / std::sqrt(left * right);
            if (correlation > best * 1.03) { // the shortest of equal periods
                best = correlation;
                best_lag = lag;
            }
        }
        if (best > 0.7) {
            found.push_back(16000.0 / static_cast<double>(best_lag));
        }
    }
    REQUIRE(!found.empty());
    std::nth_element(found.begin(), found.begin() + static_cast<long>(found.size() / 2), found.end());
    return found[found.size() / 2];
}

} // namespace

TEST_CASE("shouldListTheEmbeddedVoices") {
    REQUIRE(voice_tts_voice_count() == 4);
    const char *names[] = {"rms", "slt", "awb", "kal16"};
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(std::string(voice_tts_voice_name(i)) == names[i]);
        CHECK(voice_tts_sample_rate(open_voice(names[i]).get()) == 16000);
    }
    CHECK(voice_tts_voice_name(4) == nullptr);
}

TEST_CASE("shouldSoundLikeFliteItself") {
    for (const std::string name : {"rms", "slt", "awb", "kal16"}) {
        CAPTURE(name);
        const Tts tts = open_voice(name);
        std::srand(1); // both take their noise from rand()
        const std::vector<int16_t> audio = read_all(start(tts, sentence));
        std::srand(1);
        cst_wave *wave = flite_text_to_wave(sentence.c_str(), voice::tts::find_voice(name)->voice);
        const std::vector<int16_t> expected(wave->samples, wave->samples + wave->num_samples);
        delete_wave(wave);
        CHECK(audio.size() > 16000);
        const bool same = audio == expected;
        CHECK(same);
    }
}

TEST_CASE("shouldMakeTheSameAudioHoweverItIsRead") {
    const Tts tts = open_voice("rms");
    std::srand(1);
    const std::vector<int16_t> expected = read_all(start(tts, "How it is read."), 4096);
    for (uint32_t capacity : {1u, 7u, 320u, 100000u}) {
        std::srand(1);
        const bool same = read_all(start(tts, "How it is read."), capacity) == expected;
        CHECK(same);
    }
}

TEST_CASE("shouldComputeAtMostTwentyMillisecondsAtATime") {
    for (const std::string name : {"rms", "slt", "awb", "kal16"}) {
        for (float pitch : {0.5f, 1.0f, 2.0f}) {
            const Stream stream = start(open_voice(name), sentence, prosody(1, pitch));
            int16_t buffer[4096];
            uint32_t samples = 0;
            while (voice_tts_stream_next(stream.get(), buffer, 4096, &samples) == VOICE_OK) {
                CAPTURE(name);
                CAPTURE(pitch);
                CHECK(samples <= 320);
            }
        }
    }
}

TEST_CASE("shouldChangeSpeedAndNotPitchWhenRateIsSet") {
    for (const std::string name : {"rms", "slt", "awb", "kal16"}) {
        CAPTURE(name);
        const Tts tts = open_voice(name);
        const std::vector<int16_t> plain = read_all(start(tts, sentence));
        for (float rate : {0.5f, 0.75f, 1.5f, 2.0f}) {
            const std::vector<int16_t> audio = read_all(start(tts, sentence, prosody(rate, 1)));
            const double ratio = static_cast<double>(plain.size()) / static_cast<double>(audio.size());
            CAPTURE(rate);
            CHECK(std::abs(ratio / rate - 1) < 0.02);
            CHECK(std::abs(median_f0(audio) / median_f0(plain) - 1) < 0.1);
        }
    }
}

TEST_CASE("shouldChangePitchAndNotSpeedWhenPitchIsSet") {
    for (const std::string name : {"rms", "slt", "awb", "kal16"}) {
        CAPTURE(name);
        const Tts tts = open_voice(name);
        const std::vector<int16_t> plain = read_all(start(tts, sentence));
        for (float pitch : {0.5f, 0.75f, 1.25f, 1.5f, 2.0f}) {
            const std::vector<int16_t> audio = read_all(start(tts, sentence, prosody(1, pitch)));
            const double ratio = static_cast<double>(plain.size()) / static_cast<double>(audio.size());
            CAPTURE(pitch);
            CHECK(std::abs(ratio - 1) < 0.02);
            CHECK(std::abs(median_f0(audio) / median_f0(plain) / pitch - 1) < 0.2);
        }
    }
}

TEST_CASE("shouldKeepToTheScaleWhenProsodyIsExtreme") {
    for (const std::string name : {"rms", "slt", "awb", "kal16"}) {
        const Tts tts = open_voice(name);
        for (float factor : {0.5f, 2.0f}) {
            const std::vector<int16_t> audio = read_all(start(tts, sentence, prosody(factor, factor)));
            CHECK(audio.size() > 10000);
        }
    }
}

TEST_CASE("shouldEndAtOnceWhenThereIsNothingToSay") {
    const Tts tts = open_voice("rms");
    for (const std::string text : {"", " ", "...", "\U0001F600 \U0001F680", "?! \u2014 \"", "\n\n"}) {
        const Stream stream = start(tts, text);
        CHECK(read_all(stream).empty());
        CHECK(words_of(stream).empty());
        CHECK(read_all(stream).empty());
    }
    voice_tts_stream *stream = nullptr;
    REQUIRE(voice_tts_start(tts.get(), nullptr, 0, nullptr, &stream) == VOICE_OK);
    CHECK(read_all(Stream(stream)).empty());
}

TEST_CASE("shouldOutliveItsVoiceHandle") {
    Tts tts = open_voice("slt");
    const Stream stream = start(tts, sentence);
    tts.reset();
    CHECK(read_all(stream).size() > 16000);
}

TEST_CASE("shouldReportCancelledWhenCancelled") {
    const Tts tts = open_voice("rms");
    int16_t buffer[320];
    uint32_t samples = 1;
    for (int chunks : {0, 1, 5}) {
        const Stream stream = start(tts, sentence);
        for (int i = 0; i < chunks; i++) {
            CHECK(voice_tts_stream_next(stream.get(), buffer, 100, &samples) == VOICE_OK);
        }
        CHECK(voice_tts_stream_cancel(stream.get()) == VOICE_OK);
        CHECK(voice_tts_stream_cancel(stream.get()) == VOICE_OK);
        CHECK(voice_tts_stream_next(stream.get(), buffer, 320, &samples) == VOICE_CANCELLED);
        CHECK(samples == 0);
        CHECK(voice_tts_stream_next(stream.get(), buffer, 320, &samples) == VOICE_CANCELLED);
    }
    const Stream empty = start(tts, "");
    CHECK(voice_tts_stream_cancel(empty.get()) == VOICE_OK);
    CHECK(voice_tts_stream_next(empty.get(), buffer, 320, &samples) == VOICE_CANCELLED);
}

TEST_CASE("shouldNotLeakWhenClosedBeforeTheEnd") {
    const Tts tts = open_voice("rms");
    int16_t buffer[320];
    uint32_t samples = 0;
    for (int chunks : {0, 1, 20}) {
        for (const char *name : {"rms", "kal16"}) {
            const Stream stream = start(open_voice(name), sentence);
            for (int i = 0; i < chunks; i++) {
                REQUIRE(voice_tts_stream_next(stream.get(), buffer, 320, &samples) == VOICE_OK);
            }
        }
    }
}

TEST_CASE("shouldNameTheValueWhenArgumentsAreWrong") {
    const Tts tts = open_voice("rms");
    voice_tts_stream *stream = nullptr;
    const std::string text(VOICE_TTS_MAX_TEXT_BYTES + 1, 'a');
    CHECK(voice_tts_start(tts.get(), text.data(), text.size(), nullptr, &stream) == VOICE_ERROR_ARGUMENT);
    CHECK(std::string(voice_last_error()).find("text_bytes=8193") == 0);
    CHECK(voice_tts_start(tts.get(), "\xff", 1, nullptr, &stream) == VOICE_ERROR_ARGUMENT);
    for (float bad : {0.0f, 0.49f, 2.01f, -1.0f, NAN, INFINITY}) {
        const voice_tts_options rate = prosody(bad, 1);
        const voice_tts_options pitch = prosody(1, bad);
        CHECK(voice_tts_start(tts.get(), "a", 1, &rate, &stream) == VOICE_ERROR_ARGUMENT);
        CHECK(voice_tts_start(tts.get(), "a", 1, &pitch, &stream) == VOICE_ERROR_ARGUMENT);
    }
    const Stream good = start(tts, "a");
    int16_t buffer[1];
    uint32_t samples = 0;
    CHECK(voice_tts_stream_next(good.get(), buffer, 0, &samples) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_tts_stream_next(good.get(), nullptr, 1, &samples) == VOICE_ERROR_ARGUMENT);
}
