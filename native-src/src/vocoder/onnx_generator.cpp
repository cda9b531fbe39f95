#include "vocoder/onnx_generator.h"

#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "vad/onnx.h"
#include "vad/protobuf.h"

namespace voice::vocoder {

namespace {

using vad::OnnxGraph;
using vad::OnnxNode;
using vad::OnnxTensor;

constexpr std::string_view prefixes[] = {"dec.", "gen.dec."};
constexpr std::string_view first_weight = "conv_pre.weight";

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

std::vector<OnnxGraph> parse(std::string_view bytes, const std::string &description) {
    try {
        return vad::read_onnx(bytes);
    } catch (const vad::ProtobufError &error) {
        throw Error(VOICE_ERROR_MODEL, description + ": it is neither a safetensors file nor an ONNX model: " +
                                           error.what());
    }
}

struct Decoder {
    const OnnxGraph *graph;
    std::string_view prefix;
};

Decoder find_decoder(const std::vector<OnnxGraph> &graphs, const std::string &description) {
    for (const OnnxGraph &graph : graphs) {
        for (std::string_view prefix : prefixes) {
            for (const OnnxTensor &tensor : graph.tensors) {
                if (starts_with(tensor.name, prefix) && starts_with(tensor.name.substr(prefix.size()), "conv_pre.")) {
                    return {&graph, prefix};
                }
            }
        }
    }
    // Nothing is wrong with the file: the caller may have something else for it.
    throw Error(VOICE_ERROR_UNSUPPORTED,
                description + ": dec." + std::string(first_weight) + " is missing; this is not a VITS voice");
}

StoredTensor stored(const OnnxTensor &tensor) {
    StoredTensor result;
    result.dims = tensor.dims;
    result.type = vad::data_type_name(tensor.data_type);
    result.external = tensor.external;
    result.bytes = tensor.bytes();
    result.copy = [tensor](float *values) { vad::copy_floats(tensor, values); };
    return result;
}

TensorFile decoder_tensors(const Decoder &decoder, const std::string &description) {
    TensorFile file(description, std::string(decoder.prefix));
    const std::string speakers = std::string(decoder.prefix.substr(0, decoder.prefix.size() - 4)) + "emb_g.weight";
    for (const OnnxTensor &tensor : decoder.graph->tensors) {
        if (starts_with(tensor.name, decoder.prefix)) {
            file.add(std::string(tensor.name.substr(decoder.prefix.size())), stored(tensor));
        }
    }
    if (file.has("cond.weight")) { // without it nothing here depends on the speaker
        for (const OnnxTensor &tensor : decoder.graph->tensors) {
            if (tensor.name == speakers) {
                file.add("emb_g.weight", stored(tensor));
            }
        }
    }
    return file;
}

/* The nodes of the decoder, found by their weights and checked for what is run here. */
class Nodes {
public:
    Nodes(const Decoder &decoder, const TensorFile &file) : file_(file) {
        for (const OnnxNode &node : decoder.graph->nodes) {
            if (node.op_type == "LeakyRelu") {
                slopes_.emplace(node.output, node.alpha);
            } else if (starts_with(node.inputs[1], decoder.prefix)) {
                by_weight_.emplace(node.inputs[1].substr(decoder.prefix.size()), &node);
            }
        }
    }

    /* The dilation of a convolution that keeps the length. */
    size_t dilation(const std::string &name, size_t kernel) const {
        const OnnxNode &node = find(name, "Conv");
        const int64_t dilation = only(node.dilations, 1, name, "dilations");
        if (dilation < 1 || dilation > 65536 || only(node.strides, 1, name, "strides") != 1) {
            file_.reject(name, "belongs to a Conv with a stride or a dilation that a generator does not have");
        }
        const int64_t padding = dilation * static_cast<int64_t>(kernel - 1) / 2;
        check_pads(node, padding, name);
        return static_cast<size_t>(dilation);
    }

    /* The rate of a transposed convolution whose output is that many times as long. */
    size_t rate(const std::string &name, size_t kernel) const {
        const OnnxNode &node = find(name, "ConvTranspose");
        const int64_t rate = only(node.strides, 1, name, "strides");
        const auto length = static_cast<int64_t>(kernel);
        if (rate < 1 || rate > length || (length - rate) % 2 != 0 || only(node.dilations, 1, name, "dilations") != 1 ||
            only(node.output_padding, 0, name, "output_padding") != 0) {
            file_.reject(name, "belongs to a ConvTranspose whose output is not a whole number of times as long as its "
                               "input");
        }
        check_pads(node, (length - rate) / 2, name);
        return static_cast<size_t>(rate);
    }

    /* Checks that the input of the node has just gone through a leaky ReLU of that slope. */
    void check_slope(const std::string &name, float slope) const {
        const auto node = by_weight_.find(name);
        const auto found = node == by_weight_.end() ? slopes_.end() : slopes_.find(node->second->inputs[0]);
        if (found == slopes_.end() || !(std::abs(found->second - slope) <= 1e-6f)) {
            file_.reject(name, "has an unknown activation in front of it; a LeakyRelu of " +
                                   std::string(slope == last_slope ? "0.01" : "0.1") + " is what is run");
        }
    }

private:
    const OnnxNode &find(const std::string &name, std::string_view type) const {
        const auto found = by_weight_.find(name);
        if (found == by_weight_.end() || found->second->op_type != type) {
            file_.reject(name, "is not the weight of a " + std::string(type) + " node");
        }
        if (found->second->group != 1 || found->second->automatic_padding) {
            file_.reject(name, "belongs to a node with groups or automatic padding, which a generator does not have");
        }
        return *found->second;
    }

