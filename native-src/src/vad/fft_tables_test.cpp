#include "vad/fft_tables.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "testing/reference_network.h"

using namespace voice::vad;

TEST_CASE("shouldRecogniseTheTransformAndNothingElse") {
    for (size_t n : {256u, 128u}) {
        const std::vector<float> basis = voice::testing::hann_fourier_basis(n);
        CHECK(is_hann_fourier_basis(basis, n));
        CHECK(!is_hann_fourier_basis(basis, n / 2));
        CHECK(!is_hann_fourier_basis({}, n));
        for (const float wrong : {2e-5f, -2e-5f, NAN}) {
            for (size_t place : {size_t{0}, n + 5, basis.size() - 1}) {
                std::vector<float> other = basis;
                other[place] += wrong;
                CHECK(!is_hann_fourier_basis(other, n));
            }
        }
    }
}

TEST_CASE("shouldLeaveEachFrequencyInAPlaceOfItsOwn") {
    for (size_t n : {256u, 128u}) {
        const FftTableStorage storage(n);
        const uint16_t *position = storage.tables().position;
        const std::set<uint16_t> places(position, position + n / 2);
        CHECK(places.size() == n / 2);
        CHECK(*places.rbegin() == n / 2 - 1);
        CHECK(position[0] == 0);
    }
}
