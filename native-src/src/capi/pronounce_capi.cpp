#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "capi/call.h"
#include "tts/pronunciation.h"

using voice::capi::call;
using voice::capi::options_or;
using voice::capi::reject;
using voice::capi::require;
using voice::tts::Pronunciation;

namespace {

bool is_english(std::string_view language) {
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    for (const std::string_view known : {"en", "en-us"}) {
        if (language.size() == known.size() && std::equal(language.begin(), language.end(), known.begin(), same)) {
            return true;
        }
    }
    return false;
}

void check_language(const char *language) {
    if (language != nullptr && !is_english(language)) {
        throw voice::Error(VOICE_ERROR_UNSUPPORTED, std::string("language=\"") + language +
                                                        "\": only en-US can be pronounced");
    }
}

size_t characters_of(const std::vector<Pronunciation> &pronunciations) {
    size_t count = 0;
    for (const Pronunciation &word : pronunciations) {
        count += word.name.size() + word.phones.size();
    }
    return count;
}

/* Appends text at *at, which moves on, and returns where it began. */
uint32_t append(const std::string &text, char *characters, uint32_t *at) {
    const uint32_t begin = *at;
    std::copy(text.begin(), text.end(), characters + begin);
    *at += static_cast<uint32_t>(text.size());
    return begin;
}

} // namespace

int voice_pronounce(const char *text, size_t text_bytes, const voice_pronounce_options *options,
                    voice_pronounced_word *words, uint32_t word_capacity, uint32_t *word_count, char *characters,
                    uint32_t character_capacity, uint32_t *character_count) {
    return call([&] {
        require(word_count, "word_count");
        *word_count = 0;
        require(character_count, "character_count");
        *character_count = 0;
        if (text_bytes > 0) {
            require(text, "text");
        }
        if (text_bytes > VOICE_PRONOUNCE_MAX_TEXT_BYTES) {
            reject("text_bytes=" + std::to_string(text_bytes) + ": at most " +
                   std::to_string(VOICE_PRONOUNCE_MAX_TEXT_BYTES) + "; split the text");
        }
        if (word_capacity > 0) {
            require(words, "words");
        }
        if (character_capacity > 0) {
            require(characters, "characters");
        }
        check_language(options_or(options, VOICE_PRONOUNCE_OPTIONS_INIT).language);

        const std::vector<Pronunciation> said =
            voice::tts::pronounce(text_bytes == 0 ? std::string_view() : std::string_view(text, text_bytes));
        *word_count = static_cast<uint32_t>(said.size());
        *character_count = static_cast<uint32_t>(characters_of(said));
        if (*word_count > word_capacity || *character_count > character_capacity) {
            return VOICE_FULL;
        }
        uint32_t at = 0;
        for (const Pronunciation &word : said) {
            words->text_begin = word.source.begin;
            words->text_end = word.source.end;
            words->name_begin = append(word.name, characters, &at);
            words->name_end = at;
            words->phones_begin = append(word.phones, characters, &at);
            words->phones_end = at;
            words++;
        }
        return VOICE_OK;
    });
}
