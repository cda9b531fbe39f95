#include "described_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "testing/reference_network.h"
#include "testing/silero_model.h"

namespace voice::fuzz {

namespace {

using testing::onnx::Storage;
using testing::onnx::Tensor;

/* A tensor with which nothing is wrong, and what it is in a file. */
struct Sound {
    Tensor tensor;
    std::string initialiser;
    std::string constant;
};

/* A tensor of the file that is made: the sound one, of which there is one copy only, or an edited one. */
struct Part {
    std::shared_ptr<const Sound> sound;
    std::shared_ptr<Tensor> edited;
    uint32_t sample_rate = 0;

    const Tensor &tensor() const { return edited ? *edited : sound->tensor; }

    Tensor &edit() {
        if (!edited || edited.use_count() > 1) {
            edited = std::make_shared<Tensor>(tensor());
        }
        return *edited;
    }
};

void fill(Tensor &tensor, float value) {
    for (size_t i = 0; i + sizeof value <= tensor.data.size(); i += sizeof value) {
        std::memcpy(&tensor.data[i], &value, sizeof value);
    }
}

std::vector<Tensor> make_tensors(uint32_t sample_rate, Fill kind) {
    std::vector<Tensor> tensors = testing::silero_tensors(sample_rate, sample_rate == 16000 ? "model." : "model_8k.");
    for (Tensor &tensor : tensors) {
        if (kind == Fill::zeros || kind == Fill::largest) {
            fill(tensor, kind == Fill::zeros ? 0 : vad::max_weight);
        }
    }
    if (kind == Fill::fourier_basis) { // for which the network takes its FFT
        const std::vector<float> basis = testing::hann_fourier_basis(vad::geometry_of(sample_rate).filter);
        std::memcpy(tensors[0].data.data(), basis.data(), tensors[0].data.size());
    }
    return tensors;
}

// Made once, for they are large.
const std::vector<Part> &sound_parts(uint32_t sample_rate, Fill kind) {
    static std::vector<Part> cache[2][4];
    std::vector<Part> &parts = cache[sample_rate == 16000 ? 0 : 1][static_cast<size_t>(kind)];
    if (parts.empty()) {
        for (Tensor &tensor : make_tensors(sample_rate, kind)) {
            const std::string message = testing::onnx::message(tensor);
            std::string initialiser = testing::onnx::initialiser(message);
            std::string constant = testing::onnx::constant(tensor.name, message);
            auto sound = std::make_shared<const Sound>(
                Sound{std::move(tensor), std::move(initialiser), std::move(constant)});
            parts.push_back({std::move(sound), nullptr, sample_rate});
        }
    }
    return parts;
}

class Numbers {
public:
    explicit Numbers(std::string_view bytes) : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }

    template <typename Number>
    Number take() {
        Number number = 0;
        const size_t size = std::min(rest_.size(), sizeof number);
        std::memcpy(&number, rest_.data(), size);
        rest_.remove_prefix(size);
        return number;
    }

private:
    std::string_view rest_;
};

std::string renamed(const std::string &name, uint16_t a) {
    switch (a % 6) {
    case 0:
        return name + "_quantized";
    case 1:
        return name.substr(name.find('.') + 1); // without its prefix
    case 2:
        return "model." + name.substr(name.find('.') + 1);
    case 3:
        return "";
    case 4:
        return "x" + name;
    default:
        return "a/" + name;
    }
}

/* The parts of a file while they are edited. */
class Model {
public:
    explicit Model(std::vector<Part> parts) : parts_(std::move(parts)) {}

    void edit(Edit what, uint8_t index, uint16_t a, uint32_t b) {
        if (what == Edit::cut_file) {
            bytes_kept_ = b;
        } else if (what == Edit::flip_file) {
            flips_.push_back({b, static_cast<char>(a)});
        } else if (!parts_.empty()) {
            edit_part(what, index % parts_.size(), a, b);
        }
    }

    std::string file(Form form) const {
        std::string bytes = testing::onnx::model(graph(form));
        for (const auto &[position, bits] : flips_) {
            char &byte = bytes[position % bytes.size()];
            byte = static_cast<char>(byte ^ bits);
        }
        bytes.resize(std::min<size_t>(bytes.size(), bytes_kept_));
        return bytes;
    }

private:
    void edit_part(Edit what, size_t index, uint16_t a, uint32_t b) {
        if (what == Edit::erase) {
            parts_.erase(parts_.begin() + static_cast<long>(index));
        } else if (what == Edit::duplicate && parts_.size() < 60) {
            const Part copy = parts_[index];
            parts_.push_back(copy);
        } else if (what == Edit::move_to_end) {
            std::rotate(parts_.begin() + static_cast<long>(index), parts_.begin() + static_cast<long>(index) + 1,
                        parts_.end());
        } else if (what == Edit::take_dims) {
            const std::vector<int64_t> dims = parts_[a % parts_.size()].tensor().dims;
            parts_[index].edit().dims = dims;
        } else {
            edit_tensor(what, parts_[index].edit(), a, b);
        }
    }

