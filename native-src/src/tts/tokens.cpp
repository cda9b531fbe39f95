#include "tts/tokens.h"

#include <algorithm>
#include <utility>

namespace voice::tts {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_one_of(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

// flite's own sets for English (us_english_prepunctuation, us_english_punctuation), and the marks of Markdown.
constexpr std::string_view prepunctuation = "\"'`({[";
constexpr std::string_view postpunctuation = "\"'`.,:;!?(){}[]";
constexpr std::string_view markup = "*_~|<>^\\";
constexpr std::string_view separators = "(){}[]\"`";

bool is_spoken(std::string_view name) {
    return std::any_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); }) ||
           (name.size() == 1 && is_one_of(name[0], "%&+=@$"));
}

class Tokenizer {
public:
    explicit Tokenizer(const SpeechText &text) : text_(text) {}

    std::vector<Token> run() {
        size_t position = 0;
        const std::string &ascii = text_.ascii;
        while (position < ascii.size()) {
            const size_t begin = std::min(ascii.find_first_not_of(' ', position), ascii.size());
            const size_t end = std::min(ascii.find(' ', begin), ascii.size());
            whitespace_ = begin == position ? "" : " ";
            chunk(begin, end);
            position = end;
        }
        return std::move(tokens_);
    }

private:
    // What stands between two spaces.
    void chunk(size_t begin, size_t end) {
        const std::string &ascii = text_.ascii;
        const size_t outer_begin = begin;
        const size_t outer_end = end;
        while (begin < end && (is_one_of(ascii[begin], prepunctuation) || is_one_of(ascii[begin], markup) ||
                               is_dash_before_word(begin, end))) {
            begin++;
        }
        while (end > begin && (is_one_of(ascii[end - 1], postpunctuation) || is_one_of(ascii[end - 1], markup) ||
                               ascii[end - 1] == '-')) {
            end--;
        }
        const std::string before = keep(outer_begin, begin, prepunctuation);
        const std::string after = punctuation_between(end, outer_end);
        const size_t count = tokens_.size();
        names(begin, end);
        if (tokens_.size() == count) {
            // Lone punctuation: it still ends the phrase of the word before it.
            if (!tokens_.empty() && tokens_.back().punctuation.empty()) {
                tokens_.back().punctuation = punctuation_between(outer_begin, outer_end);
            }
            return;
        }
        tokens_[count].whitespace = whitespace_;
        tokens_[count].prepunctuation = before;
        tokens_.back().punctuation = after;
    }

    // A hyphen in front of a word is a bullet or a dash; in front of a number it is a minus.
    bool is_dash_before_word(size_t position, size_t end) const {
        const std::string &ascii = text_.ascii;
        return ascii[position] == '-' &&
               (position + 1 == end || !(is_digit(ascii[position + 1]) || is_one_of(ascii[position + 1], ".$")));
    }

    void names(size_t begin, size_t end) {
        size_t start = begin;
        for (size_t i = begin; i <= end; i++) {
            if (i == end || is_separator(i, begin, end) || i - start == max_token_characters) {
                name(start, i);
                start = i < end && is_separator(i, begin, end) ? i + 1 : i;
            }
        }
    }

    bool is_separator(size_t i, size_t begin, size_t end) const {
        const std::string &ascii = text_.ascii;
        if (ascii[i] == '\'') {
            // Stays where it is part of a word ("it's"). flite drops any other and joins what it kept apart.
            const size_t next = ascii.find_first_not_of('\'', i);
            return next >= end || !is_letter(ascii[next]);
        }
        return is_one_of(ascii[i], separators) || (i > begin && ascii[i] == ',' && ascii[i - 1] == ',');
    }

    void name(size_t begin, size_t end) {
        const std::string &ascii = text_.ascii;
        // Where a cut was made, its edges are not the trimmed edges of the chunk.
        while (begin < end && is_one_of(ascii[begin], "',")) {
            begin++;
        }
        while (end > begin && is_one_of(ascii[end - 1], "',")) {
            end--;
        }
        std::string name = ascii.substr(begin, end - begin);
        if (!is_spoken(name)) {
            return;
        }
        if (name.find('$') != std::string::npos) {
            name.erase(std::remove(name.begin(), name.end(), ','), name.end());
        }
        Token token;
        token.whitespace = " ";
        token.name = std::move(name);
        token.source = {text_.source[begin].begin, text_.source[end - 1].end};
        tokens_.push_back(std::move(token));
    }

    std::string keep(size_t begin, size_t end, std::string_view set) const {
        std::string kept;
        for (size_t i = begin; i < end && kept.size() < max_token_characters; i++) {
            if (is_one_of(text_.ascii[i], set)) {
                kept.push_back(text_.ascii[i]);
            }
        }
        return kept;
    }

    std::string punctuation_between(size_t begin, size_t end) const {
        std::string kept = keep(begin, end, postpunctuation);
        if (kept.empty() && end > begin && text_.ascii.find('-', begin) < end) {
            kept = ","; // a dash is a pause
        }
        return kept;
    }

    const SpeechText &text_;
    std::string whitespace_;
    std::vector<Token> tokens_;
};

// How many words a token may become: a word is one; numbers, identifiers and what is too long for a word are spelled.
size_t weight(const Token &token) {
    constexpr size_t longest_word = 20;
    const bool word = token.name.size() <= longest_word && std::all_of(token.name.begin(), token.name.end(), is_letter);
    return 1 + (word ? token.name.size() / 8 : token.name.size());
}

// flite's rule (default_utt_break): a short word with a full stop is more likely an abbreviation.
bool ends_sentence(const Token &token, const Token &next) {
    if (token.punctuation.find_first_of("?!:") != std::string::npos) {
        return true;
    }
    const bool lower_case_follows = next.name[0] >= 'a' && next.name[0] <= 'z';
    return token.punctuation.find('.') != std::string::npos && token.name.size() > 3 && !lower_case_follows;
}

} // namespace

std::vector<Token> tokenize(const SpeechText &text) {
    return Tokenizer(text).run();
}

std::vector<size_t> split_runs(const std::vector<Token> &tokens) {
    constexpr size_t max_weight = 100;
    std::vector<size_t> ends;
    size_t begin = 0;
    while (begin < tokens.size()) {
        size_t total = 0;
        size_t end = begin;
        size_t sentence = begin;
        size_t clause = begin;
        for (; end < tokens.size() && (end == begin || total + weight(tokens[end]) <= max_weight); end++) {
            total += weight(tokens[end]);
            if (end + 1 < tokens.size() && ends_sentence(tokens[end], tokens[end + 1])) {
                sentence = end + 1;
            }
            if (!tokens[end].punctuation.empty()) {
                clause = end + 1;
            }
        }
        if (end < tokens.size()) {
            end = sentence > begin ? sentence : clause > begin ? clause : end;
        }
        ends.push_back(end);
        begin = end;
    }
    return ends;
}

} // namespace voice::tts
