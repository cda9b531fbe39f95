// Files that are not the generator they claim to be: each is a status and a sentence, never a crash.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <random>

#include "base/error.h"
#include "testing/temporary_file.h"
#include "testing/vocoder_model.h"
#include "vocoder/loader.h"
#include "vocoder/network.h"
#include "voice/voice.h"

using namespace voice::testing;

namespace {

struct Outcome {
    int status;
    std::string message;

    bool says(const std::string &text) const { return message.find(text) != std::string::npos; }
};

Outcome outcome_of(int status, voice_vocoder *vocoder) {
    CHECK((vocoder != nullptr) == (status == VOICE_OK));
    voice_vocoder_close(vocoder);
    return {status, status == VOICE_OK ? "" : voice_last_error()};
}

Outcome open_memory(const std::string &bytes, const std::string &config = "") {
    voice_vocoder *vocoder = nullptr;
    const int status = voice_vocoder_open_memory(bytes.data(), bytes.size(), config.empty() ? nullptr : config.data(),
                                                 config.size(), &vocoder);
    return outcome_of(status, vocoder);
}

Outcome open_file(const std::string &path, const char *config = nullptr) {
    voice_vocoder *vocoder = nullptr;
    voice_vocoder_options options = VOICE_VOCODER_OPTIONS_INIT;
    options.config = config;
    const int status = voice_vocoder_open(path.c_str(), &options, &vocoder);
    return outcome_of(status, vocoder);
}

onnx::Tensor &find(std::vector<onnx::Tensor> &tensors, const std::string &name) {
    for (onnx::Tensor &tensor : tensors) {
        if (tensor.name == name) {
            return tensor;
        }
    }
    FAIL(name << " is not there");
    return tensors[0];
}

const VocoderModel good = small_vocoder(true);

/* What both formats say of a model with something wrong in its tensors; they agree but for the prefix. */
Outcome with_tensors(const std::function<void(std::vector<onnx::Tensor> &)> &change) {
    std::vector<onnx::Tensor> tensors = vocoder_tensors(good);
    const std::vector<onnx::ConvolutionNode> nodes = vocoder_nodes(good, tensors);
    change(tensors);
    const Outcome a = open_memory(safetensors(tensors), vocoder_config(good.architecture));
    const Outcome b = open_memory(onnx_voice(tensors, nodes));
    CHECK(a.status == b.status);
    CAPTURE(a.message);
    CAPTURE(b.message);
    const std::string start = "the model in memory: ";
    const bool agree = a.status != VOICE_OK && b.message == start + "dec." + a.message.substr(start.size());
    CHECK((agree || a.status == VOICE_OK));
    return a;
}

Outcome with_node(const std::string &weight, const std::function<void(onnx::ConvolutionNode &)> &change) {
    const std::vector<onnx::Tensor> tensors = vocoder_tensors(good);
    std::vector<onnx::ConvolutionNode> nodes = vocoder_nodes(good, tensors);
    for (onnx::ConvolutionNode &node : nodes) {
        if (node.weight == weight) {
            change(node);
        }
    }
    return open_memory(onnx_voice(tensors, nodes));
}

Outcome with_config(const std::string &from, const std::string &to) {
    std::string config = vocoder_config(good.architecture);
    const size_t at = config.find(from);
    REQUIRE(at != std::string::npos);
    config.replace(at, from.size(), to);
    return open_memory(safetensors(vocoder_tensors(good)), config);
}

void set_value(onnx::Tensor &tensor, size_t index, float value) {
    std::memcpy(&tensor.data[index * sizeof value], &value, sizeof value);
}

} // namespace

TEST_CASE("shouldNamePathWhenFileCannotBeUsed") {
    const Outcome missing = open_file("/nowhere/voice.onnx");
    CHECK(missing.status == VOICE_ERROR_NOT_FOUND);
    CHECK(missing.says("/nowhere/voice.onnx"));
    CHECK(open_file(std::filesystem::temp_directory_path().string()).status == VOICE_ERROR_IO);
    const TemporaryFile empty("");
    CHECK(open_file(empty.path()).says(empty.path() + ": it is empty"));
    const TemporaryFile text("This is a story about a voice, not a voice.");
    CHECK(open_file(text.path()).status == VOICE_ERROR_MODEL);
    CHECK(open_file(text.path()).says("it is neither a safetensors file nor an ONNX model"));
    const TemporaryFile large("");
    std::filesystem::resize_file(large.path(), (size_t{512} << 20) + 1);
    CHECK(open_file(large.path()).says("512 MiB"));
}

