#include "vad/weights.h"

#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "vad/onnx.h"
#include "vad/protobuf.h"

namespace voice::vad {

namespace {

constexpr Geometry geometry_16k = {16000, 512, 64, 256, 128, 129};
constexpr Geometry geometry_8k = {8000, 256, 32, 128, 64, 65};

constexpr std::string_view stft_name = "stft.forward_basis_buffer";

// What ONNX Runtime's quantisation appends to the names of the tensors that it replaces.
constexpr const char *quantised_suffix = "_quantized";
constexpr std::string_view quantised_stft_name = "stft.forward_basis_buffer_quantized";

Shape stft_shape(const Geometry &geometry) {
    return {static_cast<int64_t>(2 * geometry.bins), 1, static_cast<int64_t>(geometry.filter)};
}

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

// Exporters put "model.", "model_8k." or the path of a branch in front of the module's own name.
bool has_tail(std::string_view name, std::string_view tail) {
    return name.size() >= tail.size() && name.substr(name.size() - tail.size()) == tail &&
           (name.size() == tail.size() || !is_name_character(name[name.size() - tail.size() - 1]));
}

/* The tensors of one network: those of a graph whose names begin alike, for a graph may hold one for each rate. */
struct Tensors {
    const OnnxGraph *graph;
    std::string_view prefix;

    const OnnxTensor *find(std::string_view name) const {
        for (const OnnxTensor &tensor : graph->tensors) {
            if (tensor.name.size() == prefix.size() + name.size() && tensor.name.substr(0, prefix.size()) == prefix &&
                tensor.name.substr(prefix.size()) == name) {
                return &tensor;
            }
        }
        return nullptr;
    }
};

[[noreturn]] void reject_model(const std::string &description, const std::string &what) {
    throw Error(VOICE_ERROR_MODEL, description + ": model." + what);
}

[[noreturn]] void reject_quantised(const std::string &description, const std::string &name) {
    reject_model(description, name + " is quantised, and float32 is what is read; use the model as it is published");
}

constexpr const char *foreign = "; this is not a Silero VAD v5/v6 model";

/* Takes checked tensors out of one network. */
class TensorReader {
public:
    TensorReader(const Tensors &tensors, const std::string &description)
        : tensors_(tensors), description_(description) {}

    std::vector<float> read(const std::string &name, const Shape &shape) const {
        const OnnxTensor &tensor = require(name);
        if (!tensor.is_float32()) {
            reject_model(description_, name + " is " + data_type_name(tensor.data_type) +
                                           " instead of float32; use the model as it is published, or convert its "
                                           "weights to float32");
        }
        if (tensor.dims != shape) {
            reject_model(description_,
                         name + " has shape " + to_string(tensor.dims) + " instead of " + to_string(shape) + foreign);
        }
        if (tensor.external) {
            reject_model(description_, name + " is in another file (external data), and only the model's own file is "
                                              "read; save the model as one file");
        }
        size_t count = 1;
        for (int64_t dim : shape) {
            count *= static_cast<size_t>(dim);
        }
        if (tensor.bytes() != count * sizeof(float)) {
            reject_model(description_, name + " holds " + std::to_string(tensor.bytes()) + " bytes instead of " +
                                           std::to_string(count * sizeof(float)) + foreign);
        }
        std::vector<float> values(count);
        copy_floats(tensor, values.data());
        check_values(name, values);
        return values;
    }

private:
    const OnnxTensor &require(const std::string &name) const {
        if (const OnnxTensor *tensor = tensors_.find(name)) {
            return *tensor;
        }
        if (tensors_.find(name + quantised_suffix) != nullptr) {
            reject_quantised(description_, name);
        }
        reject_model(description_, name + " is missing" + foreign);
    }

    void check_values(const std::string &name, const std::vector<float> &values) const {
        for (size_t i = 0; i < values.size(); i++) {
            if (!(std::abs(values[i]) <= max_weight)) { // so that NaN fails
                char text[160];
                std::snprintf(text, sizeof text, " holds %g at index %zu; a weight is a number from -%g to %g",
                              static_cast<double>(values[i]), i, static_cast<double>(max_weight),
                              static_cast<double>(max_weight));
                reject_model(description_, name + text);
            }
        }
    }

    Tensors tensors_;
    const std::string &description_;
};

std::vector<float> read_stft(const TensorReader &tensors, const Geometry &geometry) {
    return tensors.read(std::string(stft_name), stft_shape(geometry));
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

// The network whose STFT has the size for the rate. A file may hold both rates, each in a branch of an If or under a
// prefix of its own, and which is which is told by the sizes alone.
Tensors choose_network(const std::vector<OnnxGraph> &graphs, const Geometry &geometry, const std::string &description) {
    const Geometry &other = geometry.sample_rate == 16000 ? geometry_8k : geometry_16k;
    const OnnxTensor *unknown = nullptr;
    bool has_other_rate = false;
    bool quantised = false;
    for (const OnnxGraph &graph : graphs) {
        for (const OnnxTensor &tensor : graph.tensors) {
            quantised = quantised || has_tail(tensor.name, quantised_stft_name);
            if (!has_tail(tensor.name, stft_name)) {
                continue;
            }
            if (tensor.dims == stft_shape(geometry)) {
                return {&graph, tensor.name.substr(0, tensor.name.size() - stft_name.size())};
            }
            if (tensor.dims == stft_shape(other)) {
                has_other_rate = true;
            } else {
                unknown = &tensor;
            }
        }
    }
    if (has_other_rate) {
        throw Error(VOICE_ERROR_UNSUPPORTED,
                    description + ": this model works at " + std::to_string(other.sample_rate) +
                        " Hz only; open it with sample_rate=" + std::to_string(other.sample_rate) + ", not " +
                        std::to_string(geometry.sample_rate));
    }
    if (unknown != nullptr) {
        reject_model(description, std::string(stft_name) + " has shape " + to_string(unknown->dims) + foreign);
    }
    if (quantised) {
        reject_quantised(description, std::string(stft_name));
    }
    reject_model(description, std::string(stft_name) + " is missing" + foreign);
}

bool begins_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

// What people have instead of the model, where the file says so itself.
[[noreturn]] void reject_bytes(std::string_view file, const std::string &description, const char *why) {
    std::string what = std::string("not a readable ONNX file: ") + why;
    if (begins_with(file, "PK\3\4")) {
        what = "a zip archive, as PyTorch's .jit and .pt files are, not an ONNX file; use silero_vad.onnx";
    } else if (begins_with(file, "version https://git-lfs")) {
        what = "a pointer of Git LFS, not the file that it stands for; fetch that with 'git lfs pull'";
    }
    throw Error(VOICE_ERROR_MODEL, description + ": " + what);
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
        reject_bytes(file, description, error.what());
    }
    const TensorReader tensors(choose_network(graphs, geometry, description), description);
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
