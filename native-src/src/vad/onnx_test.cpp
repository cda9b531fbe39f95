#include "vad/onnx.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "vad/protobuf.h"

using namespace voice::vad;

namespace {

std::string varint(uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) {
        bytes.push_back(static_cast<char>(value | 0x80));
    }
    bytes.push_back(static_cast<char>(value));
    return bytes;
}

std::string number(uint32_t field, uint64_t value) {
    return varint(field << 3) + varint(value);
}

std::string block(uint32_t field, const std::string &bytes) {
    return varint(field << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string tensor(const std::string &name, uint64_t type, const std::string &data, uint32_t data_field) {
    return number(1, data.size() / 4) + number(2, type) + block(8, name) + block(data_field, data);
}

std::string model(const std::string &graph) {
    return number(1, 8) + block(7, graph);
}

} // namespace

TEST_CASE("shouldReadInitialisersWhenRawOrFloatData") {
    const std::string file =
        model(block(5, tensor("raw", 1, "12345678", 9)) + block(5, tensor("floats", 1, "1234", 4)) +
              block(5, tensor("integers", 7, "12345678", 9)));
    const std::vector<OnnxGraph> graphs = read_onnx(file);
    REQUIRE(graphs.size() == 1);
    REQUIRE(graphs[0].tensors.size() == 2);
    CHECK(graphs[0].tensors[0].name == "raw");
    CHECK(graphs[0].tensors[0].dims == std::vector<int64_t>{2});
    CHECK(graphs[0].tensors[0].little_endian_floats == "12345678");
    CHECK(graphs[0].tensors[1].name == "floats");
}

TEST_CASE("shouldReadConstantsWhenTheyAreInBranches") {
    const std::string nameless = number(2, 1) + number(1, 1) + block(9, "1234");
    const std::string value = block(1, "value") + block(5, nameless);
    const std::string constant = block(2, "out") + block(4, "Constant") + block(5, value);
    const std::string branch = block(1, constant);
    const std::string node = block(4, "If") + block(5, block(1, "then_branch") + block(6, branch)) +
                             block(5, block(1, "else_branch") + block(6, branch));
    const std::string file = model(block(1, node)); // tensors point into it
    const std::vector<OnnxGraph> graphs = read_onnx(file);
    REQUIRE(graphs.size() == 3);
    CHECK(graphs[0].tensors.empty());
    REQUIRE(graphs[1].tensors.size() == 1);
    CHECK(graphs[1].tensors[0].name == "out");
    CHECK(graphs[2].tensors.size() == 1);
}

TEST_CASE("shouldThrowWhenNestingIsTooDeep") {
    std::string graph;
    for (int i = 0; i < 1000; i++) {
        graph = block(1, block(5, block(6, graph)));
    }
    CHECK_THROWS_AS(read_onnx(model(graph)), ProtobufError);
}

TEST_CASE("shouldThrowWhenLengthsLie") {
    CHECK_THROWS_AS(read_onnx(std::string("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)), ProtobufError);
    CHECK_THROWS_AS(read_onnx(std::string("\x3a\x7f", 2)), ProtobufError);
    CHECK_THROWS_AS(read_onnx(std::string(20, '\xff')), ProtobufError);
    CHECK_THROWS_AS(read_onnx("\x3b"), ProtobufError); // a group
    CHECK_THROWS_AS(read_onnx(number(1, 8)), ProtobufError);
    CHECK_THROWS_AS(read_onnx(model(block(5, block(1, std::string(100, '\1'))))), ProtobufError); // 100 dimensions
}

TEST_CASE("shouldNeverReadBeyondTheEndWhenBytesAreRandom") {
    std::mt19937 random(7);
    for (int round = 0; round < 20000; round++) {
        std::string bytes(random() % 64, '\0');
        for (char &byte : bytes) {
            byte = static_cast<char>(random());
        }
        try {
            read_onnx(model(bytes));
        } catch (const ProtobufError &) {
        }
    }
}
