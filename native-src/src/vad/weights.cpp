#include "vad/weights.h"

#include <cmath>
#include <cstring>

#include "base/error.h"
#include "vad/onnx.h"
#include "vad/protobuf.h"

namespace voice::vad {

namespace {

constexpr Geometry geometry_16k = {16000, 512, 64, 256, 128, 129};
constexpr Geometry geometry_8k = {8000, 256, 32, 128, 64, 65};

constexpr std::string_view stft_name = "stft.forward_basis_buffer";

using Shape = std::vector<int64_t>;

std::string to_string(const Shape &shape) {
    std::string text = "[";
    for (size_t i = 0; i < shape.size(); i++) {
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    }
    return text + "]";
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Exporters put "model." or the path of a branch in front of the module's own name.
bool has_tail(std::string_view name, std::string_view tail) {
    return name.size() >= tail.size() && name.substr(name.size() - tail.size()) == tail &&
           (name.size() == tail.size() || !is_name_character(name[name.size() - tail.size() - 1]));
}

const OnnxTensor *find(const OnnxGraph &graph, std::string_view tail) {
    for (const OnnxTensor &tensor : graph.tensors) {
        if (has_tail(tensor.name, tail)) {
            return &tensor;
        }
    }
    return nullptr;
}

/* Takes checked tensors out of one graph. */
class TensorReader {
public:
    TensorReader(const OnnxGraph &graph, const std::string &description) : graph_(graph), description_(description) {}

    std::vector<float> read(const std::string &name, const Shape &shape) const {
        const OnnxTensor *tensor = find(graph_, name);
        if (tensor == nullptr) {
            reject("model." + name + " is missing");
        }
        if (tensor->dims != shape) {
            reject("model." + name + " has shape " + to_string(tensor->dims) + " instead of " + to_string(shape));
        }
        size_t count = 1;
        for (int64_t dim : shape) {
            count *= static_cast<size_t>(dim);
        }
        if (tensor->little_endian_floats.size() != count * sizeof(float)) {
            reject("model." + name + " holds " + std::to_string(tensor->little_endian_floats.size()) +
                   " bytes instead of " + std::to_string(count * sizeof(float)));
        }
        std::vector<float> values(count);
        std::memcpy(values.data(), tensor->little_endian_floats.data(), count * sizeof(float));
        for (float value : values) {
            if (!std::isfinite(value)) {
                reject("model." + name + " holds a value that is not a number");
            }
        }
        return values;
    }

private:
    [[noreturn]] void reject(const std::string &what) const {
        throw Error(VOICE_ERROR_MODEL, description_ + ": " + what + "; this is not a Silero VAD v5/v6 model");
    }

    const OnnxGraph &graph_;
    const std::string &description_;
};

std::vector<float> read_stft(const TensorReader &tensors, const Geometry &geometry) {
    return tensors.read(std::string(stft_name),
                        {static_cast<int64_t>(2 * geometry.bins), 1, static_cast<int64_t>(geometry.filter)});
}

Convolution read_convolution(const TensorReader &tensors, int layer, size_t inputs, size_t outputs) {
    const std::string prefix = "encoder." + std::to_string(layer) + ".reparam_conv.";
    return {inputs, outputs,
            tensors.read(prefix + "weight", {static_cast<int64_t>(outputs), static_cast<int64_t>(inputs), 3}),
            tensors.read(prefix + "bias", {static_cast<int64_t>(outputs)})};
}

void read_lstm(const TensorReader &tensors, Weights &weights) {
    constexpr int64_t gates = 4 * hidden;
    weights.lstm_input = tensors.read("decoder.rnn.weight_ih", {gates, hidden});
    weights.lstm_recurrent = tensors.read("decoder.rnn.weight_hh", {gates, hidden});
    weights.lstm_bias = tensors.read("decoder.rnn.bias_ih", {gates});
    const std::vector<float> recurrent_bias = tensors.read("decoder.rnn.bias_hh", {gates});
    for (size_t gate = 0; gate < weights.lstm_bias.size(); gate++) {
        weights.lstm_bias[gate] += recurrent_bias[gate];
    }
}

// The graph whose STFT has the size for the rate. A file may hold both rates, each in a branch of an If, and which
// branch is which is told by the sizes alone.
const OnnxGraph &choose_graph(const std::vector<OnnxGraph> &graphs, const Geometry &geometry,
                              const std::string &description) {
    const Geometry &other = geometry.sample_rate == 16000 ? geometry_8k : geometry_16k;
    const OnnxTensor *unknown = nullptr;
    bool has_other_rate = false;
    for (const OnnxGraph &graph : graphs) {
        const OnnxTensor *stft = find(graph, stft_name);
        if (stft == nullptr) {
            continue;
        }
        const auto matches = [stft](const Geometry &g) {
            return stft->dims == Shape{static_cast<int64_t>(2 * g.bins), 1, static_cast<int64_t>(g.filter)};
        };
        if (matches(geometry)) {
            return graph;
        }
        if (matches(other)) {
            has_other_rate = true;
        } else {
            unknown = stft;
        }
    }
    if (has_other_rate) {
        throw Error(VOICE_ERROR_UNSUPPORTED,
                    description + ": this model works at " + std::to_string(other.sample_rate) +
                        " Hz only; open it with sample_rate=" + std::to_string(other.sample_rate) + ", not " +
                        std::to_string(geometry.sample_rate));
    }
    if (unknown != nullptr) {
        throw Error(VOICE_ERROR_MODEL, description + ": model." + std::string(stft_name) + " has shape " +
                                           to_string(unknown->dims) + "; this is not a Silero VAD v5/v6 model");
    }
    throw Error(VOICE_ERROR_MODEL, description + ": model." + std::string(stft_name) +
                                       " is missing; this is not a Silero VAD v5/v6 model");
}

} // namespace

const Geometry &geometry_of(uint32_t sample_rate) {
    switch (sample_rate) {
    case 16000:
        return geometry_16k;
    case 8000:
        return geometry_8k;
    default:
        throw Error(VOICE_ERROR_UNSUPPORTED,
                    "sample_rate=" + std::to_string(sample_rate) + ": voice activity is detected at 16000 or 8000 Hz");
    }
}

Weights read_weights(std::string_view file, uint32_t sample_rate, const std::string &description) {
    const Geometry &geometry = geometry_of(sample_rate);
    std::vector<OnnxGraph> graphs;
    try {
        graphs = read_onnx(file);
    } catch (const ProtobufError &error) {
        throw Error(VOICE_ERROR_MODEL, description + ": not a readable ONNX file: " + error.what());
    }
    const TensorReader tensors(choose_graph(graphs, geometry, description), description);
    Weights weights = {};
    weights.geometry = geometry;
    weights.stft = read_stft(tensors, geometry);
    weights.encoder[0] = read_convolution(tensors, 0, geometry.bins, 128);
    weights.encoder[1] = read_convolution(tensors, 1, 128, 64);
    weights.encoder[2] = read_convolution(tensors, 2, 64, 64);
    weights.encoder[3] = read_convolution(tensors, 3, 64, hidden);
    read_lstm(tensors, weights);
    weights.output = tensors.read("decoder.decoder.2.weight", {1, hidden, 1});
    weights.output_bias = tensors.read("decoder.decoder.2.bias", {1})[0];
    return weights;
}

} // namespace voice::vad
