// The kernels, emulated, for the engine on the fake runtime. The tensor-core kernel's place is taken by the plain one,
// which is a hundred times faster to emulate; the test of the emulated kernels has the other.
#include <memory>

#include "cuda/kernels.h"
#include "cuda/plain_kernel.h"

namespace voice::cuda {

template <typename Rate>
cudaError_t prepare_tile_kernel() {
    return cudaErrorInvalidValue;
}

template <typename Rate>
cudaError_t launch_tiles(const TileWeights &, const LaunchArguments &, cudaStream_t) {
    return cudaErrorInvalidValue;
}

template <typename Rate>
cudaError_t launch_plain(const PlainWeights &weights, const LaunchArguments &arguments, cudaStream_t) {
    using Plain = PlainTile<Rate>;
    return fake_enqueue([weights, arguments] {
        const auto shared = std::make_unique<typename Plain::Shared>();
        for (int block = 0; block * Plain::streams < arguments.count; block++) {
            run_emulated_block(Plain::thread_count, block, 1, [&] { Plain{weights, arguments, *shared}.run(); });
        }
    });
}

template cudaError_t prepare_tile_kernel<Rate16k>();
template cudaError_t prepare_tile_kernel<Rate8k>();
template cudaError_t launch_tiles<Rate16k>(const TileWeights &, const LaunchArguments &, cudaStream_t);
template cudaError_t launch_tiles<Rate8k>(const TileWeights &, const LaunchArguments &, cudaStream_t);
template cudaError_t launch_plain<Rate16k>(const PlainWeights &, const LaunchArguments &, cudaStream_t);
template cudaError_t launch_plain<Rate8k>(const PlainWeights &, const LaunchArguments &, cudaStream_t);

} // namespace voice::cuda
