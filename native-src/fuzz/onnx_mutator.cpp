// Changes an ONNX file as a tree of fields, so that the lengths around a change stay right and what is in the depth of
// the file gets its share. A quarter of the changes are to bytes, for the wrong lengths.
#include <cstdint>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "testing/onnx_writer.h"
#include "vad/protobuf.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

namespace {

using voice::vad::ProtobufError;
using voice::vad::ProtobufReader;
using Wire = ProtobufReader::Wire;
namespace onnx = voice::testing::onnx;

enum class Kind { leaf, model, graph, node, attribute, tensor };

Kind kind_of(Kind parent, uint32_t field) {
    switch (parent) {
    case Kind::model:
        return field == 7 ? Kind::graph : Kind::leaf;
    case Kind::graph:
        return field == 1 ? Kind::node : field == 5 ? Kind::tensor : Kind::leaf;
    case Kind::node:
        return field == 5 ? Kind::attribute : Kind::leaf;
    case Kind::attribute:
        return field == 5 ? Kind::tensor : field == 6 ? Kind::graph : Kind::leaf;
    default:
        return Kind::leaf;
    }
}

struct Field {
    uint32_t number = 0;
    Wire wire = Wire::varint;
    uint64_t value = 0;
    std::string_view bytes; // of a leaf; in the input or kept by the mutator
    Kind kind = Kind::leaf;
    std::vector<Field> fields; // of a message
};

bool parse(std::string_view bytes, Kind kind, std::vector<Field> &fields, int depth = 0) {
    if (depth > 40) {
        return false;
    }
    try {
        for (ProtobufReader reader(bytes); reader.next();) {
            Field field;
            field.number = reader.field();
            field.wire = reader.wire();
            if (field.wire == Wire::varint) {
                field.value = reader.value();
            } else {
                field.bytes = reader.bytes();
            }
            const Kind inner = field.wire == Wire::bytes ? kind_of(kind, field.number) : Kind::leaf;
            if (inner != Kind::leaf && parse(field.bytes, inner, field.fields, depth + 1)) {
                field.kind = inner;
            } else {
                field.fields.clear();
            }
            fields.push_back(std::move(field));
        }
        return true;
    } catch (const ProtobufError &) {
        return false;
    }
}

size_t varint_size(uint64_t value) {
    size_t size = 1;
    for (; value >= 0x80; value >>= 7) {
        size++;
    }
    return size;
}

size_t size_of(const std::vector<Field> &fields);

size_t content_size(const Field &field) {
    return field.kind == Kind::leaf ? field.bytes.size() : size_of(field.fields);
}

size_t size_of(const std::vector<Field> &fields) {
    size_t size = 0;
    for (const Field &field : fields) {
        size += varint_size(uint64_t{field.number} << 3);
        if (field.wire == Wire::varint) {
            size += varint_size(field.value);
        } else {
            const size_t content = content_size(field);
            size += content + (field.wire == Wire::bytes ? varint_size(content) : 0);
        }
    }
    return size;
}

void write_varint(uint64_t value, std::string &bytes) {
    for (; value >= 0x80; value >>= 7) {
        bytes.push_back(static_cast<char>(value | 0x80));
    }
    bytes.push_back(static_cast<char>(value));
}

void write(const std::vector<Field> &fields, std::string &bytes) {
    for (const Field &field : fields) {
        write_varint(uint64_t{field.number} << 3 | static_cast<uint64_t>(field.wire), bytes);
        if (field.wire == Wire::varint) {
            write_varint(field.value, bytes);
            continue;
        }
        if (field.wire == Wire::bytes) {
            write_varint(content_size(field), bytes);
        }
        if (field.kind == Kind::leaf) {
            bytes += field.bytes;
        } else {
            write(field.fields, bytes);
        }
    }
}

// Every message, the file included.
void collect(Kind kind, std::vector<Field> &fields, std::vector<std::pair<Kind, std::vector<Field> *>> &messages) {
    messages.emplace_back(kind, &fields);
    for (Field &field : fields) {
        if (field.kind != Kind::leaf) {
            collect(field.kind, field.fields, messages);
        }
    }
}

struct Known {
    const char *name;
    std::vector<int64_t> dims;
};

const std::vector<Known> &known_tensors() {
    static const std::vector<Known> known = {
        {"stft.forward_basis_buffer", {258, 1, 256}},  {"stft.forward_basis_buffer", {130, 1, 128}},
        {"encoder.0.reparam_conv.weight", {128, 129, 3}}, {"encoder.0.reparam_conv.weight", {128, 65, 3}},
        {"encoder.0.reparam_conv.bias", {128}},        {"encoder.1.reparam_conv.weight", {64, 128, 3}},
        {"encoder.1.reparam_conv.bias", {64}},         {"encoder.2.reparam_conv.weight", {64, 64, 3}},
        {"encoder.2.reparam_conv.bias", {64}},         {"encoder.3.reparam_conv.weight", {128, 64, 3}},
        {"encoder.3.reparam_conv.bias", {128}},        {"decoder.rnn.weight_ih", {512, 128}},
        {"decoder.rnn.weight_hh", {512, 128}},         {"decoder.rnn.bias_ih", {512}},
        {"decoder.rnn.bias_hh", {512}},                {"decoder.decoder.2.weight", {1, 128, 1}},
        {"decoder.decoder.2.bias", {1}},
    };
    return known;
}

class Mutator {
public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    void change(std::vector<Field> &model) {
        std::vector<std::pair<Kind, std::vector<Field> *>> messages;
        collect(Kind::model, model, messages);
        auto &[kind, fields] = messages[below(messages.size())];
        if (fields->empty() || below(5) == 0) {
            const auto position = static_cast<long>(below(fields->size() + 1));
            fields->insert(fields->begin() + position, new_field(kind));
            return;
        }
        const size_t index = below(fields->size());
        Field &field = (*fields)[index];
        switch (below(6)) {
        case 0:
            fields->erase(fields->begin() + static_cast<long>(index));
            break;
        case 1: {
            const Field copy = field;
            fields->insert(fields->begin() + static_cast<long>(below(fields->size() + 1)), copy);
            break;
        }
        case 2:
            std::swap(field, (*fields)[below(fields->size())]);
            break;
        case 3:
            field.number = static_cast<uint32_t>(below(16));
            break;
        default:
            change_value(field);
        }
    }

private:
    size_t below(size_t limit) { return random_() % limit; }

