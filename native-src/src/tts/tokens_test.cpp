#include "tts/tokens.h"

#include <doctest/doctest.h>

#include <string>

using namespace voice::tts;

namespace {

// prepunctuation<name>punctuation, tokens separated by spaces
std::string shown(const std::string &text) {
    std::string result;
    for (const Token &token : tokenize(to_speech_text(text))) {
        result += (result.empty() ? "" : " ") + token.prepunctuation + "<" + token.name + ">" + token.punctuation;
    }
    return result;
}

std::string sources(const std::string &text) {
    std::string result;
    for (const Token &token : tokenize(to_speech_text(text))) {
        result += (result.empty() ? "" : "|") + text.substr(token.source.begin, token.source.end - token.source.begin);
    }
    return result;
}

} // namespace

TEST_CASE("shouldSeparatePunctuationAsFliteDoes") {
    CHECK(shown("Hello, \"world\"!") == "<Hello>, \"<world>\"!");
    CHECK(shown("(yes) [no] wait...") == "(<yes>) [<no>] <wait>...");
    CHECK(shown("U.S.A. it's don't") == "<U.S.A>. <it's> <don't>");
    CHECK(shown("well-known -5 -item wait-") == "<well-known> <-5> <item> <wait>,");
    CHECK(shown("3.14 1,000 12:30 $3.50 50%") == "<3.14> <1,000> <12:30> <$3.50> <50%>");
}

TEST_CASE("shouldLeaveOutWhatIsNotSpoken") {
    CHECK(shown("") == "");
    CHECK(shown(" \t ... !? -- *** ### \U0001F600 ") == "");
    CHECK(shown("**bold** _under_ `code`") == "<bold> <under> `<code>`");
    CHECK(shown("yes \u2014 no") == "<yes>, <no>");
    CHECK(shown("yes\u2014no") == "<yes>, <no>");
    CHECK(shown("one , two") == "<one>, <two>");
    CHECK(shown("salt & pepper") == "<salt> <&> <pepper>");
}

TEST_CASE("shouldKeepFromFliteWhatItMisreads") {
    CHECK(shown("1'234") == "<1> <234>");
    CHECK(shown("1,,5kg") == "<1> <5kg>");
    CHECK(shown("$1,5.125") == "<$15.125>");
    CHECK(shown("US$1,,5.125") == "<US$1> <5.125>");
    CHECK(shown("1''234 1,',5kg") == "<1> <234> <1> <5kg>");
    CHECK(shown("''1''2''") == "''<1> <2>''");
    CHECK(shown("f(x){y}") == "<f> <x> <y>}");
    CHECK(shown("''''1''''2") == "''''<1> <2>");
}

TEST_CASE("shouldCutWhatIsTooLong") {
    const std::vector<Token> tokens = tokenize(to_speech_text(std::string(1000, 'a')));
    CHECK(tokens.size() == 21);
    uint32_t position = 0;
    for (const Token &token : tokens) {
        CHECK(token.name.size() <= max_token_characters);
        CHECK(token.source.begin == position);
        position = token.source.end;
    }
    CHECK(position == 1000);
}

TEST_CASE("shouldPointToTheWordInTheCallersText") {
    CHECK(sources("\u201cCaf\u00e9\u201d, costs \u20ac5\u2026 Dr. No\u2019s e\u0301t\u0301.") ==
          "Caf\u00e9|costs|\u20ac|5|Dr|No\u2019s|e\u0301t\u0301");
    CHECK(sources("42\u00b0C!") == "42|\u00b0|C");
}

TEST_CASE("shouldSplitRunsAtSentencesWhenTextIsLong") {
    const std::string sentence = "The quick brown fox jumps over the lazy dog.";
    const std::vector<Token> one = tokenize(to_speech_text(sentence + " " + sentence));
    CHECK(split_runs(one) == std::vector<size_t>{18});
    std::string text;
    for (int i = 0; i < 40; i++) {
        text += sentence + " ";
    }
    const std::vector<Token> tokens = tokenize(to_speech_text(text));
    const std::vector<size_t> ends = split_runs(tokens);
    CHECK(ends.size() > 2);
    CHECK(ends.back() == tokens.size());
    for (size_t end : ends) {
        CHECK(tokens[end - 1].name == "dog");
    }
    CHECK(split_runs({}).empty());
}

TEST_CASE("shouldSplitRunsSomewhereWhenThereIsNoPunctuation") {
    std::string text;
    for (int i = 0; i < 2000; i++) {
        text += "word ";
    }
    size_t begin = 0;
    for (size_t end : split_runs(tokenize(to_speech_text(text)))) {
        CHECK(end > begin);
        CHECK(end - begin <= 100);
        begin = end;
    }
    CHECK(begin == 2000);
}
