#include "vad/matmul.h"

#include <cstring>

namespace voice::vad {

namespace {

constexpr size_t width = PackedMatrix::panel_columns;

// A vector of a whole panel row. The compiler splits it into the registers the target has: no intrinsics, one source.
typedef float PanelRow __attribute__((vector_size(width * sizeof(float))));

// By reference: returning such a vector has another ABI on targets that lack registers of its size.
inline void load(PanelRow &row, const float *values) {
    std::memcpy(&row, values, sizeof row);
}

template <int rows>
inline void multiply_panel(const float *left, size_t left_stride, const float *panel, size_t depth, const float *bias,
                           float *result, size_t result_stride) {
    PanelRow sum[rows];
    for (int row = 0; row < rows; row++) {
        sum[row] = PanelRow{};
        if (bias != nullptr) {
            load(sum[row], bias);
        }
    }
    for (size_t k = 0; k < depth; k++) {
        PanelRow weights;
        load(weights, panel + k * width);
        for (int row = 0; row < rows; row++) {
            sum[row] += weights * left[row * left_stride + k];
        }
    }
    for (int row = 0; row < rows; row++) {
        std::memcpy(result + row * result_stride, &sum[row], sizeof sum[row]);
    }
}

template <int rows>
void multiply_rows(const float *left, size_t left_stride, const PackedMatrix &right, const float *bias, float *result,
                   size_t result_stride) {
    for (size_t panel = 0; panel < right.panels(); panel++) {
        multiply_panel<rows>(left, left_stride, right.panel(panel), right.depth(),
                             bias == nullptr ? nullptr : bias + panel * width, result + panel * width, result_stride);
    }
}

} // namespace

PackedMatrix::PackedMatrix(size_t depth, size_t columns)
    : depth_(depth), panels_((columns + width - 1) / width), values_(depth_ * panels_ * width) {}

void PackedMatrix::set(size_t row, size_t column, float value) {
    values_[(column / width * depth_ + row) * width + column % width] = value;
}

void multiply(const float *left, size_t left_stride, size_t rows, const PackedMatrix &right, const float *bias,
              float *result, size_t result_stride) {
    size_t row = 0;
    // Two rows at a time: their eight SSE accumulators and a panel row fit the sixteen registers of plain x86-64.
    for (; row + 2 <= rows; row += 2) {
        multiply_rows<2>(left + row * left_stride, left_stride, right, bias, result + row * result_stride,
                         result_stride);
    }
    if (row < rows) {
        multiply_rows<1>(left + row * left_stride, left_stride, right, bias, result + row * result_stride,
                         result_stride);
    }
}

const char *simd_name() {
    return "portable";
}

} // namespace voice::vad
