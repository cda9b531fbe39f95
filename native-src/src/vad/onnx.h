#ifndef VOICE_VAD_ONNX_H
#define VOICE_VAD_ONNX_H

#include <cstdint>
#include <string_view>
#include <vector>

namespace voice::vad {

/* A float32 tensor inside an ONNX file, not copied: it lives as long as the file's bytes. */
struct OnnxTensor {
    std::string_view name;
    std::vector<int64_t> dims;
    std::string_view little_endian_floats;
};

/* The float32 tensors of one graph, not those of its subgraphs: initialisers and the values of Constant nodes. */
struct OnnxGraph {
    std::vector<OnnxTensor> tensors;
};

/*
 * Reads the tensors of an ONNX model and ignores its operators. The main graph comes first, then every subgraph (the
 * branches of If nodes) in file order. Throws ProtobufError if the bytes do not parse. Depth, number of graphs and
 * number of tensors are capped, so that a hostile file costs no more than an honest one of its size.
 */
std::vector<OnnxGraph> read_onnx(std::string_view file);

} // namespace voice::vad

#endif