TEST_CASE("shouldFindTheConfigurationWhereItUsuallyIs") {
    const TemporaryFile folder("");
    std::filesystem::remove(folder.path());
    std::filesystem::create_directory(folder.path());
    const std::string weights = folder.path() + "/generator.safetensors";
    const std::string config = folder.path() + "/config.json";
    std::ofstream(weights, std::ios::binary) << safetensors(vocoder_tensors(good));
    const Outcome missing = open_file(weights);
    CHECK(missing.status == VOICE_ERROR_NOT_FOUND);
    CHECK(missing.says(config));
    std::ofstream(config) << vocoder_config(good.architecture);
    CHECK(open_file(weights).status == VOICE_OK);
    CHECK(open_file(weights, "/nowhere/config.json").says("/nowhere/config.json"));
    std::ofstream(folder.path() + "/other.json") << "{}";
    CHECK(open_file(weights, (folder.path() + "/other.json").c_str()).says("resblock is missing"));

    const std::string voice = folder.path() + "/voice.onnx";
    std::ofstream(voice, std::ios::binary) << onnx_voice(good);
    CHECK(open_file(voice).status == VOICE_OK);
    std::ofstream(voice + ".json") << "{\"audio\":{\"sample_rate\":-1}}";
    CHECK(open_file(voice).says(voice + ".json: audio.sample_rate must be whole"));
    for (const std::string &path : {weights, config, voice, voice + ".json", folder.path() + "/other.json"}) {
        std::filesystem::remove(path);
    }
}

TEST_CASE("shouldNameTensorWhenItIsMissingOrMisshapen") {
    CHECK(with_tensors([](auto &) {}).status == VOICE_OK);
    const Outcome missing = with_tensors([](auto &tensors) { find(tensors, "ups.1.bias").name = "ups.1.Bias"; });
    CHECK(missing.status == VOICE_ERROR_MODEL);
    CHECK(missing.says("ups.1.bias is missing"));
    CHECK(with_tensors([](auto &tensors) {
              find(tensors, "resblocks.1.convs2.1.weight").dims = {8, 8, 3};
          }).says("resblocks.1.convs2.1.weight has shape [8, 8, 3] instead of [8, 8, 5]"));
    CHECK(with_tensors([](auto &tensors) { find(tensors, "conv_post.weight").dims = {2, 2, 7}; })
              .says("conv_post.weight has shape [2, 2, 7] instead of [1, 4, 7]"));
    CHECK(with_tensors([](auto &tensors) { find(tensors, "conv_post.weight").dims = {28}; })
              .says("conv_post.weight has shape [28] instead of 3 dimensions"));
    CHECK(with_tensors([](auto &tensors) { find(tensors, "ups.0.bias").data.resize(28); })
              .says("ups.0.bias holds 28 bytes instead of 32"));
    CHECK(with_tensors([](auto &tensors) { find(tensors, "ups.0.bias").type = onnx::float16; }).status ==
          VOICE_ERROR_MODEL);
    CHECK(with_tensors([](auto &tensors) {
              onnx::Tensor extra = find(tensors, "ups.0.bias");
              extra.name = "resblocks.4.convs1.0.bias";
              tensors.push_back(extra);
          }).says("resblocks.4.convs1.0.bias is a part that a generator of that configuration does not have"));
    CHECK(with_tensors([](auto &tensors) {
              onnx::Tensor norm = find(tensors, "ups.0.weight");
              find(tensors, "ups.0.bias").name = "ups.0.bias_g";
          }).says("weight norm apart"));
}

TEST_CASE("shouldNameTheValueWhenAWeightIsNotFinite") {
    const Outcome nan = with_tensors([](auto &tensors) {
        set_value(find(tensors, "resblocks.0.convs1.1.weight"), 3, std::numeric_limits<float>::quiet_NaN());
    });
    CHECK(nan.status == VOICE_ERROR_MODEL);
    CHECK(nan.says("resblocks.0.convs1.1.weight holds nan at index 3"));
    CHECK(with_tensors([](auto &tensors) {
              set_value(find(tensors, "conv_post.bias"), 0, -std::numeric_limits<float>::infinity());
          }).says("conv_post.bias holds -inf at index 0"));
}

