#ifndef VOICE_VOCODER_SAFETENSORS_H
#define VOICE_VOCODER_SAFETENSORS_H

#include <string>
#include <string_view>

#include "vocoder/tensor_file.h"

namespace voice::vocoder {

/* Whether the bytes begin as a safetensors file does: a length, then JSON. */
bool is_safetensors(std::string_view bytes);

/* The tensors of a safetensors file (https://github.com/huggingface/safetensors). Throws VOICE_ERROR_MODEL. */
TensorFile read_safetensors(std::string_view bytes, const std::string &description);

} // namespace voice::vocoder

#endif
