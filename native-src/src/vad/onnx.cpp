#include "vad/onnx.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "vad/protobuf.h"

namespace voice::vad {

namespace {

using Wire = ProtobufReader::Wire;

constexpr int max_depth = 16; // Silero's official file needs 5
constexpr size_t max_graphs = 4096;
constexpr size_t max_tensors = 65536;

// Field numbers of onnx.proto3.
namespace model_proto {
constexpr uint32_t graph = 7;
}
namespace graph_proto {
constexpr uint32_t node = 1;
constexpr uint32_t initializer = 5;
} // namespace graph_proto
namespace node_proto {
constexpr uint32_t input = 1;
constexpr uint32_t output = 2;
constexpr uint32_t op_type = 4;
constexpr uint32_t attribute = 5;
} // namespace node_proto
namespace attribute_proto {
constexpr uint32_t name = 1;
constexpr uint32_t number = 2; // f
constexpr uint32_t integer = 3;
constexpr uint32_t text = 4;
constexpr uint32_t tensor = 5;
constexpr uint32_t graph = 6;
constexpr uint32_t integers = 8;
} // namespace attribute_proto
namespace tensor_proto {
constexpr uint32_t dims = 1;
constexpr uint32_t data_type = 2;
constexpr uint32_t float_data = 4;
constexpr uint32_t name = 8;
constexpr uint32_t raw_data = 9;
constexpr uint32_t external_data = 13;
constexpr uint32_t data_location = 14;
} // namespace tensor_proto

// A repeated field: packed, in any number of pieces, or one by one. Little-endian either way, as raw_data is.
bool is_float_data(const ProtobufReader &reader) {
    if (reader.is(tensor_proto::float_data, Wire::bytes) && reader.bytes().size() % sizeof(float) != 0) {
        throw ProtobufError("a tensor's float_data is cut off");
    }
    return reader.is(tensor_proto::float_data, Wire::bytes) || reader.is(tensor_proto::float_data, Wire::fixed32);
}

class Reader {
public:
    void model(std::string_view bytes) {
        bool found = false;
        for (ProtobufReader reader(bytes); reader.next();) {
            if (reader.is(model_proto::graph, Wire::bytes)) {
                found = true;
                graph(reader.bytes(), 0);
            }
        }
        if (!found) {
            throw ProtobufError("it holds no graph");
        }
    }

    std::vector<OnnxGraph> take() { return std::move(graphs_); }

private:
    void graph(std::string_view bytes, int depth) {
        if (depth > max_depth || graphs_.size() >= max_graphs) {
            throw ProtobufError("its graphs are nested too deep, or too many");
        }
        const size_t index = graphs_.size();
        graphs_.emplace_back();
        for (ProtobufReader reader(bytes); reader.next();) {
            if (reader.is(graph_proto::initializer, Wire::bytes)) {
                tensor(reader.bytes(), {}, index);
            } else if (reader.is(graph_proto::node, Wire::bytes)) {
                node(reader.bytes(), index, depth);
            }
        }
    }

    void node(std::string_view bytes, size_t graph_index, int depth) {
        std::string_view op_type;
        std::string_view output;
        for (ProtobufReader reader(bytes); reader.next();) {
            if (reader.is(node_proto::op_type, Wire::bytes)) {
                op_type = reader.bytes();
            } else if (reader.is(node_proto::output, Wire::bytes) && output.empty()) {
                output = reader.bytes();
            }
        }
        if (op_type == "Conv" || op_type == "ConvTranspose" || op_type == "LeakyRelu") {
            described_node(bytes, op_type, output, graph_index);
        }
        for (ProtobufReader reader(bytes); reader.next();) {
            if (!reader.is(node_proto::attribute, Wire::bytes)) {
                continue;
            }
            for (ProtobufReader attribute(reader.bytes()); attribute.next();) {
                if (attribute.is(attribute_proto::graph, Wire::bytes)) {
                    graph(attribute.bytes(), depth + 1);
                } else if (attribute.is(attribute_proto::tensor, Wire::bytes) && op_type == "Constant") {
                    tensor(attribute.bytes(), output, graph_index);
                }
            }
        }
    }

    void described_node(std::string_view bytes, std::string_view op_type, std::string_view output, size_t graph_index) {
        OnnxNode node;
        node.op_type = op_type;
        node.output = output;
        size_t inputs = 0;
        for (ProtobufReader reader(bytes); reader.next();) {
            if (reader.is(node_proto::input, Wire::bytes) && inputs < std::size(node.inputs)) {
                node.inputs[inputs++] = reader.bytes();
            } else if (reader.is(node_proto::attribute, Wire::bytes)) {
                node_attribute(node, reader.bytes());
            }
        }
        if (++node_count_ > max_tensors) {
            throw ProtobufError("it holds too many nodes");
        }
        graphs_[graph_index].nodes.push_back(node);
    }

