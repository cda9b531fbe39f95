// Words, phones and places of voice_pronounce.
#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <utility>

#include "testing/pronounced.h"

using namespace voice::testing;

namespace {

// "forty<42> two<42>"
std::string names(const std::string &text) {
    const Pronounced said = pronounced(text);
    REQUIRE(said.status == VOICE_OK);
    REQUIRE(in_order(said, text));
    std::string result;
    for (const voice_pronounced_word &word : said.words) {
        result += (result.empty() ? "" : " ") + said.name(word) + "<" +
                  text.substr(word.text_begin, word.text_end - word.text_begin) + ">";
    }
    return result;
}

// "hh ax0 l ow1 | w er1 l d"
std::string phones(const std::string &text) {
    const Pronounced said = pronounced(text);
    REQUIRE(said.status == VOICE_OK);
    std::string result;
    for (const voice_pronounced_word &word : said.words) {
        result += (result.empty() ? "" : " | ") + said.phones(word);
    }
    return result;
}

} // namespace

TEST_CASE("shouldReadNumbersOutWhereTheyStand") {
    CHECK(names("42") == "forty<42> two<42>");
    CHECK(names("I have 42.") == "i<I> have<have> forty<42> two<42>");
    CHECK(names("1,250") == "one<1,250> thousand<1,250> two<1,250> hundred<1,250> fifty<1,250>");
    CHECK(names("3.5") == "three<3.5> point<3.5> five<3.5>");
    CHECK(names("the 3rd") == "the<the> third<3rd>");
    CHECK(names("50%") == "fifty<50%> per<50%> cent<50%>");
}

TEST_CASE("shouldReadMoneyTimesAndDatesOut") {
    CHECK(names("$3.50") == "three<$3.50> dollars<$3.50> fifty<$3.50> cents<$3.50>");
    CHECK(names("\u20ac5") == "euros<\u20ac> five<5>");
    CHECK(names("10:30") == "ten<10:30> thirty<10:30>");
    CHECK(names("in 1999") == "in<in> nineteen<1999> ninety<1999> nine<1999>");
    CHECK(names("2026-11-22") == "two<2026-11-22> zero<2026-11-22> two<2026-11-22> six<2026-11-22> one<2026-11-22> "
                                 "one<2026-11-22> two<2026-11-22> two<2026-11-22>");
}

TEST_CASE("shouldReadAbbreviationsAndAddressesOut") {
    CHECK(names("Dr. Smith, Main St.") == "doctor<Dr> smith<Smith> main<Main> street<St>");
    CHECK(names("Mr. King") == "mister<Mr> king<King>");
    CHECK(names("U.S.A.") == "u<U.S.A> s<U.S.A> _a<U.S.A>");
    CHECK(names("Mail joe@example.com now") == "mail<Mail> joe<joe@example.com> @<joe@example.com> "
                                                 "example<joe@example.com> com<joe@example.com> now<now>");
}

TEST_CASE("shouldReadMarkupAsTheVoicesDo") {
    CHECK(names("<b>Hi</b>") == "b<b>Hi</b> hi<b>Hi</b> /<b>Hi</b> b<b>Hi</b>");
    CHECK(names("**bold** `code`") == "bold<bold> code<code>");
}

TEST_CASE("shouldKeepAnEndingWithItsWord") {
    CHECK(names("it's Joe's, they'll, I'd, we've") ==
          "it's<it's> joe's<Joe's> they'll<they'll> i'd<I'd> we've<we've>");
    CHECK(phones("it's") == "ih1 t s");
    CHECK(phones("Joe's") == "jh ow1 z");
    CHECK(phones("bus's") == "b ah1 s ax0 z");
    CHECK(names("the 60s") == "the<the> sixty's<60s>");
}

TEST_CASE("shouldGiveTheSoundsOfTheLexicon") {
    CHECK(phones("hello world") == "hh ax0 l ow1 | w er1 l d");
    CHECK(phones("about") == "ax0 b aw1 t");
    CHECK(phones("pronunciation") == "p r ax0 n ah1 n s iy0 ey1 sh ax0 n");
    CHECK(phones("the apple, the dog") == "dh iy0 | ae1 p ax0 l | dh ax0 | d ao1 g");
    CHECK(phones("na\u00efve caf\u00e9") == phones("naive cafe"));
}

TEST_CASE("shouldTellWordsApartThatAreWrittenAlike") {
    CHECK(phones("a record") == "ax0 | r eh1 k er0 d");
    CHECK(phones("to record") == "t ax0 | r ax0 k ao1 r d");
}

TEST_CASE("shouldGuessTheSoundsOfAWordThatIsNotInTheLexicon") {
    CHECK(phones("frobnicated") == "f r aa1 b n ax0 k ey1 t ih0 d");
    CHECK_FALSE(phones("Zyxwqorb").empty());
}

TEST_CASE("shouldSayNothingWhenThereIsNothingToSay") {
    for (const char *text : {"", " ", "...", "?! \u2014 \"", "\U0001F600", "\u65e5\u672c\u8a9e", "\u0001\u0002", "\n\n"}) {
        CAPTURE(text);
        const Pronounced said = pronounced(text);
        CHECK(said.status == VOICE_OK);
        CHECK(said.words.empty());
        CHECK(said.characters.empty());
    }
}