    void change_value(Field &field) {
        if (field.kind != Kind::leaf) { // around it rather than in it
            std::string bytes;
            write(field.fields, bytes);
            field.bytes = keep(std::move(bytes));
            field.kind = Kind::leaf;
            field.fields.clear();
        }
        if (field.wire == Wire::varint) {
            static constexpr uint64_t values[] = {0, 1, 2, 3, 7, 10, 11, 16, 64, 128, 256, 258, 512, ~uint64_t{0},
                                                  uint64_t{1} << 31, uint64_t{1} << 32, uint64_t{1} << 63};
            field.value = below(3) == 0 ? field.value ^ uint64_t{1} << below(64) : values[below(std::size(values))];
        } else if (field.wire == Wire::bytes && below(3) == 0) {
            field.bytes = keep(name());
        } else {
            const size_t size = field.bytes.size();
            const size_t limit = field.wire == Wire::bytes ? size + 16 : size;
            std::string bytes(field.bytes);
            bytes.resize(limit);
            const size_t changed = LLVMFuzzerMutate(reinterpret_cast<uint8_t *>(&bytes[0]), size, limit);
            bytes.resize(field.wire == Wire::bytes ? changed : size);
            field.bytes = keep(std::move(bytes));
        }
    }

    std::string name() {
        static constexpr const char *prefixes[] = {"", "model.", "model_8k.", "If_0_then_branch__Inline_0__"};
        static constexpr const char *suffixes[] = {"", "", "", "", "_quantized", "_scale"};
        return std::string(prefixes[below(std::size(prefixes))]) + known_tensors()[below(known_tensors().size())].name +
               suffixes[below(std::size(suffixes))];
    }

    std::string tensor() {
        static constexpr uint64_t types[] = {1, 1, 1, 1, 3, 7, 10, 11, 16};
        onnx::Tensor tensor;
        tensor.name = below(4) == 0 ? "" : name();
        tensor.dims = known_tensors()[below(known_tensors().size())].dims;
        tensor.type = types[below(std::size(types))];
        tensor.storage = static_cast<onnx::Storage>(below(6));
        tensor.packed_dims = below(4) == 0;
        static constexpr size_t sizes[] = {0, 3, 4, 8, 16, 256, 512};
        tensor.data = std::string(sizes[below(std::size(sizes))], static_cast<char>(random_()));
        return onnx::message(tensor);
    }

    // One that belongs there, read back as a tree so that the next change can go into it.
    Field new_field(Kind parent) {
        std::string bytes;
        switch (parent) {
        case Kind::model:
            bytes = onnx::block(7, onnx::initialiser(tensor()));
            break;
        case Kind::graph:
            bytes = below(2) == 0   ? onnx::initialiser(tensor())
                    : below(2) == 0 ? onnx::constant(name(), tensor())
                                    : onnx::branches(onnx::initialiser(tensor()), onnx::constant(name(), tensor()));
            break;
        case Kind::node:
            bytes = below(2) == 0 ? onnx::block(2, name()) : onnx::block(5, onnx::block(5, tensor()));
            break;
        case Kind::attribute:
            bytes = below(2) == 0 ? onnx::block(5, tensor()) : onnx::block(6, onnx::initialiser(tensor()));
            break;
        default:
            bytes = below(2) == 0 ? onnx::number(1, below(600)) : onnx::block(8, name());
        }
        std::vector<Field> fields;
        parse(keep(std::move(bytes)), parent, fields);
        return fields.at(0);
    }

    std::string_view keep(std::string bytes) {
        kept_.push_back(std::move(bytes));
        return kept_.back();
    }

    std::minstd_rand random_;
    std::deque<std::string> kept_;
};

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    std::vector<Field> model;
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    if (seed % 4 == 0 || !parse(bytes, Kind::model, model)) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    Mutator mutator(seed / 4);
    for (unsigned changes = 0; changes <= seed / 4 % 3; changes++) {
        mutator.change(model);
    }
    const size_t changed_size = size_of(model);
    if (changed_size == 0 || changed_size > max_size) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    std::string changed;
    changed.reserve(changed_size);
    write(model, changed);
    std::memcpy(data, changed.data(), changed.size());
    return changed.size();
}
