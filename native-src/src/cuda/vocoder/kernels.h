#ifndef VOICE_CUDA_VOCODER_KERNELS_H
#define VOICE_CUDA_VOCODER_KERNELS_H

#include <cuda_runtime.h>

#include "cuda/vocoder/layout.h"
#include "cuda/vocoder/packing.h"

namespace voice::cuda::vocoder {

/*
 * Each enqueues one launch and returns. T is what the working memory holds: uint16_t, halves on the tensor cores, or float.
 * Grids are for a piece of up to so many segments or frames; blocks for which there is nothing end at once.
 */
template <typename T>
cudaError_t launch_begin(const Tensor *tensors, uint32_t tensor_count, uint32_t segments, const Memory &memory,
                         cudaStream_t stream);
template <typename T>
cudaError_t launch_keep(const Tensor *tensors, uint32_t tensor_count, uint32_t segments, const Memory &memory,
                        cudaStream_t stream);
/* layers are those of the launch. */
template <typename T>
cudaError_t launch_layers(const Layer *layers, const PackedLaunch &launch, uint32_t frames, const Memory &memory,
                          cudaStream_t stream);
template <typename T>
cudaError_t launch_samples(const Output *output, int tiles_per_frame, uint32_t frames, const Memory &memory,
                           cudaStream_t stream);

} // namespace voice::cuda::vocoder

#endif
