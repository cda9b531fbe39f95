#include "vad/matmul.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace voice::vad;

TEST_CASE("shouldMultiplyWhenSizesAreNotWholePanels") {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (size_t rows : {1u, 2u, 3u, 4u}) {
        for (size_t depth : {1u, 7u, 129u}) {
            for (size_t columns : {1u, 16u, 17u, 258u}) {
                const size_t stride = depth + 3;
                std::vector<float> left(rows * stride);
                for (float &value : left) {
                    value = uniform(random);
                }
                PackedMatrix right(depth, columns);
                std::vector<float> plain(depth * columns);
                for (size_t k = 0; k < depth; k++) {
                    for (size_t c = 0; c < columns; c++) {
                        plain[k * columns + c] = uniform(random);
                        right.set(k, c, plain[k * columns + c]);
                    }
                }
                std::vector<float> bias(right.padded_columns(), 0.5f);
                std::vector<float> result(rows * right.padded_columns(), NAN);
                multiply(left.data(), stride, rows, right, bias.data(), result.data(), right.padded_columns());
                for (size_t row = 0; row < rows; row++) {
                    for (size_t c = 0; c < columns; c++) {
                        double expected = 0.5;
                        for (size_t k = 0; k < depth; k++) {
                            expected += static_cast<double>(left[row * stride + k]) * plain[k * columns + c];
                        }
                        CHECK(result[row * right.padded_columns() + c] == doctest::Approx(expected).epsilon(1e-4));
                    }
                }
            }
        }
    }
}
