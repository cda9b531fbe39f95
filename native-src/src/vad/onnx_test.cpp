#include "vad/onnx.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "testing/onnx_writer.h"
#include "vad/protobuf.h"

using namespace voice::testing::onnx;
using namespace voice::vad;

namespace {

std::string tensor(const std::string &name, uint64_t type, const std::string &data, uint32_t data_field) {
    return number(1, data.size() / 4) + number(2, type) + block(8, name) + block(data_field, data);
}

std::string floats_of(const OnnxTensor &tensor) {
    std::vector<float> values((tensor.bytes() + 3) / 4);
    copy_floats(tensor, values.data());
    return {reinterpret_cast<const char *>(values.data()), tensor.bytes()};
}

} // namespace

TEST_CASE("shouldReadInitialisersWhenRawOrFloatData") {
    const std::string file =
        model(block(5, tensor("raw", 1, "12345678", 9)) + block(5, tensor("floats", 1, "1234", 4)) +
              block(5, tensor("integers", 7, "12345678", 9)));
    const std::vector<OnnxGraph> graphs = read_onnx(file);
    REQUIRE(graphs.size() == 1);
    REQUIRE(graphs[0].tensors.size() == 3);
    CHECK(graphs[0].tensors[0].name == "raw");
    CHECK(graphs[0].tensors[0].dims == Shape{2});
    CHECK(graphs[0].tensors[0].is_float32());
    CHECK(floats_of(graphs[0].tensors[0]) == "12345678");
    CHECK(graphs[0].tensors[1].name == "floats");
    CHECK(floats_of(graphs[0].tensors[1]) == "1234");
    CHECK(!graphs[0].tensors[2].is_float32());
    CHECK(data_type_name(graphs[0].tensors[2].data_type) == "int64");
    CHECK(data_type_name(16) == "bfloat16");
    CHECK(data_type_name(17) == "of data type 17");
}

TEST_CASE("shouldReadFloatDataWhenItIsInPiecesOrOneByOne") {
    for (Storage storage : {Storage::raw, Storage::packed, Storage::pieces, Storage::one_by_one}) {
        for (bool packed_dims : {false, true}) {
            const Tensor tensor = {"t", {3}, "abcdefghijkl", float32, storage, packed_dims};
            const std::string file = model(initialiser(message(tensor)));
            const std::vector<OnnxGraph> graphs = read_onnx(file);
            REQUIRE(graphs[0].tensors.size() == 1);
            CHECK(graphs[0].tensors[0].dims == Shape{3});
            CHECK(floats_of(graphs[0].tensors[0]) == "abcdefghijkl");
        }
    }
    const std::string twice = model(initialiser(block(8, "t") + block(9, "first of two") + block(9, "last")));
    CHECK(floats_of(read_onnx(twice)[0].tensors[0]) == "last"); // as protobuf has it
    CHECK_THROWS_AS(read_onnx(model(initialiser(message({"t", {1}, "abcd", float32, Storage::both})))), ProtobufError);
    CHECK_THROWS_AS(read_onnx(model(initialiser(block(8, "t") + block(4, "abc")))), ProtobufError);
}

TEST_CASE("shouldTellWhenValuesAreInAnotherFile") {
    const std::string file = model(initialiser(message({"t", {1}, "", float32, Storage::external})) +
                                   initialiser(block(8, "located") + number(14, 1)) +
                                   initialiser(message({"here", {1}, "abcd"})));
    const std::vector<OnnxGraph> graphs = read_onnx(file);
    REQUIRE(graphs[0].tensors.size() == 3);
    CHECK(graphs[0].tensors[0].external);
    CHECK(graphs[0].tensors[1].external);
    CHECK(!graphs[0].tensors[2].external);
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

TEST_CASE("shouldThrowWhenThereIsTooMuchOfAnything") {
    std::string tensors;
    for (int i = 0; i < 65536; i++) {
        tensors += initialiser(block(8, "t"));
    }
    CHECK(read_onnx(model(tensors))[0].tensors.size() == 65536);
    CHECK_THROWS_AS(read_onnx(model(tensors + initialiser(block(8, "t")))), ProtobufError);
    std::string graphs;
    for (int i = 0; i < 2047; i++) {
        graphs += branches("", "");
    }
    CHECK(read_onnx(model(graphs)).size() == 4095);
    CHECK_THROWS_AS(read_onnx(model(graphs + branches("", ""))), ProtobufError);
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
