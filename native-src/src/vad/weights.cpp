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

PackedMatrix pack_stft(const TensorReader &tensors, const Geometry &geometry) {
    const size_t columns = 2 * geometry.bins;
    const std::vector<float> basis = tensors.read(
        std::string(stft_name), {static_cast<int64_t>(columns), 1, static_cast<int64_t>(geometry.filter)});
    PackedMatrix matrix(geometry.filter, columns);
    for (size_t column = 0; column < columns; column++) {
        for (size_t row = 0; row < geometry.filter; row++) {
            matrix.set(row, column, basis[column * geometry.filter + row]);
        }
    }
    return matrix;
}

Convolution pack_convolution(const TensorReader &tensors, int layer, size_t inputs, size_t outputs, size_t stride) {
    constexpr size_t taps = 3;
    const std::string prefix = "encoder." + std::to_string(layer) + ".reparam_conv.";
    const std::vector<float> weight =
        tensors.read(prefix + "weight", {static_cast<int64_t>(outputs), static_cast<int64_t>(inputs), taps});
    Convolution convolution = {inputs, outputs, stride, PackedMatrix(taps * inputs, outputs),
                               tensors.read(prefix + "bias", {static_cast<int64_t>(outputs)})};
    for (size_t output = 0; output < outputs; output++) {
        for (size_t input = 0; input < inputs; input++) {
            for (size_t tap = 0; tap < taps; tap++) {
                convolution.weights.set(tap * inputs + input, output, weight[(output * inputs + input) * taps + tap]);
            }
        }
    }
    return convolution;
}

void pack_lstm(const TensorReader &tensors, Weights &weights) {
    constexpr size_t gates = 4 * hidden;
    const Shape shape = {gates, hidden};
    const std::vector<float> input = tensors.read("decoder.rnn.weight_ih", shape);
    const std::vector<float> recurrent = tensors.read("decoder.rnn.weight_hh", shape);
    const std::vector<float> input_bias = tensors.read("decoder.rnn.bias_ih", {gates});
    const std::vector<float> recurrent_bias = tensors.read("decoder.rnn.bias_hh", {gates});
    weights.lstm = PackedMatrix(2 * hidden, gates);
    weights.lstm_bias.resize(gates);
    for (size_t gate = 0; gate < gates; gate++) {
        for (size_t cell = 0; cell < hidden; cell++) {
            weights.lstm.set(cell, gate, input[gate * hidden + cell]);
            weights.lstm.set(hidden + cell, gate, recurrent[gate * hidden + cell]);
        }
        weights.lstm_bias[gate] = input_bias[gate] + recurrent_bias[gate];
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
    Weights weights = {geometry,
                       pack_stft(tensors, geometry),
                       {pack_convolution(tensors, 0, geometry.bins, 128, 1),
                        pack_convolution(tensors, 1, 128, 64, 2),
                        pack_convolution(tensors, 2, 64, 64, 2),
                        pack_convolution(tensors, 3, 64, hidden, 1)},
                       PackedMatrix(),
                       {},
                       {},
                       0};
    pack_lstm(tensors, weights);
    weights.output = tensors.read("decoder.decoder.2.weight", {1, hidden, 1});
    weights.output_bias = tensors.read("decoder.decoder.2.bias", {1})[0];
    return weights;
}

} // namespace voice::vad
