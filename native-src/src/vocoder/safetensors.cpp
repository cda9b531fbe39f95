#include "vocoder/safetensors.h"

#include <algorithm>
#include <cstdint>

#include "vocoder/json.h"

namespace voice::vocoder {

namespace {

constexpr size_t length_bytes = 8;
constexpr uint64_t max_header = uint64_t{16} << 20;

uint64_t header_length(std::string_view bytes) {
    uint64_t length = 0;
    for (size_t i = length_bytes; i-- > 0;) {
        length = length << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return length;
}

std::string type_name(const std::string &dtype) {
    return dtype == "F32" ? "float32" : dtype == "F16" ? "float16" : dtype == "BF16" ? "bfloat16" : dtype;
}

StoredTensor read_entry(const TensorFile &file, const std::string &name, const Json &entry, std::string_view data) {
    const Json *dtype = entry.find("dtype");
    const Json *shape = entry.find("shape");
    const Json *offsets = entry.find("data_offsets");
    if (dtype == nullptr || !dtype->is(Json::Type::string) || shape == nullptr || !shape->is(Json::Type::array) ||
        offsets == nullptr || offsets->items().size() != 2) {
        file.reject(name, "is not described by dtype, shape and data_offsets");
    }
    StoredTensor tensor;
    tensor.type = type_name(dtype->string());
    for (const Json &dim : shape->items()) {
        size_t value = 0;
        if (!dim.whole(0, 4294967295.0, value) || !tensor.dims.add(static_cast<int64_t>(value))) {
            file.reject(name, "has a shape that is not understood");
        }
    }
    size_t begin = 0;
    size_t end = 0;
    const auto size = static_cast<double>(data.size());
    if (!offsets->items()[0].whole(0, size, begin) || !offsets->items()[1].whole(0, size, end) || begin > end) {
        file.reject(name, "lies outside of the file's " + std::to_string(data.size()) +
                              " bytes of data; the file is cut off or damaged");
    }
    const std::string_view values = data.substr(begin, end - begin);
    tensor.bytes = values.size();
    tensor.copy = [values](float *target) {
        std::copy(values.begin(), values.end(), reinterpret_cast<char *>(target));
    };
    return tensor;
}

} // namespace

bool is_safetensors(std::string_view bytes) {
    return bytes.size() > length_bytes && bytes[length_bytes] == '{' && header_length(bytes) <= max_header;
}

TensorFile read_safetensors(std::string_view bytes, const std::string &description) {
    TensorFile file(description, "");
    const uint64_t length = header_length(bytes);
    if (length > bytes.size() - length_bytes) {
        file.reject("its header is cut off");
    }
    Json header;
    try {
        header = Json::parse(bytes.substr(length_bytes, static_cast<size_t>(length)));
    } catch (const JsonError &error) {
        file.reject(std::string("its header is not JSON: ") + error.what());
    }
    const std::string_view data = bytes.substr(length_bytes + static_cast<size_t>(length));
    for (const auto &[name, entry] : header.members()) {
        if (name != "__metadata__") {
            file.add(name, read_entry(file, name, entry, data));
        }
    }
    return file;
}

} // namespace voice::vocoder