    static void node_attribute(OnnxNode &node, std::string_view bytes) {
        std::string_view name;
        for (ProtobufReader reader(bytes); reader.next();) {
            if (reader.is(attribute_proto::name, Wire::bytes)) {
                name = reader.bytes();
            }
        }
        Shape *const list = name == "dilations"        ? &node.dilations
                            : name == "pads"           ? &node.pads
                            : name == "strides"        ? &node.strides
                            : name == "output_padding" ? &node.output_padding
                                                       : nullptr;
        for (ProtobufReader reader(bytes); reader.next();) {
            if (list != nullptr && reader.is(attribute_proto::integers, Wire::varint)) {
                add_number(*list, reader.value());
            } else if (list != nullptr && reader.is(attribute_proto::integers, Wire::bytes)) {
                for (ProtobufReader packed(reader.bytes()); !packed.at_end();) {
                    add_number(*list, packed.read_varint());
                }
            } else if (name == "group" && reader.is(attribute_proto::integer, Wire::varint)) {
                node.group = reader.value();
            } else if (name == "alpha" && reader.is(attribute_proto::number, Wire::fixed32)) {
                char *const alpha = reinterpret_cast<char *>(&node.alpha);
                std::copy(reader.bytes().begin(), reader.bytes().end(), alpha);
            } else if (name == "auto_pad" && reader.is(attribute_proto::text, Wire::bytes)) {
                node.automatic_padding = reader.bytes() != "NOTSET";
            }
        }
    }

    static void add_number(Shape &list, uint64_t number) {
        if (!list.add(static_cast<int64_t>(number))) {
            throw ProtobufError("a node's attribute has too many numbers");
        }
    }

    void tensor(std::string_view bytes, std::string_view constant_output, size_t graph_index) {
        OnnxTensor tensor;
        tensor.message = bytes;
        for (ProtobufReader reader(bytes); reader.next();) {
            if (reader.is(tensor_proto::dims, Wire::varint)) {
                add_dim(tensor, reader.value());
            } else if (reader.is(tensor_proto::dims, Wire::bytes)) {
                for (ProtobufReader packed(reader.bytes()); !packed.at_end();) {
                    add_dim(tensor, packed.read_varint());
                }
            } else if (reader.is(tensor_proto::data_type, Wire::varint)) {
                tensor.data_type = reader.value();
            } else if (reader.is(tensor_proto::name, Wire::bytes)) {
                tensor.name = reader.bytes();
            } else if (reader.is(tensor_proto::raw_data, Wire::bytes)) {
                tensor.raw_bytes = reader.bytes().size(); // no repeated field: the last one counts
            } else if (is_float_data(reader)) {
                tensor.float_bytes += reader.bytes().size();
            } else if (reader.is(tensor_proto::external_data, Wire::bytes)) {
                tensor.external = true;
            } else if (reader.is(tensor_proto::data_location, Wire::varint)) {
                tensor.external = tensor.external || reader.value() != 0;
            }
        }
        if (tensor.raw_bytes > 0 && tensor.float_bytes > 0) {
            throw ProtobufError("a tensor has both raw_data and float_data");
        }
        if (tensor.name.empty()) {
            tensor.name = constant_output;
        }
        if (tensor.name.empty()) {
            return;
        }
        if (++tensor_count_ > max_tensors) {
            throw ProtobufError("it holds too many tensors");
        }
        graphs_[graph_index].tensors.push_back(std::move(tensor));
    }

    static void add_dim(OnnxTensor &tensor, uint64_t dim) {
        if (!tensor.dims.add(static_cast<int64_t>(dim))) {
            throw ProtobufError("a tensor has too many dimensions");
        }
    }

    std::vector<OnnxGraph> graphs_;
    size_t tensor_count_ = 0;
    size_t node_count_ = 0;
};

} // namespace

std::vector<OnnxGraph> read_onnx(std::string_view file) {
    Reader reader;
    reader.model(file);
    return reader.take();
}

void copy_floats(const OnnxTensor &tensor, float *values) {
    auto *target = reinterpret_cast<char *>(values);
    std::string_view raw;
    for (ProtobufReader reader(tensor.message); reader.next();) {
        if (reader.is(tensor_proto::raw_data, Wire::bytes)) {
            raw = reader.bytes();
        } else if (is_float_data(reader)) {
            target = std::copy(reader.bytes().begin(), reader.bytes().end(), target);
        }
    }
    std::copy(raw.begin(), raw.end(), target);
}

std::string data_type_name(uint64_t data_type) {
    // TensorProto.DataType of onnx.proto3, in its order.
    static constexpr const char *names[] = {"untyped", "float32",   "uint8",      "int8",  "uint16",
                                            "int16",   "int32",     "int64",      "string", "bool",
                                            "float16", "double",    "uint32",     "uint64", "complex64",
                                            "complex128", "bfloat16"};
    return data_type < std::size(names) ? names[data_type] : "of data type " + std::to_string(data_type);
}

} // namespace voice::vad
