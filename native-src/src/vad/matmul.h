#ifndef VOICE_VAD_MATMUL_H
#define VOICE_VAD_MATMUL_H

#include <cstddef>
#include <vector>

namespace voice::vad {

/*
 * The right-hand side of a matrix product, [depth][columns], stored as panels of 16 columns:
 * panel p is [depth][16], so that the inner loop reads it front to back. Columns are padded with zeros to whole panels.
 */
class PackedMatrix {
public:
    static constexpr size_t panel_columns = 16;

    PackedMatrix() = default;
    PackedMatrix(size_t depth, size_t columns);

    void set(size_t row, size_t column, float value);

    size_t depth() const { return depth_; }
    size_t padded_columns() const { return panels_ * panel_columns; }
    const float *panel(size_t index) const { return values_.data() + index * depth_ * panel_columns; }
    size_t panels() const { return panels_; }

private:
    size_t depth_ = 0;
    size_t panels_ = 0;
    std::vector<float> values_;
};

/*
 * result[r][c] = bias[c] + Σ_k left[r × left_stride + k] × right[k][c], for 1, 2 or 4 rows. bias has padded_columns
 * floats, or is NULL for zero; padded_columns floats of each result row are written.
 */
void multiply(const float *left, size_t left_stride, size_t rows, const PackedMatrix &right, const float *bias,
              float *result, size_t result_stride);

/* The instruction set that multiply uses: "avx512", "avx2" or "portable". */
const char *simd_name();

} // namespace voice::vad

#endif
