#include "vad/model_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace voice::vad {

namespace {

class File {
public:
    // Not blocking: open() of a pipe would wait for its writer.
    explicit File(const std::string &path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~File() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;

    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

[[noreturn]] void reject(voice_status status, const std::string &path, const std::string &what) {
    throw Error(status, path + ": " + what);
}

[[noreturn]] void reject_errno(const std::string &path, int error) {
    // strerror is safe enough here: the messages of known codes are constants in glibc and musl.
    const bool missing = error == ENOENT || error == ENOTDIR;
    reject(missing ? VOICE_ERROR_NOT_FOUND : VOICE_ERROR_IO, path, std::strerror(error));
}

} // namespace

void check_model_size(size_t bytes, const std::string &description) {
    if (bytes == 0) {
        reject(VOICE_ERROR_MODEL, description, "it is empty");
    }
    if (bytes > max_model_bytes) {
        reject(VOICE_ERROR_MODEL, description, "it is larger than 64 MiB, which no voice activity model is");
    }
}

std::string read_model_file(const std::string &path) {
    return read_whole_file(path, check_model_size);
}

std::string read_whole_file(const std::string &path, void (*check_size)(size_t bytes, const std::string &path)) {
    const File file(path);
    if (file.descriptor() < 0) {
        reject_errno(path, errno);
    }
    struct stat info = {};
    if (::fstat(file.descriptor(), &info) != 0) {
        reject_errno(path, errno);
    }
    if (S_ISDIR(info.st_mode)) {
        reject(VOICE_ERROR_IO, path, "it is a folder; name the file in it");
    }
    if (!S_ISREG(info.st_mode)) {
        reject(VOICE_ERROR_IO, path, "it is not a regular file");
    }
    check_size(static_cast<size_t>(info.st_size), path);

    std::string bytes(static_cast<size_t>(info.st_size), '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t count = ::read(file.descriptor(), &bytes[filled], bytes.size() - filled);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            reject_errno(path, errno);
        }
        if (count == 0) {
            break; // it shrank meanwhile: the parser will say what is missing
        }
        filled += static_cast<size_t>(count);
    }
    bytes.resize(filled);
    return bytes;
}

} // namespace voice::vad
