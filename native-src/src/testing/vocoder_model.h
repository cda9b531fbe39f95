#ifndef VOICE_TESTING_VOCODER_MODEL_H
#define VOICE_TESTING_VOCODER_MODEL_H

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "testing/onnx_writer.h"
#include "vocoder/generator.h"

/* Generators of made-up numbers, as the files that hold them. */
namespace voice::testing {

struct VocoderModel {
    vocoder::Architecture architecture;
    size_t conditioning = 0;
    size_t speakers = 0;
    bool post_bias = true;
};

/* All of HiFi-GAN's parts, and small. */
inline VocoderModel small_vocoder(bool paired) {
    VocoderModel model;
    model.architecture = {paired, 5, 16, 16000, {4, 2}, {8, 4}, {3, 5}, {{1, 3}, {1, 2}}};
    return model;
}

struct VocoderShape {
    const char *name;
    VocoderModel model;
};

inline std::vector<VocoderShape> vocoder_shapes() {
    std::vector<VocoderShape> list = {{"type 1", small_vocoder(true)}, {"type 2", small_vocoder(false)}};
    // Many channels, so that panels of every width are there, and more rows than a tile.
    list.push_back({"wide", {{true, 20, 208, 0, {3, 5}, {3, 11}, {3}, {{1}}}, 0, 0, false}});
    list.push_back({"odd", {{false, 3, 44, 0, {2, 3, 2}, {8, 7, 2}, {1, 3, 7}, {{1, 2, 3}, {6}, {1, 4}}}, 0, 0, true}});
    list.push_back({"one channel", {{true, 1, 2, 0, {1}, {1}, {5}, {{9}}}, 0, 0, false}});
    list.push_back({"long kernel", {{false, 4, 8, 0, {2}, {12}, {11}, {{12, 1}}}, 0, 0, true}});
    return list;
}

inline std::vector<onnx::Tensor> vocoder_tensors(const VocoderModel &model) {
    const vocoder::Architecture &a = model.architecture;
    std::vector<onnx::Tensor> tensors;
    uint32_t seed = 17;
    const auto add = [&](const std::string &name, const std::vector<size_t> &dims, double scale) {
        onnx::Tensor tensor;
        tensor.name = name;
        size_t count = 1;
        for (size_t dim : dims) {
            tensor.dims.push_back(static_cast<int64_t>(dim));
            count *= dim;
        }
        tensor.data.resize(count * sizeof(float));
        for (size_t i = 0; i < count; i++) {
            seed = seed * 1664525u + 1013904223u;
            const auto value = static_cast<float>(scale * (static_cast<double>(seed >> 8) / 8388608.0 - 1));
            std::memcpy(&tensor.data[i * sizeof value], &value, sizeof value);
        }
        tensors.push_back(std::move(tensor));
    };
    const auto convolution = [&](const std::string &name, size_t inputs, size_t outputs, size_t kernel, bool biased) {
        add(name + ".weight", {outputs, inputs, kernel}, 1.2 / std::sqrt(static_cast<double>(inputs * kernel)));
        if (biased) {
            add(name + ".bias", {outputs}, 0.3);
        }
    };
    size_t channels = a.initial_channels;
    convolution("conv_pre", a.channels, channels, 7, true);
    for (size_t i = 0; i < a.rates.size(); i++, channels /= 2) {
        const std::string up = "ups." + std::to_string(i);
        const auto taps = static_cast<double>(channels * a.up_kernels[i]) / static_cast<double>(a.rates[i]);
        add(up + ".weight", {channels, channels / 2, a.up_kernels[i]}, 1.4 / std::sqrt(taps));
        add(up + ".bias", {channels / 2}, 0.3);
        for (size_t j = 0; j < a.block_kernels.size(); j++) {
            const std::string block = "resblocks." + std::to_string(i * a.block_kernels.size() + j);
            for (size_t k = 0; k < a.dilations[j].size(); k++) {
                const std::string number = "." + std::to_string(k);
                const size_t half = channels / 2;
                convolution(block + (a.paired ? ".convs1" : ".convs") + number, half, half, a.block_kernels[j], true);
                if (a.paired) {
                    convolution(block + ".convs2" + number, half, half, a.block_kernels[j], true);
                }
            }
        }
    }
    convolution("conv_post", channels, 1, 7, model.post_bias);
    if (model.conditioning > 0) {
        convolution("cond", model.conditioning, a.initial_channels, 1, true);
        if (model.speakers > 0) {
            add("emb_g.weight", {model.speakers, model.conditioning}, 1);
        }
    }
    return tensors;
}

inline std::string json_list(const std::vector<size_t> &numbers) {
    std::string text;
    for (size_t number : numbers) {
        text += (text.empty() ? "" : ",") + std::to_string(number);
    }
    return "[" + text + "]";
}

inline std::string vocoder_config(const vocoder::Architecture &a) {
    std::string dilations;
    for (const std::vector<size_t> &list : a.dilations) {
        dilations += (dilations.empty() ? "" : ",") + json_list(list);
    }
    return std::string("{\"resblock\":\"") + (a.paired ? "1" : "2") +
           "\",\"upsample_rates\":" + json_list(a.rates) + ",\"upsample_kernel_sizes\":" + json_list(a.up_kernels) +
           ",\"upsample_initial_channel\":" + std::to_string(a.initial_channels) +
           ",\"resblock_kernel_sizes\":" + json_list(a.block_kernels) + ",\"resblock_dilation_sizes\":[" + dilations +
           "],\"num_mels\":" + std::to_string(a.channels) + ",\"sampling_rate\":" + std::to_string(a.sample_rate) + "}";
}

/* A safetensors file of a header and data. */
inline std::string safetensors_file(const std::string &header, const std::string &data) {
    std::string length(8, '\0');
    const uint64_t size = header.size();
    std::memcpy(&length[0], &size, sizeof size);
    return length + header + data;
}

inline std::string safetensors(const std::vector<onnx::Tensor> &tensors) {
    std::string header = "{\"__metadata__\":{\"format\":\"pt\"}";
    std::string data;
    for (const onnx::Tensor &tensor : tensors) {
        std::vector<size_t> dims(tensor.dims.begin(), tensor.dims.end());
        header += ",\"" + tensor.name + "\":{\"dtype\":\"" + (tensor.type == onnx::float32 ? "F32" : "F16") +
                  "\",\"shape\":" + json_list(dims) + ",\"data_offsets\":" +
                  json_list({data.size(), data.size() + tensor.data.size()}) + "}";
        data += tensor.data;
    }
    return safetensors_file(header + "}", data);
}

namespace onnx {

inline std::string integers(const std::string &name, const std::vector<int64_t> &values) {
    std::string numbers;
    for (int64_t value : values) {
        numbers += number(8, static_cast<uint64_t>(value));
    }
    return block(5, block(1, name) + numbers + number(20, 7));
}

/* What a Conv or ConvTranspose node does. */
struct ConvolutionNode {
    std::string weight;
    bool transposed = false;
    float slope = 0; // of the LeakyRelu in front of it; 0 for none
    int64_t dilation = 1;
    int64_t stride = 1;
    int64_t padding = 0;
    int64_t group = 1;
};

inline std::string convolution_nodes(const ConvolutionNode &node, const std::string &prefix) {
    const std::string path = "/" + prefix + node.weight;
    std::string result;
    if (node.slope != 0) {
        std::string alpha(1, '\x15'); // field 2, four bytes
        alpha.append(reinterpret_cast<const char *>(&node.slope), sizeof node.slope);
        result = block(1, block(1, path + "/in") + block(2, path + "/active") + block(4, "LeakyRelu") +
                              block(5, block(1, "alpha") + alpha + number(20, 1)));
    }
    return result + block(1, block(1, path + (node.slope != 0 ? "/active" : "/in")) + block(1, prefix + node.weight) +
                                 block(1, prefix + node.weight + "/bias") + block(2, path + "/out") +
                                 block(4, node.transposed ? "ConvTranspose" : "Conv") +
                                 integers("dilations", {node.dilation}) +
                                 block(5, block(1, "group") + number(3, static_cast<uint64_t>(node.group))) +
                                 integers("pads", {node.padding, node.padding}) +
                                 integers("strides", {node.stride}));
}

} // namespace onnx

/* The nodes of a decoder with those tensors. */
inline std::vector<onnx::ConvolutionNode> vocoder_nodes(const VocoderModel &model,
                                                        const std::vector<onnx::Tensor> &tensors) {
    const vocoder::Architecture &a = model.architecture;
    std::vector<onnx::ConvolutionNode> nodes;
    for (const onnx::Tensor &tensor : tensors) {
        if (tensor.dims.size() != 3) {
            continue;
        }
        onnx::ConvolutionNode node;
        node.weight = tensor.name;
        const std::string &name = tensor.name;
        const bool first = name.find("cond") == 0 || name.find("conv_pre") == 0;
        node.slope = first ? 0 : name.find("conv_post") == 0 ? vocoder::last_slope : vocoder::inner_slope;
        const int64_t kernel = tensor.dims[2];
        if (name.find("ups.") == 0) {
            node.transposed = true;
            node.stride = static_cast<int64_t>(a.rates[static_cast<size_t>(name[4] - '0')]);
            node.padding = (kernel - node.stride) / 2;
        } else {
            const size_t list = name.find(".convs");
            if (list != std::string::npos && name.find(".convs2") == std::string::npos) {
                const size_t block = std::stoul(name.substr(10)) % a.block_kernels.size();
                const size_t step = std::stoul(name.substr(name.find('.', list + 1) + 1));
                node.dilation = static_cast<int64_t>(a.dilations[block].at(step));
            }
            node.padding = node.dilation * (kernel - 1) / 2;
        }
        nodes.push_back(node);
    }
    return nodes;
}

/* A VITS voice of which only the decoder is left. */
inline std::string onnx_voice(const std::vector<onnx::Tensor> &tensors, const std::vector<onnx::ConvolutionNode> &nodes,
                              const std::string &prefix = "dec.") {
    std::string graph;
    for (const onnx::ConvolutionNode &node : nodes) {
        graph += onnx::convolution_nodes(node, prefix);
    }
    for (onnx::Tensor tensor : tensors) {
        const bool speakers = tensor.name == "emb_g.weight";
        tensor.name = (speakers ? prefix.substr(0, prefix.size() - 4) : prefix) + tensor.name;
        graph += onnx::initialiser(onnx::message(tensor));
    }
    return onnx::model(graph);
}

inline std::string onnx_voice(const VocoderModel &model, const std::string &prefix = "dec.") {
    const std::vector<onnx::Tensor> tensors = vocoder_tensors(model);
    return onnx_voice(tensors, vocoder_nodes(model, tensors), prefix);
}

} // namespace voice::testing

#endif
