#include "tts/speech_text.h"

#include "base/error.h"
#include "tts/transliteration.h"

namespace voice::tts {

namespace {

struct Decoded {
    char32_t character;
    size_t bytes; // 0: invalid
};

// Strict (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode(std::string_view rest) {
    const auto byte = [rest](size_t i) { return static_cast<unsigned char>(rest[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xc2 || lead > 0xf4 || rest.size() < bytes) {
        return {0, 0};
    }
    char32_t character = lead & (0x7f >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        if ((byte(i) & 0xc0) != 0x80) {
            return {0, 0};
        }
        character = character << 6 | (byte(i) & 0x3f);
    }
    if (character < smallest[bytes] || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff)) {
        return {0, 0};
    }
    return {character, bytes};
}

} // namespace

SpeechText to_speech_text(std::string_view utf8) {
    SpeechText text;
    text.ascii.reserve(utf8.size());
    text.source.reserve(utf8.size());
    for (size_t position = 0; position < utf8.size();) {
        const Decoded decoded = decode(utf8.substr(position));
        if (decoded.bytes == 0) {
            throw Error(VOICE_ERROR_ARGUMENT,
                        "text: it is not valid UTF-8 at byte " + std::to_string(position));
        }
        const TextRange range = {static_cast<uint32_t>(position), static_cast<uint32_t>(position + decoded.bytes)};
        const std::string_view ascii = transliterate(decoded.character);
        if (ascii.empty() && !text.ascii.empty() && text.ascii.back() != ' ') {
            text.source.back().end = range.end; // a combining accent belongs to its letter
        }
        for (char c : ascii) {
            text.ascii.push_back(c);
            text.source.push_back(range);
        }
        position += decoded.bytes;
    }
    return text;
}

} // namespace voice::tts
