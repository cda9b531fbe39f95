#ifndef VOICE_VOCODER_ONNX_GENERATOR_H
#define VOICE_VOCODER_ONNX_GENERATOR_H

#include <string>
#include <string_view>

#include "vocoder/architecture.h"
#include "vocoder/generator.h"
#include "vocoder/tensor_file.h"

namespace voice::vocoder {

/* The decoder's part of an ONNX file. */
struct OnnxGenerator {
    TensorFile tensors;
    Architecture architecture;
};

/*
 * Finds the initialisers "dec.*" or "gen.dec.*" of a VITS voice, and works out from their shapes, and from the
 * attributes of the nodes that have them as weights, what the decoder is. Names of nodes do not count. Throws
 * VOICE_ERROR_MODEL. The tensors live as long as the bytes.
 */
OnnxGenerator read_onnx_generator(std::string_view bytes, const std::string &description);

} // namespace voice::vocoder

#endif
