#include "vocoder/tensor_file.h"

#include <cmath>
#include <cstdio>

#include "base/error.h"

namespace voice::vocoder {

namespace {

// A file's own bytes do not belong into a message: they may be no text at all.
std::string printable(const std::string &name) {
    std::string text = name.substr(0, 80);
    for (char &c : text) {
        if (c < ' ' || c > '~') {
            c = '?';
        }
    }
    return text;
}

} // namespace

std::string to_string(const Shape &shape) {
    std::string text = "[";
    for (size_t i = 0; i < shape.size(); i++) {
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    }
    return text + "]";
}

void TensorFile::reject(const std::string &name, const std::string &what) const {
    throw Error(VOICE_ERROR_MODEL, description_ + ": " + prefix_ + printable(name) + " " + what);
}

void TensorFile::reject(const std::string &what) const {
    throw Error(VOICE_ERROR_MODEL, description_ + ": " + what);
}

const StoredTensor &TensorFile::require(const std::string &name) const {
    const auto found = tensors_.find(name);
    if (found != tensors_.end()) {
        return found->second;
    }
    if (has(name + "_g") || has(name + "_v")) {
        reject(name, "is stored with its weight norm apart; fuse it (remove_weight_norm) before saving");
    }
    if (has(name + "_quantized")) {
        reject(name, "is quantised, and float32 is what is read; use the model as it is published");
    }
    reject(name, "is missing; this is not a HiFi-GAN generator of that configuration");
}

Shape TensorFile::shape(const std::string &name, size_t dims) const {
    const Shape &shape = require(name).dims;
    if (shape.size() != dims) {
        reject(name, "has shape " + to_string(shape) + " instead of " + std::to_string(dims) + " dimensions");
    }
    for (int64_t dim : shape) {
        if (dim < 1 || dim > 65536) {
            reject(name, "has shape " + to_string(shape) + ": a dimension is from 1 to 65,536");
        }
    }
    return shape;
}

std::vector<float> TensorFile::read(const std::string &name, const Shape &shape) {
    const StoredTensor &tensor = require(name);
    if (tensor.type != "float32") {
        reject(name, "is " + printable(tensor.type) + " instead of float32; convert the weights to float32");
    }
    if (tensor.dims != shape) {
        reject(name, "has shape " + to_string(tensor.dims) + " instead of " + to_string(shape) +
                         ", which the other shapes and the configuration ask for");
    }
    if (tensor.external) {
        reject(name, "is in another file (external data), and only the model's own file is read; save the model as one "
                     "file");
    }
    size_t count = 1;
    for (int64_t dim : shape) {
        count *= static_cast<size_t>(dim);
    }
    if (tensor.bytes != count * sizeof(float)) {
        reject(name, "holds " + std::to_string(tensor.bytes) + " bytes instead of " +
                         std::to_string(count * sizeof(float)));
    }
    std::vector<float> values(count);
    tensor.copy(values.data());
    for (size_t i = 0; i < count; i++) {
        if (!std::isfinite(values[i])) {
            char text[96];
            std::snprintf(text, sizeof text, "holds %g at index %zu; a weight is a finite number",
                          static_cast<double>(values[i]), i);
            reject(name, text);
        }
    }
    read_[name] = true;
    return values;
}

void TensorFile::check_all_read() const {
    for (const auto &[name, tensor] : tensors_) {
        if (read_.count(name) == 0) {
            reject(name, "is a part that a generator of that configuration does not have");
        }
    }
}

} // namespace voice::vocoder
