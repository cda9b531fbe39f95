#ifndef VOICE_TTS_SPEECH_TEXT_H
#define VOICE_TTS_SPEECH_TEXT_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace voice::tts {

/* A range of bytes of the text that the caller gave. */
struct TextRange {
    uint32_t begin;
    uint32_t end;
};

/*
 * A text as printable ASCII and spaces, with the way back: source[i] is where in the caller's UTF-8 the i-th
 * character comes from.
 */
struct SpeechText {
    std::string ascii;
    std::vector<TextRange> source;
};

/* Throws Error (VOICE_ERROR_ARGUMENT) that names the byte if utf8 is not valid UTF-8. */
SpeechText to_speech_text(std::string_view utf8);

} // namespace voice::tts

#endif
