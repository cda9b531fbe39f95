#include "cuda/kernels.h"

#include "cuda/plain_kernel.h"
#include "cuda/tile_kernel.h"

namespace voice::cuda {

namespace {

// Two blocks a multiprocessor: one computes while the other waits for memory.
template <typename Rate>
__global__ void __launch_bounds__(threads, 2) tile_kernel(const __grid_constant__ TileWeights weights,
                                                          const __grid_constant__ LaunchArguments arguments) {
    extern __shared__ __align__(16) unsigned char shared[];
    Tile<Rate>{weights, arguments, shared}.run();
}

template <typename Rate>
__global__ void __launch_bounds__(PlainTile<Rate>::thread_count)
    plain_kernel(const __grid_constant__ PlainWeights weights, const __grid_constant__ LaunchArguments arguments) {
    __shared__ typename PlainTile<Rate>::Shared shared;
    PlainTile<Rate>{weights, arguments, shared}.run();
}

unsigned blocks(int count, int streams) {
    return static_cast<unsigned>((count + streams - 1) / streams);
}

} // namespace

template <typename Rate>
cudaError_t prepare_tile_kernel() {
    return cudaFuncSetAttribute(tile_kernel<Rate>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                static_cast<int>(SharedLayout<Rate>::bytes));
}

template <typename Rate>
cudaError_t launch_tiles(const TileWeights &weights, const LaunchArguments &arguments, cudaStream_t stream) {
    tile_kernel<Rate><<<blocks(arguments.count, tile_streams), threads, SharedLayout<Rate>::bytes, stream>>>(
        weights, arguments);
    return cudaGetLastError();
}

template <typename Rate>
cudaError_t launch_plain(const PlainWeights &weights, const LaunchArguments &arguments, cudaStream_t stream) {
    plain_kernel<Rate><<<blocks(arguments.count, PlainTile<Rate>::streams), PlainTile<Rate>::thread_count, 0, stream>>>(
        weights, arguments);
    return cudaGetLastError();
}

template cudaError_t prepare_tile_kernel<Rate16k>();
template cudaError_t prepare_tile_kernel<Rate8k>();
template cudaError_t launch_tiles<Rate16k>(const TileWeights &, const LaunchArguments &, cudaStream_t);
template cudaError_t launch_tiles<Rate8k>(const TileWeights &, const LaunchArguments &, cudaStream_t);
template cudaError_t launch_plain<Rate16k>(const PlainWeights &, const LaunchArguments &, cudaStream_t);
template cudaError_t launch_plain<Rate8k>(const PlainWeights &, const LaunchArguments &, cudaStream_t);

} // namespace voice::cuda
