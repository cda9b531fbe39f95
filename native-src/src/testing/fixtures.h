#ifndef VOICE_TESTING_FIXTURES_H
#define VOICE_TESTING_FIXTURES_H

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace voice::testing {

/* A path below $VOICE_FIXTURES, which fixture_test_main.cpp has checked to be set. */
inline std::string fixture(const std::string &name) {
    return std::string(std::getenv("VOICE_FIXTURES")) + "/" + name;
}

inline std::string read_file(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.good(), path << " cannot be read");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/* The samples of a 16-bit mono WAV file, whatever other chunks it carries. */
inline std::vector<int16_t> read_wav(const std::string &path) {
    const std::string bytes = read_file(path);
    for (size_t position = 12; position + 8 <= bytes.size();) {
        uint32_t size = 0;
        std::memcpy(&size, &bytes[position + 4], sizeof size);
        if (bytes.compare(position, 4, "data") == 0) {
            REQUIRE(position + 8 + size <= bytes.size());
            std::vector<int16_t> samples(size / 2);
            std::memcpy(samples.data(), &bytes[position + 8], samples.size() * 2);
            return samples;
        }
        position += 8 + size + size % 2;
    }
    FAIL(path << " has no data chunk");
    return {};
}

/* The second column of a CSV file with a header line. */
inline std::vector<float> read_probabilities(const std::string &path) {
    std::istringstream lines(read_file(path));
    std::vector<float> values;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        values.push_back(std::strtof(line.c_str() + line.find(',') + 1, nullptr));
    }
    return values;
}

} // namespace voice::testing

#endif
