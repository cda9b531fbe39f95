#ifndef VOICE_TTS_TRANSLITERATION_H
#define VOICE_TTS_TRANSLITERATION_H

#include <string_view>

namespace voice::tts {

/*
 * What an English ASCII voice is given for a character: letters lose their accents, typographic punctuation becomes
 * plain, a few signs become words with a space on either side.
 *
 *   " "   the character separates words: white space, emoji, other scripts, control characters
 *   ""    the character is nothing of its own: combining accents, joiners, soft hyphens, variation selectors
 */
std::string_view transliterate(char32_t character);

} // namespace voice::tts

#endif
