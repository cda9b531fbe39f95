#ifndef VOICE_VOCODER_ARCHITECTURE_H
#define VOICE_VOCODER_ARCHITECTURE_H

#include <string>
#include <string_view>

#include "vocoder/generator.h"

namespace voice::vocoder {

/* Reads HiFi-GAN's config.json. description names it in messages. */
Architecture read_config(std::string_view text, const std::string &description);

/* Reads the sample rate out of a Piper voice's configuration; 0 if it has none. */
uint32_t read_piper_sample_rate(std::string_view text, const std::string &description);

/* Throws VOICE_ERROR_MODEL if an entry is out of the range that makes sense, whoever told of it. */
void check_architecture(const Architecture &architecture, const std::string &description);

} // namespace voice::vocoder

#endif
