#ifndef VOICE_FUZZ_OPEN_AND_RUN_H
#define VOICE_FUZZ_OPEN_AND_RUN_H

#include <string_view>

namespace voice::fuzz {

/*
 * Opens the bytes as a voice activity model at both rates. What opens is run for a few windows. Ends the process where a
 * promise of voice.h is broken: another status than 'no such model', a message that repeats bytes of the file, no
 * probability.
 */
void open_and_run(std::string_view file);

} // namespace voice::fuzz

#endif
