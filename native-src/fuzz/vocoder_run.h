#ifndef VOICE_FUZZ_VOCODER_RUN_H
#define VOICE_FUZZ_VOCODER_RUN_H

#include <string_view>

namespace voice::fuzz {

/*
 * Opens the bytes as a vocoder. What opens says some frames, at once and in pieces. Ends the process where a promise of
 * voice.h is broken: another status than 'no such model', a message that repeats bytes that are no text, a sample out of
 * range, a difference between the two.
 *
 * config is the configuration, which an ONNX model may be without: NULL data.
 */
void open_and_speak(std::string_view file, std::string_view config);

} // namespace voice::fuzz

#endif