TEST_CASE("shouldUseOnlyThePhonesThatAreDocumented") {
    const std::set<std::string> vowels = {"aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh",
                                          "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw"};
    const std::set<std::string> consonants = {"b", "ch", "d", "dh", "f", "g",  "hh", "jh", "k", "l", "m", "n",
                                              "ng", "p", "r", "s",  "sh", "t", "th", "v",  "w", "y", "z", "zh"};
    std::istringstream list(
        phones("The quick brown fox jumps over the lazy dog, measures joy, and should shout: choose a thing, boy! "
               "It's about five hours. Frobnicated zyxwqorb qwrtz $12.75 3/4 2nd John's judges' vision."));
    for (std::string phone; list >> phone;) {
        if (phone == "|") {
            continue;
        }
        CAPTURE(phone);
        const char last = phone.back();
        const bool stressed_vowel = (last == '0' || last == '1') && vowels.count(phone.substr(0, phone.size() - 1)) == 1;
        CHECK((stressed_vowel || consonants.count(phone) == 1));
    }
}

TEST_CASE("shouldWriteNothingWhenABufferIsTooSmall") {
    const std::string text = "forty two";
    uint32_t words = 9;
    uint32_t characters = 9;
    REQUIRE(voice_pronounce(text.data(), text.size(), nullptr, nullptr, 0, &words, nullptr, 0, &characters) ==
            VOICE_FULL);
    CHECK(words == 2);
    CHECK(characters == std::string("fortyf ao1 r t iy0twot uw1").size());
    voice_pronounced_word word[2] = {};
    char buffer[64] = "untouched";
    CHECK(voice_pronounce(text.data(), text.size(), nullptr, word, 1, &words, buffer, 64, &characters) == VOICE_FULL);
    CHECK(voice_pronounce(text.data(), text.size(), nullptr, word, 2, &words, buffer, 25, &characters) == VOICE_FULL);
    CHECK(std::string(buffer) == "untouched");
    CHECK(word[0].text_end == 0);
    CHECK(voice_pronounce(text.data(), text.size(), nullptr, word, 2, &words, buffer, 26, &characters) == VOICE_OK);
    CHECK(std::string(buffer, 26) == "fortyf ao1 r t iy0twot uw1");
}

TEST_CASE("shouldTakeEnglishOnly") {
    uint32_t words = 0;
    uint32_t characters = 0;
    voice_pronounce_options options = VOICE_PRONOUNCE_OPTIONS_INIT;
    for (const char *language : {"en", "EN", "en-us", "en-US"}) {
        options.language = language;
        CHECK(voice_pronounce("a", 1, &options, nullptr, 0, &words, nullptr, 0, &characters) == VOICE_FULL);
    }
    for (const char *language : {"", "e", "de", "en-GB", "en-usa"}) {
        options.language = language;
        CHECK(voice_pronounce("a", 1, &options, nullptr, 0, &words, nullptr, 0, &characters) ==
              VOICE_ERROR_UNSUPPORTED);
        CHECK(std::string(voice_last_error()).find(std::string("language=\"") + language + "\"") == 0);
    }
}

TEST_CASE("shouldNameTheValueWhenArgumentsOfPronounceAreWrong") {
    uint32_t words = 0;
    uint32_t characters = 0;
    const auto status = [&](const std::string &text) {
        return voice_pronounce(text.data(), text.size(), nullptr, nullptr, 0, &words, nullptr, 0, &characters);
    };
    const auto message_starts = [](const char *with) { return std::string(voice_last_error()).find(with) == 0; };
    CHECK(status("a\xff") == VOICE_ERROR_ARGUMENT);
    CHECK(message_starts("text: it is not valid UTF-8 at byte 1"));
    CHECK(status(std::string(VOICE_PRONOUNCE_MAX_TEXT_BYTES + 1, ' ')) == VOICE_ERROR_ARGUMENT);
    CHECK(message_starts("text_bytes=1048577"));
    CHECK(status(std::string(VOICE_PRONOUNCE_MAX_TEXT_BYTES, ' ')) == VOICE_OK);
    CHECK(voice_pronounce(nullptr, 0, nullptr, nullptr, 0, &words, nullptr, 0, &characters) == VOICE_OK);
    CHECK(voice_pronounce(nullptr, 1, nullptr, nullptr, 0, &words, nullptr, 0, &characters) == VOICE_ERROR_ARGUMENT);
    CHECK(message_starts("text=NULL"));
    CHECK(voice_pronounce("a", 1, nullptr, nullptr, 1, &words, nullptr, 0, &characters) == VOICE_ERROR_ARGUMENT);
    CHECK(message_starts("words=NULL"));
    CHECK(voice_pronounce("a", 1, nullptr, nullptr, 0, &words, nullptr, 1, &characters) == VOICE_ERROR_ARGUMENT);
    CHECK(message_starts("characters=NULL"));
    CHECK(voice_pronounce("a", 1, nullptr, nullptr, 0, nullptr, nullptr, 0, &characters) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_pronounce("a", 1, nullptr, nullptr, 0, &words, nullptr, 0, nullptr) == VOICE_ERROR_ARGUMENT);
    const voice_pronounce_options old = {4, nullptr};
    CHECK(voice_pronounce("a", 1, &old, nullptr, 0, &words, nullptr, 0, &characters) == VOICE_ERROR_ARGUMENT);
    CHECK(message_starts("options.struct_size=4"));
}
