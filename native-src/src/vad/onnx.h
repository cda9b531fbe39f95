#ifndef VOICE_VAD_ONNX_H
#define VOICE_VAD_ONNX_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vad/shape.h"

namespace voice::vad {

/* A tensor inside an ONNX file, not copied: it lives as long as the file's bytes. */
struct OnnxTensor {
    std::string_view name;
    Shape dims;
    uint64_t data_type = 0;   // TensorProto.DataType
    bool external = false;    // its values are in another file
    size_t raw_bytes = 0;     // in raw_data
    size_t float_bytes = 0;   // in float_data, packed or not
    std::string_view message; // the TensorProto itself

    bool is_float32() const { return data_type == 1; }
    size_t bytes() const { return raw_bytes + float_bytes; }
};

/* A node whose weights alone do not say what it computes: Conv, ConvTranspose or LeakyRelu. It is not copied either. */
struct OnnxNode {
    std::string_view op_type;
    std::string_view inputs[2]; // the value, then the weight; empty where there is none
    std::string_view output;
    float alpha = 0.01f; // of LeakyRelu
    uint64_t group = 1;
    Shape dilations; // these and those below are empty if the node does not tell, which means the default
    Shape pads;
    Shape strides;
    Shape output_padding;
    bool automatic_padding = false; // auto_pad, which no exporter has written for years
};

/* The named tensors of one graph, not those of its subgraphs: initialisers and the values of Constant nodes. */
struct OnnxGraph {
    std::vector<OnnxTensor> tensors;
    std::vector<OnnxNode> nodes;
};

/*
 * Reads the tensors and the convolutions of an ONNX model and ignores its other operators. The main graph comes first,
 * then every subgraph (the branches of If nodes) in file order. Throws ProtobufError if the bytes do not parse. Depth and
 * the numbers of graphs, tensors and nodes are capped, so that a hostile file costs no more than an honest one of its
 * size.
 */
std::vector<OnnxGraph> read_onnx(std::string_view file);

/* Writes the bytes() bytes of a float32 tensor, which has either raw_data or float_data. */
void copy_floats(const OnnxTensor &tensor, float *values);

/* "float16" for 10, and so on. */
std::string data_type_name(uint64_t data_type);

} // namespace voice::vad

#endif
