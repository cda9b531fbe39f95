#ifndef VOICE_CUDA_KERNELS_H
#define VOICE_CUDA_KERNELS_H

#include <cuda_runtime.h>

#include "cuda/tile_layout.h"

namespace voice::cuda {

/* Raises the kernel's limit of shared memory; once per device. */
template <typename Rate>
cudaError_t prepare_tile_kernel();

/* Both enqueue one launch and return; weights and arguments are copied. */
template <typename Rate>
cudaError_t launch_tiles(const TileWeights &weights, const LaunchArguments &arguments, cudaStream_t stream);
template <typename Rate>
cudaError_t launch_plain(const PlainWeights &weights, const LaunchArguments &arguments, cudaStream_t stream);

} // namespace voice::cuda

#endif
