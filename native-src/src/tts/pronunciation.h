#ifndef VOICE_TTS_PRONUNCIATION_H
#define VOICE_TTS_PRONUNCIATION_H

#include <string>
#include <string_view>
#include <vector>

#include "tts/speech_text.h"

namespace voice::tts {

/* A word as it is read out: see voice_pronounced_word. */
struct Pronunciation {
    TextRange source;   // of the token it belongs to
    std::string name;   // "forty"
    std::string phones; // "f ao1 r t iy0", never empty
};

/* Throws Error (VOICE_ERROR_ARGUMENT) if utf8 is not valid UTF-8. Any number of threads may be inside at once. */
std::vector<Pronunciation> pronounce(std::string_view utf8);

} // namespace voice::tts

#endif