    int64_t only(const Shape &list, int64_t otherwise, const std::string &name, const char *attribute) const {
        if (list.size() > 1) {
            file_.reject(name, std::string("belongs to a node with several ") + attribute + "; one is run");
        }
        return list.size() == 0 ? otherwise : list[0];
    }

    void check_pads(const OnnxNode &node, int64_t padding, const std::string &name) const {
        if (node.pads == Shape{padding, padding} || (padding == 0 && node.pads.size() == 0)) {
            return;
        }
        file_.reject(name, "belongs to a node that is padded by " + to_string(node.pads) + " instead of " +
                               to_string({padding, padding}));
    }

    const TensorFile &file_;
    std::map<std::string_view, float> slopes_;
    std::map<std::string_view, const OnnxNode *> by_weight_;
};

std::string numbered(const std::string &text, size_t number) {
    return text + "." + std::to_string(number);
}

size_t count(const TensorFile &file, const std::string &list, const std::string &tail) {
    size_t number = 0;
    while (file.has(numbered(list, number) + tail)) {
        number++;
    }
    return number;
}

size_t kernel_of(const TensorFile &file, const std::string &name) {
    return static_cast<size_t>(file.shape(name, 3)[2]);
}

std::vector<size_t> read_dilations(const TensorFile &file, const Nodes &nodes, const std::string &block, bool paired,
                                   size_t kernel) {
    std::vector<size_t> dilations;
    const std::string list = block + (paired ? ".convs1" : ".convs");
    const size_t convolutions = count(file, list, ".weight");
    for (size_t i = 0; i < convolutions; i++) {
        const std::string name = numbered(list, i) + ".weight";
        nodes.check_slope(name, inner_slope);
        dilations.push_back(nodes.dilation(name, kernel));
        const std::string second = numbered(block + ".convs2", i) + ".weight";
        if (paired) {
            nodes.check_slope(second, inner_slope);
            if (nodes.dilation(second, kernel) != 1) {
                file.reject(second, "is dilated, which the second convolution of a pair is not");
            }
        }
    }
    return dilations;
}

void read_blocks(const TensorFile &file, const Nodes &nodes, Architecture &architecture) {
    const bool paired = file.has("resblocks.0.convs1.0.weight");
    const std::string tail = paired ? ".convs1.0.weight" : ".convs.0.weight";
    const size_t stages = architecture.rates.size();
    const size_t blocks = count(file, "resblocks", tail);
    if (blocks == 0) {
        file.reject("resblocks", "are of an unknown type, or missing; types \"1\" (convs1, convs2) and \"2\" (convs) "
                                 "are known");
    }
    if (blocks % stages != 0) {
        file.reject("resblocks", "are " + std::to_string(blocks) + ", which is no multiple of the " +
                                     std::to_string(stages) + " upsamplings");
    }
    architecture.paired = paired;
    for (size_t i = 0; i < blocks; i++) {
        const std::string block = numbered("resblocks", i);
        const size_t kernel = kernel_of(file, block + tail);
        std::vector<size_t> dilations = read_dilations(file, nodes, block, paired, kernel);
        const size_t position = i % (blocks / stages);
        if (i < blocks / stages) {
            architecture.block_kernels.push_back(kernel);
            architecture.dilations.push_back(std::move(dilations));
        } else if (architecture.block_kernels[position] != kernel || architecture.dilations[position] != dilations) {
            file.reject(block, "differs from " + numbered("resblocks", position) + " in its kernel or its dilations");
        }
    }
}

Architecture read_architecture(const TensorFile &file, const Nodes &nodes) {
    Architecture architecture;
    const Shape pre = file.shape(std::string(first_weight), 3);
    architecture.initial_channels = static_cast<size_t>(pre[0]);
    architecture.channels = static_cast<size_t>(pre[1]);
    const size_t stages = count(file, "ups", ".weight");
    if (stages == 0) {
        file.reject("ups.0.weight", "is missing; this is not a HiFi-GAN generator");
    }
    for (size_t i = 0; i < stages; i++) {
        const std::string name = numbered("ups", i) + ".weight";
        const size_t kernel = kernel_of(file, name);
        nodes.check_slope(name, inner_slope);
        architecture.up_kernels.push_back(kernel);
        architecture.rates.push_back(nodes.rate(name, kernel));
    }
    read_blocks(file, nodes, architecture);
    nodes.check_slope("conv_post.weight", last_slope);
    for (const std::string &name : {std::string(first_weight), std::string("conv_post.weight")}) {
        if (nodes.dilation(name, kernel_of(file, name)) != 1) {
            file.reject(name, "is dilated, which a generator's first and last convolutions are not");
        }
    }
    return architecture;
}

} // namespace

OnnxGenerator read_onnx_generator(std::string_view bytes, const std::string &description) {
    const std::vector<OnnxGraph> graphs = parse(bytes, description);
    const Decoder decoder = find_decoder(graphs, description);
    TensorFile tensors = decoder_tensors(decoder, description);
    Architecture architecture = read_architecture(tensors, Nodes(decoder, tensors));
    check_architecture(architecture, description);
    return {std::move(tensors), std::move(architecture)};
}

} // namespace voice::vocoder
