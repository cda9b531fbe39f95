#ifndef VOICE_VOCODER_LOADER_H
#define VOICE_VOCODER_LOADER_H

#include <optional>
#include <string>
#include <string_view>

#include "vocoder/generator.h"

namespace voice::vocoder {

/* The text of a configuration and what messages call it. */
struct ConfigText {
    std::string text;
    std::string description;
};

/* Reads a generator from the bytes of a safetensors file, which takes a configuration, or of an ONNX file, for which it
   is optional. Throws VOICE_ERROR_MODEL. */
Generator read_generator(std::string_view bytes, const std::string &description,
                         const std::optional<ConfigText> &config);

/* Throws Error if a model of this size is not worth parsing. */
void check_generator_size(size_t bytes, const std::string &description);

/* The same from a file; config is the path of the configuration, or "" for where it usually is. */
Generator read_generator_file(const std::string &path, const std::string &config);

} // namespace voice::vocoder

#endif