    static void edit_tensor(Edit what, Tensor &tensor, uint16_t a, uint32_t b) {
        float value = 0;
        std::memcpy(&value, &b, sizeof value);
        const size_t count = tensor.data.size() / sizeof value;
        switch (what) {
        case Edit::set_dim:
            if (!tensor.dims.empty()) {
                tensor.dims[a % tensor.dims.size()] = static_cast<int32_t>(b);
            }
            break;
        case Edit::add_dim:
            tensor.dims.push_back(static_cast<int32_t>(b));
            break;
        case Edit::remove_dim:
            if (!tensor.dims.empty()) {
                tensor.dims.pop_back();
            }
            break;
        case Edit::set_type:
            tensor.type = b;
            break;
        case Edit::set_storage:
            tensor.storage = static_cast<Storage>(a % 6);
            break;
        case Edit::pack_dims:
            tensor.packed_dims = true;
            break;
        case Edit::resize:
            resize(tensor, static_cast<int32_t>(b % 8192) - 4096);
            break;
        case Edit::set_value:
            if (count > 0) {
                std::memcpy(&tensor.data[a % count * sizeof value], &value, sizeof value);
            }
            break;
        case Edit::set_values:
            fill(tensor, value);
            break;
        case Edit::alternate_signs:
            for (size_t i = 3; i < tensor.data.size(); i += 8) {
                tensor.data[i] = static_cast<char>(tensor.data[i] ^ 0x80);
            }
            break;
        case Edit::rename:
            tensor.name = renamed(tensor.name, a);
            break;
        default:
            break;
        }
    }

    static void resize(Tensor &tensor, int32_t by) {
        const auto size = static_cast<int64_t>(tensor.data.size()) + by;
        tensor.data.resize(static_cast<size_t>(std::max<int64_t>(size, 0)));
    }

    static std::string field(const Part &part, Form form) {
        if (form == Form::constants_named_by_output) {
            Tensor nameless = part.tensor();
            nameless.name.clear();
            return testing::onnx::constant(part.tensor().name, testing::onnx::message(nameless));
        }
        const bool initialiser = form == Form::initialisers;
        if (!part.edited) {
            return initialiser ? part.sound->initialiser : part.sound->constant;
        }
        const std::string message = testing::onnx::message(*part.edited);
        return initialiser ? testing::onnx::initialiser(message)
                           : testing::onnx::constant(part.edited->name, message);
    }

    std::string graph(Form form) const {
        const bool branches = form == Form::branches || form == Form::branches_reversed;
        std::string wide;
        std::string narrow;
        for (const Part &part : parts_) {
            (branches && part.sample_rate == 8000 ? narrow : wide) += field(part, form);
        }
        return form == Form::branches            ? testing::onnx::branches(wide, narrow)
               : form == Form::branches_reversed ? testing::onnx::branches(narrow, wide)
                                                 : wide;
    }

    struct Flip {
        uint32_t position;
        char bits;
    };

    std::vector<Part> parts_;
    std::vector<Flip> flips_;
    size_t bytes_kept_ = SIZE_MAX;
};

} // namespace

std::string described_model(std::string_view description) {
    Numbers numbers(description);
    const auto form = static_cast<Form>(numbers.take<uint8_t>() % static_cast<uint8_t>(Form::count));
    const auto flags = numbers.take<uint8_t>();
    const auto kind = static_cast<Fill>(flags >> 2 & 3);
    std::vector<Part> parts;
    for (uint32_t rate : {16000u, 8000u}) {
        if ((flags & (rate == 16000 ? 1 : 2)) != 0) {
            const std::vector<Part> &sound = sound_parts(rate, kind);
            parts.insert(parts.end(), sound.begin(), sound.end());
        }
    }
    Model model(std::move(parts));
    for (int edits = 0; edits < 32 && !numbers.at_end(); edits++) {
        const auto what = static_cast<Edit>(numbers.take<uint8_t>() % static_cast<uint8_t>(Edit::count));
        const auto index = numbers.take<uint8_t>();
        const auto a = numbers.take<uint16_t>();
        model.edit(what, index, a, numbers.take<uint32_t>());
    }
    return model.file(form);
}

} // namespace voice::fuzz
