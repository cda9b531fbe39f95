#include "vocoder/architecture.h"

#include "base/error.h"
#include "vocoder/json.h"

namespace voice::vocoder {

namespace {

constexpr size_t max_stages = 8;
constexpr size_t max_blocks = 8;
constexpr size_t max_dilations = 8;
constexpr size_t max_kernel = 64;
constexpr size_t max_dilation = 64;
constexpr size_t max_channels = 4096;
constexpr size_t max_rate = 64;
constexpr size_t max_hop = 4096;

[[noreturn]] void reject(const std::string &description, const std::string &what) {
    throw Error(VOICE_ERROR_MODEL, description + ": " + what);
}

Json parse(std::string_view text, const std::string &description) {
    try {
        Json json = Json::parse(text);
        if (!json.is(Json::Type::object)) {
            reject(description, "it is not a JSON object");
        }
        return json;
    } catch (const JsonError &error) {
        reject(description, std::string("it is not JSON: ") + error.what());
    }
}

class Config {
public:
    Config(std::string_view text, const std::string &description)
        : json_(parse(text, description)), description_(description) {}

    size_t number(const std::string &name, size_t high) const {
        return whole(require(name), name, high);
    }

    std::vector<size_t> numbers(const std::string &name, size_t high) const {
        return numbers(require(name), name, high);
    }

    std::vector<std::vector<size_t>> lists(const std::string &name, size_t high) const {
        std::vector<std::vector<size_t>> result;
        const Json &value = require(name);
        if (!value.is(Json::Type::array)) {
            reject(description_, name + " is not a list of lists");
        }
        for (const Json &item : value.items()) {
            result.push_back(numbers(item, name, high));
        }
        return result;
    }

    bool has(const std::string &name) const { return json_.find(name) != nullptr; }

    bool paired() const {
        const Json &value = require("resblock");
        const bool text = value.is(Json::Type::string);
        const bool one = text ? value.string() == "1" : value.is(Json::Type::number) && value.number() == 1;
        const bool two = text ? value.string() == "2" : value.is(Json::Type::number) && value.number() == 2;
        if (!one && !two) {
            reject(description_, "resblock is of an unknown type; \"1\" and \"2\" are known");
        }
        return one;
    }

private:
    const Json &require(const std::string &name) const {
        const Json *value = json_.find(name);
        if (value == nullptr) {
            reject(description_, name + " is missing; it should be HiFi-GAN's config.json");
        }
        return *value;
    }

    size_t whole(const Json &value, const std::string &name, size_t high) const {
        size_t result = 0;
        if (!value.whole(1, static_cast<double>(high), result)) {
            reject(description_, name + " must be whole and from 1 to " + std::to_string(high));
        }
        return result;
    }

    std::vector<size_t> numbers(const Json &value, const std::string &name, size_t high) const {
        if (!value.is(Json::Type::array)) {
            reject(description_, name + " is not a list of numbers");
        }
        std::vector<size_t> result;
        for (const Json &item : value.items()) {
            result.push_back(whole(item, name, high));
        }
        return result;
    }

    Json json_;
    const std::string &description_;
};

void check_count(size_t count, size_t high, const std::string &name, const std::string &description) {
    if (count < 1 || count > high) {
        reject(description,
               name + " has " + std::to_string(count) + " entries; from 1 to " + std::to_string(high) + " are run");
    }
}

void check_range(size_t value, size_t low, size_t high, const std::string &name, const std::string &description) {
    if (value < low || value > high) {
        reject(description, name + " is " + std::to_string(value) + "; from " + std::to_string(low) + " to " +
                                std::to_string(high) + " is run");
    }
}

} // namespace

Architecture read_config(std::string_view text, const std::string &description) {
    const Config config(text, description);
    Architecture architecture;
    architecture.paired = config.paired();
    architecture.rates = config.numbers("upsample_rates", max_rate);
    architecture.up_kernels = config.numbers("upsample_kernel_sizes", max_kernel);
    architecture.block_kernels = config.numbers("resblock_kernel_sizes", max_kernel);
    architecture.dilations = config.lists("resblock_dilation_sizes", max_dilation);
    architecture.initial_channels = config.number("upsample_initial_channel", max_channels);
    architecture.channels = config.number("num_mels", max_channels);
    architecture.sample_rate = static_cast<uint32_t>(config.number("sampling_rate", 384000));
    check_architecture(architecture, description);
    size_t hop = 1;
    for (size_t rate : architecture.rates) {
        hop *= rate;
    }
    if (config.has("hop_size") && config.number("hop_size", max_hop) != hop) {
        reject(description, "hop_size is " + std::to_string(config.number("hop_size", max_hop)) +
                                ", but the product of upsample_rates is " + std::to_string(hop));
    }
    return architecture;
}

uint32_t read_piper_sample_rate(std::string_view text, const std::string &description) {
    const Json json = parse(text, description);
    const Json *audio = json.find("audio");
    const Json *rate = audio == nullptr ? nullptr : audio->find("sample_rate");
    size_t value = 0;
    if (rate != nullptr && !rate->whole(1, 384000, value)) {
        reject(description, "audio.sample_rate must be whole and from 1 to 384000");
    }
    return static_cast<uint32_t>(value);
}

void check_architecture(const Architecture &architecture, const std::string &description) {
    check_range(architecture.channels, 1, max_channels, "the number of channels", description);
    check_range(architecture.initial_channels, 1, max_channels, "upsample_initial_channel", description);
    check_count(architecture.rates.size(), max_stages, "upsample_rates", description);
    check_count(architecture.block_kernels.size(), max_blocks, "resblock_kernel_sizes", description);
    if (architecture.up_kernels.size() != architecture.rates.size()) {
        reject(description, "upsample_kernel_sizes and upsample_rates are of different length");
    }
    if (architecture.dilations.size() != architecture.block_kernels.size()) {
        reject(description, "resblock_dilation_sizes and resblock_kernel_sizes are of different length");
    }
    size_t hop = 1;
    for (size_t i = 0; i < architecture.rates.size(); i++) {
        const size_t rate = architecture.rates[i];
        const size_t kernel = architecture.up_kernels[i];
        check_range(rate, 1, max_rate, "an entry of upsample_rates", description);
        check_range(kernel, rate, max_kernel, "an entry of upsample_kernel_sizes", description);
        if ((kernel - rate) % 2 != 0) {
            reject(description, "an upsampling by " + std::to_string(rate) + " with a kernel of " +
                                    std::to_string(kernel) +
                                    " does not multiply the length; their difference must be even");
        }
        hop *= rate;
        check_range(hop, 1, max_hop, "the product of upsample_rates", description);
    }
    if (architecture.initial_channels >> architecture.rates.size() == 0) {
        reject(description, "upsample_initial_channel is " + std::to_string(architecture.initial_channels) +
                                ", which cannot be halved at each of " + std::to_string(architecture.rates.size()) +
                                " upsamplings");
    }
    for (size_t kernel : architecture.block_kernels) {
        check_range(kernel, 1, max_kernel, "an entry of resblock_kernel_sizes", description);
        if (kernel % 2 == 0) {
            reject(description, "a residual block has a kernel of " + std::to_string(kernel) + "; it must be odd");
        }
    }
    for (const std::vector<size_t> &dilations : architecture.dilations) {
        check_count(dilations.size(), max_dilations, "a list in resblock_dilation_sizes", description);
        for (size_t dilation : dilations) {
            check_range(dilation, 1, max_dilation, "a dilation", description);
        }
    }
}

} // namespace voice::vocoder
