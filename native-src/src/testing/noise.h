#ifndef VOICE_TESTING_NOISE_H
#define VOICE_TESTING_NOISE_H

#include <algorithm>
#include <random>
#include <vector>

namespace voice::testing {

inline std::vector<float> noise(size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 1);
    std::vector<float> values(count);
    std::generate(values.begin(), values.end(), [&] { return normal(random); });
    return values;
}

} // namespace voice::testing

#endif
