#ifndef VOICE_TESTING_PRONOUNCED_H
#define VOICE_TESTING_PRONOUNCED_H

#include <cstdint>
#include <string>
#include <vector>

#include "voice/voice.h"

namespace voice::testing {

/* What voice_pronounce says of a text. */
struct Pronounced {
    int status = VOICE_OK;
    std::vector<voice_pronounced_word> words;
    std::string characters;

    std::string name(const voice_pronounced_word &word) const {
        return characters.substr(word.name_begin, word.name_end - word.name_begin);
    }

    std::string phones(const voice_pronounced_word &word) const {
        return characters.substr(word.phones_begin, word.phones_end - word.phones_begin);
    }
};

/* No doctest macros here: they are not for several threads. */
inline Pronounced pronounced(const std::string &text) {
    Pronounced result;
    uint32_t words = 0;
    uint32_t characters = 0;
    result.status =
        voice_pronounce(text.data(), text.size(), nullptr, nullptr, 0, &words, nullptr, 0, &characters);
    if (result.status == VOICE_FULL) {
        result.words.resize(words);
        result.characters.resize(characters);
        result.status = voice_pronounce(text.data(), text.size(), nullptr, result.words.data(), words, &words,
                                        result.characters.data(), characters, &characters);
    }
    return result;
}

/* Whether offsets lie within the text and the characters, and go on from word to word. */
inline bool in_order(const Pronounced &said, const std::string &text) {
    uint32_t begin = 0;
    uint32_t end = 0;
    uint32_t at = 0;
    for (const voice_pronounced_word &word : said.words) {
        const bool same_place = word.text_begin == begin && word.text_end == end;
        if (!same_place && word.text_begin < end) {
            return false;
        }
        if (word.text_end <= word.text_begin || word.text_end > text.size()) {
            return false;
        }
        if (word.name_begin != at || word.name_end <= word.name_begin || word.phones_begin != word.name_end ||
            word.phones_end <= word.phones_begin) {
            return false;
        }
        begin = word.text_begin;
        end = word.text_end;
        at = word.phones_end;
    }
    return at == said.characters.size();
}

} // namespace voice::testing

#endif
