// Writes the seeds that the fuzzers start from into FOLDER/vad_model, vad_weights, vocoder_onnx and vocoder_tensors.
// All numbers are made up.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>

#include "described_model.h"
#include "testing/silero_model.h"
#include "testing/vocoder_model.h"

using namespace voice::fuzz;
namespace onnx = voice::testing::onnx;
using onnx::Storage;
using onnx::Tensor;

namespace {

class Folder {
public:
    explicit Folder(std::filesystem::path path) : path_(std::move(path)) { std::filesystem::create_directories(path_); }

    void seed(const std::string &name, const std::string &bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << bytes;
    }

private:
    std::filesystem::path path_;
};

// The fifteen tensors with their shapes and next to no numbers.
std::string hollow(const std::string &prefix, const std::function<std::string(const Tensor &)> &field) {
    std::string graph;
    for (Tensor &tensor : voice::testing::silero_tensors(16000, prefix)) {
        tensor.data.resize(4);
        graph += field(tensor);
    }
    return graph;
}

std::string as_initialiser(const Tensor &tensor) {
    return onnx::initialiser(onnx::message(tensor));
}

std::string as_constant(const Tensor &tensor) {
    return onnx::constant("If_0_then_branch__" + tensor.name, onnx::message(tensor));
}

void model_seeds(const Folder &folder) {
    const Tensor basis = {"model.stft.forward_basis_buffer", {258, 1, 256}, "0123"};
    const auto one = [&](const std::string &name, const std::function<void(Tensor &)> &change) {
        Tensor tensor = basis;
        change(tensor);
        folder.seed(name, onnx::model(as_initialiser(tensor)));
    };
    folder.seed("no_graph", onnx::number(1, 8));
    folder.seed("empty_graph", onnx::model(""));
    folder.seed("flat", onnx::model(hollow("model.", as_initialiser)));
    folder.seed("constants", onnx::model(hollow("", as_constant)));
    folder.seed("branches", onnx::model(onnx::branches(hollow("", as_constant), as_constant(basis))));
    one("storage_packed", [](Tensor &tensor) { tensor.storage = Storage::packed; });
    one("storage_pieces", [](Tensor &tensor) { tensor.storage = Storage::pieces; });
    one("storage_one_by_one", [](Tensor &tensor) { tensor.storage = Storage::one_by_one; });
    one("storage_external", [](Tensor &tensor) { tensor.storage = Storage::external; });
    one("storage_both", [](Tensor &tensor) { tensor.storage = Storage::both; });
    one("type_float16", [](Tensor &tensor) { tensor.type = onnx::float16; });
    one("type_unknown", [](Tensor &tensor) { tensor.type = 1000; });
    one("quantised", [](Tensor &tensor) { tensor.name += "_quantized"; });
    one("other_rate", [](Tensor &tensor) { tensor.dims = {130, 1, 128}; });
    one("other_shape", [](Tensor &tensor) { tensor.dims = {258, 256}; });
    one("negative_dims", [](Tensor &tensor) { tensor.dims = {-1, -258, 1}; });
    one("many_dims", [](Tensor &tensor) { tensor.dims.assign(9, 1); });
    one("packed_dims", [](Tensor &tensor) { tensor.packed_dims = true; });
    one("no_name", [](Tensor &tensor) { tensor.name.clear(); });
    const std::string flat = onnx::model(as_initialiser(basis));
    folder.seed("cut_off", flat.substr(0, flat.size() / 2));
    folder.seed("huge_length", std::string("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
    folder.seed("huge_varint", std::string(11, '\xff'));
    folder.seed("group", "\x3b\x3c");
    folder.seed("zip", "PK\3\4");
    folder.seed("lfs", "version https://git-lfs.github.com/spec/v1\n");
    for (int depth : {3, 16, 17, 30}) {
        std::string graph = as_initialiser(basis);
        for (int i = 0; i < depth; i++) {
            graph = onnx::branches(graph, "");
        }
        folder.seed("depth_" + std::to_string(depth), onnx::model(graph));
    }
}

std::string edit(Edit what, uint8_t index, uint16_t a = 0, uint32_t b = 0) {
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(what);
    bytes[1] = static_cast<char>(index);
    std::memcpy(&bytes[2], &a, sizeof a);
    std::memcpy(&bytes[4], &b, sizeof b);
    return bytes;
}

uint32_t bits(float value) {
    uint32_t result = 0;
    std::memcpy(&result, &value, sizeof result);
    return result;
}

std::string start(Form form, int rates, Fill kind) {
    return {static_cast<char>(form), static_cast<char>(rates | static_cast<int>(kind) << 2)};
}

void weights_seeds(const Folder &folder) {
    for (int form = 0; form < static_cast<int>(Form::count); form++) {
        folder.seed("form_" + std::to_string(form), start(static_cast<Form>(form), 3, Fill::noise));
    }
    folder.seed("zeros", start(Form::initialisers, 3, Fill::zeros));
    folder.seed("largest", start(Form::initialisers, 3, Fill::largest));
    folder.seed("fourier_basis", start(Form::initialisers, 3, Fill::fourier_basis));
    const std::string wide = start(Form::initialisers, 1, Fill::noise);
    const std::string narrow = start(Form::branches, 2, Fill::fourier_basis);
    std::string alternating = start(Form::initialisers, 3, Fill::largest);
    for (uint8_t i = 0; i < 30; i++) {
        alternating += edit(Edit::alternate_signs, i);
    }
    folder.seed("largest_alternating", alternating);
    for (uint8_t i = 0; i < 15; i++) {
        folder.seed("missing_" + std::to_string(i), wide + edit(Edit::erase, i));
    }
    folder.seed("nan", wide + edit(Edit::set_value, 9, 100, 0x7fc00000));
    folder.seed("infinite", narrow + edit(Edit::set_values, 14, 0, 0xff800000));
    folder.seed("denormal", wide + edit(Edit::set_values, 1, 0, 1));
    folder.seed("too_large", wide + edit(Edit::set_value, 3, 0, bits(1000.5f)));
    folder.seed("negative", narrow + edit(Edit::set_values, 7, 0, bits(-1000)));
    folder.seed("dim", wide + edit(Edit::set_dim, 5, 1, 63));
    folder.seed("more_dims", wide + edit(Edit::add_dim, 2, 0, 1));
    folder.seed("fewer_dims", wide + edit(Edit::remove_dim, 13));
    folder.seed("other_dims", wide + edit(Edit::take_dims, 1, 3));
    folder.seed("type", wide + edit(Edit::set_type, 11, 0, onnx::float64));
    for (uint16_t storage = 0; storage < 6; storage++) {
        folder.seed("storage_" + std::to_string(storage),
                    wide + edit(Edit::set_storage, 12, storage) + edit(Edit::pack_dims, 12));
    }
    folder.seed("longer", wide + edit(Edit::resize, 6, 0, 4096 + 4));
    folder.seed("shorter", wide + edit(Edit::resize, 6, 0, 4096 - 3));
    for (uint16_t name = 0; name < 6; name++) {
        folder.seed("name_" + std::to_string(name), narrow + edit(Edit::rename, 4, name));
    }
    folder.seed("twice", wide + edit(Edit::duplicate, 0) + edit(Edit::set_values, 0, 0, bits(0.5f)));
    folder.seed("order", wide + edit(Edit::move_to_end, 0));
    folder.seed("cut", wide + edit(Edit::cut_file, 0, 0, 1200000));
    folder.seed("flipped", wide + edit(Edit::flip_file, 0, 0x40, 20));
}

/* As small as generators get, so that a fuzzer changes what they are and not their numbers. */
voice::testing::VocoderModel tiny_vocoder(bool paired) {
    voice::testing::VocoderModel model;
    model.architecture = {paired, 1, 4, 8000, {2, 1}, {4, 1}, {3, 1}, {{2}, {1}}};
    return model;
}

void vocoder_seeds(const Folder &voices, const Folder &files) {
    for (bool paired : {true, false}) {
        voice::testing::VocoderModel model = tiny_vocoder(paired);
        const std::string name = paired ? "pairs" : "singles";
        const std::vector<Tensor> tensors = voice::testing::vocoder_tensors(model);
        voices.seed(name, voice::testing::onnx_voice(model));
        const auto file = [&](const std::string &config) {
            const std::string bytes = voice::testing::safetensors(tensors);
            const size_t header = bytes.find("}}") + 2;
            return std::string(1, '\0') + config + '\0' + bytes.substr(8, header - 8) + '\0' + bytes.substr(header);
        };
        const std::string config = voice::testing::vocoder_config(model.architecture);
        files.seed(name, file(config));
        files.seed(name + "_off", "\1" + file(config).substr(1));
        files.seed(name + "_config", file("{\"resblock\":\"\\u0031\",\"hop_size\":[null,true,-1.5e3]}"));
        model.conditioning = 2;
        voices.seed(name + "_conditioned", voice::testing::onnx_voice(model));
        model.speakers = 2;
        voices.seed(name + "_speakers", voice::testing::onnx_voice(model, "gen.dec."));
        model.architecture.dilations = {{1, 3}, {5}};
        model.architecture.rates = {3, 2};
        model.architecture.up_kernels = {5, 6};
        voices.seed(name + "_dilated", voice::testing::onnx_voice(model));
    }
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    model_seeds(Folder(std::filesystem::path(argv[1]) / "vad_model"));
    weights_seeds(Folder(std::filesystem::path(argv[1]) / "vad_weights"));
    vocoder_seeds(Folder(std::filesystem::path(argv[1]) / "vocoder_onnx"),
                  Folder(std::filesystem::path(argv[1]) / "vocoder_tensors"));
    return 0;
}
