#ifndef VOICE_VOCODER_TENSOR_FILE_H
#define VOICE_VOCODER_TENSOR_FILE_H

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vad/shape.h"

namespace voice::vocoder {

using vad::Shape;

/* A tensor where it lies in a file. */
struct StoredTensor {
    Shape dims;
    std::string type;      // "float32", or what it is instead
    bool external = false; // its values are in another file
    size_t bytes = 0;
    std::function<void(float *)> copy; // writes the bytes, if it is float32 and not external
};

/*
 * The named tensors of a model file, whatever its format. Lives no longer than the file's bytes. Each error names the
 * file and the tensor.
 */
class TensorFile {
public:
    /* prefix is what the file puts in front of a generator's names, for messages. */
    TensorFile(std::string description, std::string prefix)
        : description_(std::move(description)), prefix_(std::move(prefix)) {}

    /* The first one of a name counts. */
    void add(std::string name, StoredTensor tensor) { tensors_.emplace(std::move(name), std::move(tensor)); }

    bool has(const std::string &name) const { return tensors_.count(name) != 0; }

    /* The dimensions of a tensor that must be there and have so many of them, each from 1 to 65,536. */
    Shape shape(const std::string &name, size_t dims) const;

    /* The values of a tensor that must be there, of that shape and finite. Marks it as used. */
    std::vector<float> read(const std::string &name, const Shape &shape);

    /* Throws if there is a tensor that was not read. */
    void check_all_read() const;

    /* Throws VOICE_ERROR_MODEL: description, the tensor's name in the file, what is wrong. */
    [[noreturn]] void reject(const std::string &name, const std::string &what) const;
    /* The same about the file itself. */
    [[noreturn]] void reject(const std::string &what) const;

private:
    const StoredTensor &require(const std::string &name) const;

    std::string description_;
    std::string prefix_;
    std::map<std::string, StoredTensor> tensors_;
    std::map<std::string, bool> read_;
};

std::string to_string(const Shape &shape);

} // namespace voice::vocoder

#endif
