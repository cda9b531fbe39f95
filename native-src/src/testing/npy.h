#ifndef VOICE_TESTING_NPY_H
#define VOICE_TESTING_NPY_H

#include <cstring>
#include <string>
#include <vector>

#include "testing/fixtures.h"

namespace voice::testing {

/* The values of a .npy file of float32 in C order, format 1.0. */
inline std::vector<float> read_npy(const std::string &path) {
    const std::string bytes = read_file(path);
    REQUIRE(bytes.size() > 10);
    REQUIRE(bytes.compare(1, 5, "NUMPY") == 0);
    const size_t header = 10 + static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
    REQUIRE(bytes.find("'<f4'") < header);
    REQUIRE(bytes.find("'fortran_order': False") < header);
    std::vector<float> values((bytes.size() - header) / sizeof(float));
    std::memcpy(values.data(), &bytes[header], values.size() * sizeof(float));
    return values;
}

} // namespace voice::testing

#endif