TEST_CASE("shouldNameTheEntryWhenTheConfigurationMakesNoSense") {
    CHECK(with_config("\"1\"", "1").status == VOICE_OK);
    CHECK(with_config("\"1\"", "\"3\"").says("resblock is of an unknown type"));
    CHECK(with_config("\"1\"", "\"2\"").status == VOICE_ERROR_MODEL);
    CHECK(with_config("[4,2]", "[4,2.5]").says("upsample_rates must be whole"));
    CHECK(with_config("[4,2]", "[4]").says("of different length"));
    CHECK(with_config("[4,2]", "[3,2]").says("must be even"));
    CHECK(with_config("[4,2]", "[2,2]").status == VOICE_OK); // the shapes do not tell
    CHECK(with_config("[3,5]", "[3,6]").says("must be odd"));
    CHECK(with_config("[3,5]", "[5,5]").says("has shape [8, 8, 3] instead of [8, 8, 5]"));
    CHECK(with_config("[1,3]", "[1,3,5]").says("resblocks.0.convs1.2.weight is missing"));
    CHECK(with_config("[1,3]", "[]").says("has 0 entries"));
    CHECK(with_config("\"num_mels\":5", "\"num_mels\":6").says("conv_pre.weight has shape [16, 5, 7]"));
    CHECK(with_config("\"num_mels\":5", "\"num_mels\":5e300").says("num_mels must be whole"));
    CHECK(with_config("\"num_mels\":5", "\"mels\":5").says("num_mels is missing"));
    CHECK(with_config("{\"res", "{\"hop_size\":9,\"res").says("hop_size is 9"));
    CHECK(with_config("\"upsample_initial_channel\":16", "\"upsample_initial_channel\":1").says("cannot be halved"));
    CHECK(with_config("}", "").says("the configuration in memory: it is not JSON: it is cut off"));
    CHECK(open_memory(safetensors(vocoder_tensors(good)), "[]").says("it is not a JSON object"));
    std::string many = "[0";
    for (int i = 0; i < 200000; i++) {
        many += ",0";
    }
    CHECK(open_memory(safetensors(vocoder_tensors(good)), many + "]").says("it has more than 200000 values"));
    CHECK(open_memory(safetensors(vocoder_tensors(good)), std::string(100000, '[')).says("nested too deep"));
    CHECK(open_memory(safetensors(vocoder_tensors(good))).says("give HiFi-GAN's config.json, too"));
}

TEST_CASE("shouldNameTheWeightWhenItsNodeIsNoneOfAGenerator") {
    CHECK(with_node("ups.0.weight", [](auto &) {}).status == VOICE_OK);
    const Outcome activation = with_node("ups.0.weight", [](auto &node) { node.slope = 0.2f; });
    CHECK(activation.status == VOICE_ERROR_MODEL);
    CHECK(activation.says("dec.ups.0.weight has an unknown activation in front of it"));
    CHECK(with_node("conv_post.weight", [](auto &node) { node.slope = 0.1f; }).says("a LeakyRelu of 0.01"));
    CHECK(with_node("resblocks.2.convs2.1.weight", [](auto &node) { node.slope = 0; }).says("unknown activation"));
    CHECK(with_node("ups.0.weight", [](auto &node) { node.transposed = false; }).says("of a ConvTranspose node"));
    CHECK(with_node("ups.0.weight", [](auto &node) { node.stride = 3; }).says("whole number of times"));
    CHECK(with_node("ups.0.weight", [](auto &node) { node.stride = -4; }).status == VOICE_ERROR_MODEL);
    CHECK(with_node("ups.0.weight", [](auto &node) { node.padding = 1; }).says("padded by [1, 1] instead of [2, 2]"));
    CHECK(with_node("conv_pre.weight", [](auto &node) { node.padding = 0; }).says("instead of [3, 3]"));
    CHECK(with_node("conv_pre.weight", [](auto &node) { node.stride = 2; }).says("a stride or a dilation"));
    CHECK(with_node("conv_pre.weight", [](auto &node) { node.group = 2; }).says("groups"));
    CHECK(with_node("conv_pre.weight", [](auto &node) {
              node.dilation = 2;
              node.padding = 6;
          }).says("is dilated"));
    CHECK(with_node("resblocks.3.convs1.1.weight", [](auto &node) {
              node.dilation = 4;
              node.padding = 8;
          }).says("resblocks.3 differs from resblocks.1"));
    CHECK(with_node("resblocks.0.convs2.0.weight", [](auto &node) {
              node.dilation = 2;
              node.padding = 2;
          }).says("the second convolution of a pair"));
    CHECK(with_node("resblocks.0.convs1.0.weight", [](auto &node) {
              node.dilation = int64_t{1} << 62;
          }).status == VOICE_ERROR_MODEL);
    CHECK(with_node("ups.1.weight", [](auto &node) { node.weight = "ups.9.weight"; }).says("dec.ups.1.weight"));
}

TEST_CASE("shouldSayWhatIsMissingWhenItIsAnotherOnnxModel") {
    const Outcome outcome = open_memory(onnx::model(""));
    CHECK(outcome.status == VOICE_ERROR_UNSUPPORTED);
    CHECK(outcome.says("dec.conv_pre.weight is missing; this is not a VITS voice"));
    CHECK(open_memory(onnx_voice(good, "decoder.")).says("is missing"));
    std::vector<onnx::Tensor> tensors = vocoder_tensors(good);
    for (onnx::Tensor &tensor : tensors) {
        if (const size_t at = tensor.name.find("convs"); at != std::string::npos) {
            tensor.name.replace(at, 5, "layers");
        }
    }
    CHECK(open_memory(onnx_voice(tensors, vocoder_nodes(good, vocoder_tensors(good)))).says("of an unknown type"));
}

