// Texts that nobody should say or pronounce: flite must neither crash nor end the process over them.
#include <cstdio>
#include <cstdlib>
#include <random>

#include "testing/pronounced.h"
#include "testing/speech.h"

using namespace voice::testing;

namespace {

bool finished = false;

// flite's cst_error() calls exit(): it would look like a quick success of some test runner's child.
void report_exit() {
    if (!finished) {
        std::puts("flite ended the process");
        std::_Exit(1);
    }
}

struct Guard {
    Guard() { std::atexit(report_exit); }
    ~Guard() { finished = true; }
};

void pronounce(const std::string &text) {
    const Pronounced said = pronounced(text);
    CHECK((said.status == VOICE_OK || said.status == VOICE_ERROR_ARGUMENT));
    CHECK(in_order(said, text));
}

void speak_some(const Tts &tts, const std::string &text, size_t most_samples) {
    pronounce(text);
    voice_tts_stream *raw = nullptr;
    const int status = voice_tts_start(tts.get(), text.data(), text.size(), nullptr, &raw);
    const Stream stream(raw);
    if (status != VOICE_OK) {
        CHECK(status == VOICE_ERROR_ARGUMENT);
        return;
    }
    int16_t buffer[2048];
    uint32_t samples = 0;
    size_t total = 0;
    int next;
    while ((next = voice_tts_stream_next(stream.get(), buffer, 2048, &samples)) == VOICE_OK && total < most_samples) {
        total += samples;
    }
    CHECK((next == VOICE_OK || next == VOICE_END));
    int64_t previous = 0;
    for (const voice_tts_word &word : words_of(stream)) {
        CHECK(word.start_sample >= previous);
        CHECK(word.end_sample >= word.start_sample);
        CHECK(word.text_begin < word.text_end);
        CHECK(word.text_end <= text.size());
        previous = word.end_sample;
    }
}

std::string random_of(std::mt19937 &random, const std::string &alphabet, size_t length) {
    std::string text;
    for (size_t i = 0; i < length; i++) {
        text.push_back(alphabet[random() % alphabet.size()]);
    }
    return text;
}

std::string utf8(char32_t c) {
    if (c < 0x80) {
        return {static_cast<char>(c)};
    }
    std::string bytes;
    for (; c >= (bytes.empty() ? 0x40u : 0x40u >> bytes.size()); c >>= 6) {
        bytes.insert(bytes.begin(), static_cast<char>(0x80 | (c & 0x3f)));
    }
    const auto lead = static_cast<unsigned char>(0xff00 >> (bytes.size() + 1));
    return std::string(1, static_cast<char>(lead | c)) + bytes;
}

} // namespace

TEST_CASE("shouldSurviveWhateverIsSaid") {
    const Guard guard;
    const Tts rms = open_voice("rms");
    const Tts kal = open_voice("kal16");
    std::mt19937 random(5);

    SUBCASE("eight kilobytes of one thing") {
        for (char c : {'a', '7', '.', '$', '\''}) {
            speak_some(kal, std::string(8192, c), 1000);
        }
        for (const char *piece : {"a ", "555-1234 ", "$1,5.125 ", "((("}) {
            std::string text;
            while (text.size() + 10 < 8192) {
                text += piece;
            }
            speak_some(kal, text, 1000);
        }
        speak_some(rms, std::string(1000, 'b'), 1000);
    }
    SUBCASE("a hundred kilobytes without a space, to be pronounced") {
        for (char c : {'a', 'x', '7', '.', '$', '\'', '-'}) {
            pronounce(std::string(100000, c));
        }
        std::string text;
        while (text.size() < 100000) {
            text += "a1$b,2.c-3'd/4:e";
        }
        pronounce(text);
    }
    SUBCASE("random bytes") {
        for (int round = 0; round < 2000; round++) {
            std::string bytes;
            for (size_t i = random() % 40; i > 0; i--) {
                bytes.push_back(static_cast<char>(random()));
            }
            speak_some(kal, bytes, 1000);
        }
    }
    SUBCASE("random characters of Unicode") {
        for (int round = 0; round < 200; round++) {
            std::string text;
            for (int i = 0; i < 60; i++) {
                const char32_t limit = i % 3 == 0 ? 0x80 : i % 3 == 1 ? 0x3000 : 0x110000;
                const char32_t c = static_cast<char32_t>(random() % limit);
                text += c >= 0xd800 && c <= 0xdfff ? "?" : utf8(c);
            }
            speak_some(kal, text, 100000);
        }
    }
    SUBCASE("what the text analysis looks for, at random") {
        // The alphabets of flite's regular expressions for numbers, money, times, ordinals, measures, names.
        for (const char *alphabet :
             {"0123456789$,.-:/'%eE+ ", "019,.$'kgmthsndr ", "IVX.,'s StDr ", "aA.'-1 ", "#@&*^_=~|<>\\a1 ",
              "()[]{}\"'`a1, ", "0123456789:.apm ", "the of 1st2nd3rd4th, "}) {
            for (int round = 0; round < 150; round++) {
                speak_some(kal, random_of(random, alphabet, 1 + random() % 30), 200000);
                if (round % 25 == 0) {
                    speak_some(rms, random_of(random, alphabet, 1 + random() % 30), 200000);
                }
            }
        }
    }
    SUBCASE("texts that broke something once") {
        for (const char *text : {"1'234", "1,,5kg", "$1,5.125", "$,", "$1,5 billion", "$.", "555-1234", "1-2-3", "0-0",
                                 "1/0", "00th", "12:30am 9.30pm", "XXXXXXXXXXXXXXXXXXXXXXXX", "'", "%", "-", "--1",
                                 "1e99999", "-.5e-7", "a's'll've'd", "St.", "Dr", ".5kg", ",5kg", "1,kg",
                                 "C# C++ a_b", "<speak><break time=\"3s\"/>Hi</speak>", "&lt;&#65;&amp;",
                                 "\x01\x02\x7f bell\x07", "<phoneme alphabet='ipa' ph=''>x</phoneme>"}) {
            speak_some(kal, text, 1000000);
            speak_some(rms, text, 1000000);
        }
    }
}
