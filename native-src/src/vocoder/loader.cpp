#include "vocoder/loader.h"

#include <utility>

#include "base/error.h"
#include "vad/model_file.h"
#include "vocoder/architecture.h"
#include "vocoder/onnx_generator.h"
#include "vocoder/safetensors.h"

namespace voice::vocoder {

namespace {

// Piper's largest voices take 120 MB, HiFi-GAN V1 56 MB.
constexpr size_t max_generator_bytes = size_t{512} << 20;
constexpr size_t max_config_bytes = size_t{4} << 20;

int64_t dim(size_t value) {
    return static_cast<int64_t>(value);
}

/* Takes the layers out of a file, in the shapes that the architecture gives them. */
class GeneratorReader {
public:
    GeneratorReader(TensorFile &file, const Architecture &architecture) : file_(file), a_(architecture) {}

    Generator read() {
        Generator generator;
        generator.channels = a_.channels;
        generator.sample_rate = a_.sample_rate;
        generator.pre =
            convolution("conv_pre", a_.channels, a_.initial_channels, odd_kernel("conv_pre.weight"), 1, true);
        size_t channels = a_.initial_channels;
        for (size_t i = 0; i < a_.rates.size(); i++) {
            generator.stages.push_back(stage(i, channels));
            generator.hop *= a_.rates[i];
            channels /= 2;
        }
        generator.post = convolution("conv_post", channels, 1, odd_kernel("conv_post.weight"), 1,
                                     file_.has("conv_post.bias"));
        conditioning(generator);
        file_.check_all_read();
        generator.parameters = parameters_;
        return generator;
    }

private:
    size_t odd_kernel(const std::string &name) const {
        const int64_t kernel = file_.shape(name, 3)[2];
        if (kernel % 2 == 0 || kernel > 64) {
            file_.reject(name, "has a kernel of " + std::to_string(kernel) + "; it must be odd and below 64");
        }
        return static_cast<size_t>(kernel);
    }

    std::vector<float> read(const std::string &name, const Shape &shape) {
        std::vector<float> values = file_.read(name, shape);
        parameters_ += values.size();
        return values;
    }

    Convolution convolution(const std::string &name, size_t inputs, size_t outputs, size_t kernel, size_t dilation,
                            bool biased) {
        Convolution result = {inputs, outputs, kernel, dilation, {}, {}};
        result.weight = read(name + ".weight", {dim(outputs), dim(inputs), dim(kernel)});
        result.bias = biased ? read(name + ".bias", {dim(outputs)}) : std::vector<float>(outputs);
        return result;
    }

    Stage stage(size_t index, size_t channels) {
        Stage result;
        const std::string name = "ups." + std::to_string(index);
        const size_t half = channels / 2;
        result.up = {channels, half, a_.up_kernels[index], a_.rates[index], {}, {}};
        result.up.weight = read(name + ".weight", {dim(channels), dim(half), dim(result.up.kernel)});
        result.up.bias = read(name + ".bias", {dim(half)});
        const size_t blocks = a_.block_kernels.size();
        for (size_t j = 0; j < blocks; j++) {
            result.blocks.push_back(block("resblocks." + std::to_string(blocks * index + j), j, half));
        }
        return result;
    }

    ResidualBlock block(const std::string &name, size_t index, size_t channels) {
        ResidualBlock result;
        const size_t kernel = a_.block_kernels[index];
        const std::vector<size_t> &dilations = a_.dilations[index];
        for (size_t i = 0; i < dilations.size(); i++) {
            const std::string number = "." + std::to_string(i);
            result.first.push_back(convolution(name + (a_.paired ? ".convs1" : ".convs") + number, channels, channels,
                                               kernel, dilations[i], true));
            if (a_.paired) {
                result.second.push_back(
                    convolution(name + ".convs2" + number, channels, channels, kernel, 1, true));
            }
        }
        return result;
    }

    void conditioning(Generator &generator) {
        generator.conditioning = {0, a_.initial_channels, 1, 1, {}, {}};
        if (!file_.has("cond.weight")) {
            return;
        }
        const auto inputs = static_cast<size_t>(file_.shape("cond.weight", 3)[1]);
        generator.conditioning = convolution("cond", inputs, a_.initial_channels, 1, 1, true);
        if (file_.has("emb_g.weight")) {
            const int64_t speakers = file_.shape("emb_g.weight", 2)[0];
            generator.speakers = read("emb_g.weight", {speakers, dim(inputs)});
        }
    }

    TensorFile &file_;
    const Architecture &a_;
    uint64_t parameters_ = 0;
};

void check_config_size(size_t bytes, const std::string &path) {
    if (bytes > max_config_bytes) {
        throw Error(VOICE_ERROR_MODEL, path + ": it is larger than 4 MiB, which no configuration is");
    }
}

std::optional<ConfigText> read_config_file(const std::string &path, bool required) {
    try {
        return ConfigText{vad::read_whole_file(path, check_config_size), path};
    } catch (const Error &error) {
        if (error.status() == VOICE_ERROR_NOT_FOUND && !required) {
            return std::nullopt;
        }
        throw;
    }
}

std::string beside(const std::string &path) {
    const size_t slash = path.rfind('/');
    return (slash == std::string::npos ? "" : path.substr(0, slash + 1)) + "config.json";
}

} // namespace

void check_generator_size(size_t bytes, const std::string &description) {
    if (bytes == 0) {
        throw Error(VOICE_ERROR_MODEL, description + ": it is empty");
    }
    if (bytes > max_generator_bytes) {
        throw Error(VOICE_ERROR_MODEL, description + ": it is larger than 512 MiB, which no vocoder is");
    }
}

Generator read_generator(std::string_view bytes, const std::string &description,
                         const std::optional<ConfigText> &config) {
    if (is_safetensors(bytes)) {
        if (!config) {
            throw Error(VOICE_ERROR_MODEL,
                        description + ": a safetensors file does not tell how its tensors are used; give HiFi-GAN's "
                                      "config.json, too");
        }
        const Architecture architecture = read_config(config->text, config->description);
        TensorFile file = read_safetensors(bytes, description);
        return GeneratorReader(file, architecture).read();
    }
    OnnxGenerator onnx = read_onnx_generator(bytes, description);
    if (config) {
        onnx.architecture.sample_rate = read_piper_sample_rate(config->text, config->description);
    }
    return GeneratorReader(onnx.tensors, onnx.architecture).read();
}

Generator read_generator_file(const std::string &path, const std::string &config) {
    const std::string bytes = vad::read_whole_file(path, check_generator_size);
    const bool named = !config.empty();
    const std::string place = named ? config : is_safetensors(bytes) ? beside(path) : path + ".json";
    return read_generator(bytes, path, read_config_file(place, named || is_safetensors(bytes)));
}

} // namespace voice::vocoder
