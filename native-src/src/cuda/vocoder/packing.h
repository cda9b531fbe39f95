#ifndef VOICE_CUDA_VOCODER_PACKING_H
#define VOICE_CUDA_VOCODER_PACKING_H

#include <cstdint>
#include <string>
#include <vector>

#include "cuda/vocoder/plan.h"

namespace voice::cuda::vocoder {

/* The values of voice_vocoder_gpu_precision. */
constexpr uint32_t half_precision = 0;
constexpr uint32_t float_precision = 1;

/* One launch of layers that are computed side by side. */
struct PackedLaunch {
    uint32_t first_layer;
    uint32_t layers;
    int columns;
    int rows_per_frame;
    int tiles_per_frame;
    int shared_bytes; // of the tensor-core kernel
};

/*
 * A generator as the kernels read it, to be copied to the device as it is.
 *
 * Weights of the tensor-core kernel: for each chunk of values, for each 16 k, for each 8 columns, for each lane the two
 * registers of the right factor (see tile_layout.h). k runs over taps, within them over the chunk's values; eight values of k
 * are one place of the input, which is given in bytes from the output row's first one. An odd number of places is filled up
 * with weights of zero for the last one again, so that no row is read which the output row does not depend on.
 *
 * Of the float kernel: [taps][input stride][columns].
 */
struct Packed {
    std::vector<unsigned char> image;
    std::vector<PackedLaunch> launches;
    uint64_t layers;  // where the array of Layer is
    uint64_t tensors; // of Tensor
    uint64_t output;  // the Output
};

/* Why the tensor-core kernel cannot run the generator; empty if it can. */
std::string half_obstacle(const Plan &plan);

Packed pack(const voice_cuda_generator &generator, const Plan &plan, uint32_t precision);

} // namespace voice::cuda::vocoder

#endif
