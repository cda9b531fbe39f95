#ifndef VOICE_TESTING_TEMPORARY_FILE_H
#define VOICE_TESTING_TEMPORARY_FILE_H

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace voice::testing {

/* A file that is there while this object is. */
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string &bytes)
        : path_(std::filesystem::temp_directory_path() / ("voice_test." + std::to_string(std::random_device()()))) {
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile &) = delete;
    TemporaryFile &operator=(const TemporaryFile &) = delete;
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

} // namespace voice::testing

#endif
