#include "tts/speech_text.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "tts/transliteration.h"

using namespace voice::tts;

TEST_CASE("shouldLeaveAsciiAloneAndMakeControlsSpaces") {
    const SpeechText text = to_speech_text(std::string("Hi\tthere\n\0~\x7f", 12));
    CHECK(text.ascii == "Hi there  ~ ");
    for (uint32_t i = 0; i < 12; i++) {
        CHECK(text.source[i].begin == i);
        CHECK(text.source[i].end == i + 1);
    }
}

TEST_CASE("shouldPointBackWhenCharactersChangeTheirLength") {
    const std::string utf8 = "caf\u00e9\u2019s \u0153uf\u2026";
    const SpeechText text = to_speech_text(utf8);
    CHECK(text.ascii == "cafe's oeuf... ");
    const auto source = [&](size_t i) {
        return utf8.substr(text.source[i].begin, text.source[i].end - text.source[i].begin);
    };
    CHECK(source(3) == "\u00e9");
    CHECK(source(4) == "\u2019");
    CHECK(source(5) == "s");
    CHECK(source(7) == "\u0153");
    CHECK(source(8) == "\u0153");
    CHECK(source(9) == "u");
    CHECK(source(13) == "\u2026");
}

TEST_CASE("shouldJoinCombiningAccentsToTheirLetter") {
    const SpeechText text = to_speech_text("e\u0301t");
    CHECK(text.ascii == "et");
    CHECK(text.source[0].begin == 0);
    CHECK(text.source[0].end == 3);
    CHECK(text.source[1].begin == 3);
}

TEST_CASE("shouldDropWhatAnEnglishVoiceCannotSay") {
    CHECK(to_speech_text("a\U0001F44B\U0001F3FDb").ascii == "a  b");
    CHECK(to_speech_text("\u041f\u0440\u0438").ascii == "   ");
    CHECK(to_speech_text("zero\u200bwidth").ascii == "zerowidth");
    CHECK(to_speech_text("20\u00b0C").ascii == "20 degrees C");
    CHECK(to_speech_text("\uff11\uff12").ascii == "12");
    CHECK(to_speech_text("\u0141\u00f3d\u017a \u017e\u0161 \u00c6").ascii == "Lodz zs AE");
}

TEST_CASE("shouldGiveEveryCharacterPrintableAscii") {
    for (char32_t c = 0; c <= 0x10ffff; c++) {
        for (char printable : transliterate(c)) {
            if (printable < ' ' || printable > '~') {
                FAIL("U+" << static_cast<uint32_t>(c));
            }
        }
    }
}

TEST_CASE("shouldNameTheByteWhenUtf8IsInvalid") {
    const std::string invalid[] = {"ab\x80",        "ab\xc3",         "ab\xc0\xaf",         "ab\xe0\x80\xaf",
                                   "ab\xed\xa0\x80", "ab\xf4\x90\x80\x80", "ab\xf8\x88\x80\x80\x80", "ab\xff",
                                   "ab\xc3(",       "ab\xe2\x82"};
    for (const std::string &text : invalid) {
        CHECK_THROWS_WITH_AS(to_speech_text(text), "text: it is not valid UTF-8 at byte 2", voice::Error);
    }
    CHECK(to_speech_text("\U0010ffff\ud7ff\ue000\u0080").ascii == "    ");
}
