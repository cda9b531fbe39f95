// What was said when: the words of a stream against its text and its audio.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "testing/speech.h"

using namespace voice::testing;

namespace {

std::string spoken(const std::string &text, const std::vector<voice_tts_word> &words) {
    std::string result;
    for (const voice_tts_word &word : words) {
        result += (result.empty() ? "" : "|") + text.substr(word.text_begin, word.text_end - word.text_begin);
    }
    return result;
}

void check_order(const std::vector<voice_tts_word> &words, size_t samples) {
    int64_t previous = 0;
    for (const voice_tts_word &word : words) {
        CHECK(word.start_sample >= previous);
        CHECK(word.end_sample > word.start_sample);
        CHECK(word.end_sample <= static_cast<int64_t>(samples));
        previous = word.end_sample;
    }
}

double loudness(const std::vector<int16_t> &audio, int64_t begin, int64_t end) {
    double sum = 0;
    for (int64_t i = begin; i < end; i++) {
        sum += std::pow(audio[static_cast<size_t>(i)], 2);
    }
    return std::sqrt(sum / static_cast<double>(std::max<int64_t>(end - begin, 1)));
}

} // namespace

TEST_CASE("shouldNameEveryWordOfTheTextInOrder") {
    const std::pair<std::string, std::string> cases[] = {
        {"Hello, \"wide\" world!", "Hello|wide|world"},
        {"I have 42 apples.", "I|have|42|apples"},
        {"It costs $3.50, or 1,250 yen.", "It|costs|$3.50|or|1,250|yen"},
        {"Dr. Smith lives on Main St. in Boston.", "Dr|Smith|lives|on|Main|St|in|Boston"},
        {"A well-known state-of-the-art demo", "A|well-known|state-of-the-art|demo"},
        {"It\u2019s 5\u202fpm \u2014 na\u00efve caf\u00e9\u2026 ok?", "It\u2019s|5|pm|na\u00efve|caf\u00e9|ok"},
        {"Call 555-1234 on 12/24 at 10:30 \U0001F600 now", "Call|555-1234|on|12/24|at|10:30|now"},
        {"The end", "The|end"},
    };
    for (const std::string voice : {"rms", "slt", "awb", "kal16"}) {
        const Tts tts = open_voice(voice);
        for (const auto &[text, expected] : cases) {
            CAPTURE(voice);
            const Stream stream = start(tts, text);
            CHECK(words_of(stream).empty());
            const std::vector<int16_t> audio = read_all(stream);
            const std::vector<voice_tts_word> words = words_of(stream);
            CHECK(spoken(text, words) == expected);
            check_order(words, audio.size());
        }
    }
}

TEST_CASE("shouldKnowAllWordsWithTheFirstSamples") {
    std::string text;
    for (int i = 0; i < 30; i++) {
        text += "Number " + std::to_string(i) + " is said here, and then the next one follows. ";
    }
    for (const std::string voice : {"rms", "kal16"}) {
        CAPTURE(voice);
        const Tts tts = open_voice(voice);
        const Stream stream = start(tts, text);
        int16_t buffer[1];
        uint32_t samples = 0;
        REQUIRE(voice_tts_stream_next(stream.get(), buffer, 1, &samples) == VOICE_OK);
        const std::vector<voice_tts_word> words = words_of(stream);
        CHECK(words.size() == 30 * 11);
        const std::vector<int16_t> audio = read_all(stream);
        check_order(words, audio.size() + 1);
        // Behind the last word is what is behind a word alone, so the runs' lengths were added up right.
        const Stream alone = start(tts, "Follows.");
        const auto alone_samples = static_cast<int64_t>(read_all(alone).size());
        CHECK(std::abs(static_cast<int64_t>(audio.size()) - words.back().end_sample -
                       (alone_samples - words_of(alone).back().end_sample)) <= 80);
    }
}

TEST_CASE("shouldMatchTheAudioWhenWordsAreSetApartByPauses") {
    for (const std::string voice : {"rms", "slt", "awb", "kal16"}) {
        for (float pitch : {0.8f, 1.0f, 1.3f}) {
            for (float rate : {0.7f, 1.0f, 1.5f}) {
                CAPTURE(voice);
                CAPTURE(pitch);
                CAPTURE(rate);
                const Tts tts = open_voice(voice);
                const Stream stream = start(tts, "Money! Money! Money!", prosody(rate, pitch));
                const std::vector<int16_t> audio = read_all(stream);
                const std::vector<voice_tts_word> words = words_of(stream);
                REQUIRE(words.size() == 3);
                double inside = 0;
                double outside = loudness(audio, 0, words[0].start_sample);
                for (size_t i = 0; i < words.size(); i++) {
                    inside += loudness(audio, words[i].start_sample, words[i].end_sample) / 3;
                    if (i > 0 && words[i].start_sample > words[i - 1].end_sample + 1600) {
                        // Past the decay of the word before.
                        outside = std::max(outside, loudness(audio, words[i - 1].end_sample + 800,
                                                             words[i].start_sample - 160));
                    }
                }
                CHECK(outside < inside / 8);
            }
        }
    }
}

TEST_CASE("shouldFollowTheRateWithTheTimesOfWords") {
    const std::string text = "The quick brown fox jumps over the lazy dog.";
    for (const std::string voice : {"rms", "slt", "awb", "kal16"}) {
        const Tts tts = open_voice(voice);
        const Stream plain = start(tts, text);
        read_all(plain);
        const std::vector<voice_tts_word> expected = words_of(plain);
        for (float rate : {0.5f, 0.75f, 1.5f, 2.0f}) {
            const Stream stream = start(tts, text, prosody(rate, 1));
            const std::vector<int16_t> audio = read_all(stream);
            const std::vector<voice_tts_word> words = words_of(stream);
            check_order(words, audio.size());
            REQUIRE(words.size() == expected.size());
            for (size_t i = 0; i < words.size(); i++) {
                CAPTURE(voice);
                CAPTURE(rate);
                CAPTURE(i);
                // A sound lasts a whole number of frames of 5 ms.
                const double end = static_cast<double>(expected[i].end_sample) / rate;
                CHECK(std::abs(static_cast<double>(words[i].end_sample) - end) < 80 + 0.03 * end);
            }
        }
    }
}
