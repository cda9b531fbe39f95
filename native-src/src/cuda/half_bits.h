#ifndef VOICE_CUDA_HALF_BITS_H
#define VOICE_CUDA_HALF_BITS_H

#include <cmath>
#include <cstdint>
#include <cstring>

namespace voice::cuda {

/* IEEE half precision without the CUDA toolkit: weights are packed, and kernels emulated, by any C++ compiler. */

inline float half_to_float(uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const int mantissa = bits & 1023;
    float value;
    if (exponent == 31) {
        value = mantissa == 0 ? INFINITY : NAN;
    } else if (exponent == 0) {
        value = std::ldexp(static_cast<float>(mantissa), -24);
    } else {
        value = std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
    }
    return (bits & 0x8000) != 0 ? -value : value;
}

/* To nearest, ties to even. */
inline uint16_t float_to_half(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    const uint16_t sign = static_cast<uint16_t>((bits >> 16) & 0x8000);
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
        return static_cast<uint16_t>(sign | 0x7e00); // not a number
    }
    if (magnitude >= 0x477ff000) {
        return static_cast<uint16_t>(sign | 0x7c00); // rounds beyond 65504
    }
    if (magnitude < 0x38800000) { // below 2^-14: halves are multiples of 2^-24 there
        const float scaled = std::nearbyint(std::ldexp(std::fabs(value), 24));
        return static_cast<uint16_t>(sign | static_cast<uint16_t>(scaled));
    }
    const uint32_t rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
    return static_cast<uint16_t>(sign | ((rounded - 0x38000000) >> 13));
}

} // namespace voice::cuda

#endif
