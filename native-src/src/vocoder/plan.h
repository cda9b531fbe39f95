#ifndef VOICE_VOCODER_PLAN_H
#define VOICE_VOCODER_PLAN_H

#include <cstddef>

/*
 * What the kernels read. Plain data without inline functions: this header is compiled into translation units with
 * different instruction sets, and a function of it could be linked from the wrong one.
 *
 * Values lie in rows, one for each moment, their channels side by side and padded with zeros to a row's stride.
 */
namespace voice::vocoder {

/*
 * weights holds panel after panel of columns, each [taps][inputs][columns of the panel]; which columns a panel has
 * follows from their number and the kernels' lanes: two vectors while there are as many, then one, then half of one.
 * Aligned to 64 bytes.
 */
struct PackedConvolution {
    const float *weights;
    const float *bias; // [columns]
    size_t taps;
    size_t inputs;
    size_t columns; // a multiple of 8: output channels in whole strides; for an upsampling those of rate rows
};

/*
 * Output row r is bias + the sum over taps t of weights[t] × input row r + t × tap_stride, and then, in this order:
 * plus residual, plus sum, times scale; stored as it is, and after a leaky ReLU. Each pointer is to rows of columns
 * floats and may be NULL.
 */
struct ConvolutionJob {
    PackedConvolution convolution;
    const float *input;
    size_t input_stride; // floats from row to row
    size_t tap_stride;   // floats from tap to tap
    size_t rows;
    const float *residual;
    const float *sum; // may be raw
    float scale;
    float *raw;
    float *activated;
    float slope;
};

/* samples[r] = tanh(bias + weights · the width floats from input row r). width is a multiple of 8. */
struct OutputJob {
    const float *weights; // [width]
    float bias;
    size_t width;
    const float *input;
    size_t input_stride;
    size_t rows;
    float *samples;
};

} // namespace voice::vocoder

#endif
