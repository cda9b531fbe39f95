#ifndef VOICE_TESTING_ONNX_WRITER_H
#define VOICE_TESTING_ONNX_WRITER_H

#include <cstdint>
#include <string>
#include <vector>

/* Protobuf and the parts of ONNX that the reader knows, written as plainly as can be; wrong on request. */
namespace voice::testing::onnx {

inline std::string varint(uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) {
        bytes.push_back(static_cast<char>(value | 0x80));
    }
    bytes.push_back(static_cast<char>(value));
    return bytes;
}

inline std::string number(uint32_t field, uint64_t value) {
    return varint(uint64_t{field} << 3) + varint(value);
}

inline std::string block(uint32_t field, const std::string &bytes) {
    std::string result = varint(uint64_t{field} << 3 | 2) + varint(bytes.size());
    result.reserve(result.size() + bytes.size());
    return result += bytes;
}

enum DataType : uint64_t { float32 = 1, uint8 = 2, int8 = 3, int64 = 7, float16 = 10, float64 = 11, bfloat16 = 16 };

enum class Storage { raw, packed, pieces, one_by_one, external, both };

inline std::string values(Storage storage, const std::string &data) {
    constexpr uint32_t float_data = 4;
    constexpr uint32_t raw_data = 9;
    std::string result;
    switch (storage) {
    case Storage::raw:
        return block(raw_data, data);
    case Storage::packed:
        return block(float_data, data);
    case Storage::pieces: // which a repeated field may come in
        return block(float_data, data.substr(0, data.size() / 8 * 4)) +
               block(float_data, data.substr(data.size() / 8 * 4));
    case Storage::one_by_one:
        result.reserve(data.size() / 4 * 5);
        for (size_t i = 0; i + 4 <= data.size(); i += 4) {
            result += static_cast<char>(float_data << 3 | 5);
            result.append(data, i, 4);
        }
        return result;
    case Storage::external:
        return block(13, block(1, "location") + block(2, "model.onnx.data")) + number(14, 1);
    case Storage::both:
        return block(float_data, data) + block(raw_data, data);
    }
    return result;
}

struct Tensor {
    std::string name;
    std::vector<int64_t> dims;
    std::string data;
    uint64_t type = float32;
    Storage storage = Storage::raw;
    bool packed_dims = false;
};

/* A TensorProto. */
inline std::string message(const Tensor &tensor) {
    std::string dims;
    for (int64_t dim : tensor.dims) {
        const auto value = static_cast<uint64_t>(dim);
        dims += tensor.packed_dims ? varint(value) : number(1, value);
    }
    return (tensor.packed_dims ? block(1, dims) : dims) + number(2, tensor.type) + block(8, tensor.name) +
           values(tensor.storage, tensor.data);
}

/* Fields of a GraphProto: an initialiser, and a node that has a tensor for its value. */
inline std::string initialiser(const std::string &tensor) {
    return block(5, tensor);
}
inline std::string constant(const std::string &output, const std::string &tensor) {
    return block(1, block(2, output) + block(4, "Constant") + block(5, block(1, "value") + block(5, tensor)));
}

/* The same: an If. */
inline std::string branches(const std::string &then_graph, const std::string &else_graph) {
    return block(1, block(4, "If") + block(5, block(1, "else_branch") + block(6, else_graph)) +
                        block(5, block(1, "then_branch") + block(6, then_graph)));
}

/* A ModelProto. */
inline std::string model(const std::string &graph) {
    return number(1, 8) + block(7, graph);
}

} // namespace voice::testing::onnx

#endif