TEST_CASE("shouldRefuseWhenItsSizesAreTooLarge") {
    VocoderModel wide = good;
    const auto with_rates = [&](const std::vector<size_t> &rates) {
        wide.architecture.rates = wide.architecture.up_kernels = rates;
        return open_memory(safetensors({}), vocoder_config(wide.architecture));
    };
    CHECK(with_rates({64, 64}).says("conv_pre.weight is missing"));
    CHECK(with_rates({64, 65}).says("upsample_rates must be whole and from 1 to 64"));
    CHECK(with_rates({64, 64, 2}).says("the product of upsample_rates is 8192; from 1 to 4096 is run"));
    CHECK(with_rates({1, 1, 1, 1, 1, 1, 1, 1, 1}).says("upsample_rates has 9 entries"));

    const std::string voice = onnx_voice(good);
    const voice::vocoder::Generator generator = voice::vocoder::read_generator(voice, "the voice", std::nullopt);
    CHECK_THROWS_WITH_AS(voice::vocoder::Network(generator, voice::vocoder::choose_kernels(), 1000),
                         doctest::Contains("at most 1000 are spent"), voice::Error);
}

TEST_CASE("shouldRefuseWhenAFileIsCutOff") {
    const std::string config = vocoder_config(good.architecture);
    for (const std::string &file : {safetensors(vocoder_tensors(good)), onnx_voice(good)}) {
        for (size_t length = 1; length < file.size(); length += 1 + length / 20) {
            CAPTURE(length);
            const Outcome outcome = open_memory(file.substr(0, length), config);
            CHECK(outcome.status == VOICE_ERROR_MODEL);
            CHECK(outcome.says(": "));
        }
    }
}

TEST_CASE("shouldRefuseWhenASafetensorsHeaderLies") {
    const std::string config = vocoder_config(good.architecture);
    const auto says = [&](const std::string &header, const std::string &text) {
        const Outcome outcome = open_memory(safetensors_file(header, "0123"), config);
        CAPTURE(outcome.message);
        CHECK(outcome.status == VOICE_ERROR_MODEL);
        CHECK(outcome.says(text));
    };
    says("{", "its header is not JSON: it is cut off");
    says("{}", "conv_pre.weight is missing");
    says("{\"a\":1}", "a is not described by dtype, shape and data_offsets");
    says("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "a has a shape that is not understood");
    says("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,5]}}", "a lies outside of the file's 4 bytes");
    says("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "a lies outside");
    says("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4]}}", "a is not described");
    says("{\"\\u0001\\ud83d\\ude00\":1}", "????? is not described");
}

TEST_CASE("shouldNeverCrashWhenBytesAreFlipped") {
    std::mt19937 random(1);
    const std::string config = vocoder_config(good.architecture);
    for (const std::string &file : {safetensors(vocoder_tensors(good)), onnx_voice(good)}) {
        for (int round = 0; round < 300; round++) {
            std::string damaged = file;
            for (int i = 0; i < 4; i++) {
                damaged[random() % damaged.size()] = static_cast<char>(random());
            }
            const int status = open_memory(damaged, config).status;
            CHECK((status == VOICE_OK || status == VOICE_ERROR_MODEL || status == VOICE_ERROR_UNSUPPORTED));
        }
    }
}

TEST_CASE("shouldNameTheArgumentWhenItIsNull") {
    voice_vocoder *vocoder = nullptr;
    CHECK(voice_vocoder_open(nullptr, nullptr, &vocoder) == VOICE_ERROR_ARGUMENT);
    CHECK(std::string(voice_last_error()) == "path=NULL: a pointer is required");
    CHECK(voice_vocoder_open("x", nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_open_memory("x", 1, nullptr, 1, &vocoder) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_get_info(nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    voice_vocoder_stream *stream = nullptr;
    CHECK(voice_vocoder_stream_open(nullptr, nullptr, &stream) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_stream_push(nullptr, nullptr, 0, 0, nullptr, 0, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_stream_reset(nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_stream_samples(nullptr, 1) == 0);
    voice_vocoder_stream_close(nullptr);
    voice_vocoder_close(nullptr);
    const std::string voice = onnx_voice(good);
    REQUIRE(voice_vocoder_open_memory(voice.data(), voice.size(), nullptr, 0, &vocoder) == VOICE_OK);
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    info.struct_size = 8;
    CHECK(voice_vocoder_get_info(vocoder, &info) == VOICE_ERROR_ARGUMENT);
    voice_vocoder_close(vocoder);
    setenv("VOICE_SIMD", "mmx", 1);
    CHECK(open_memory(voice).status == VOICE_ERROR_ARGUMENT);
    unsetenv("VOICE_SIMD");
}
