// The vocoder's kernels, emulated, for the engine on the fake runtime. Only those of the tensor cores have threads that meet.
#include <algorithm>
#include <functional>
#include <vector>

#include "cuda/vocoder/float_kernel.h"
#include "cuda/vocoder/half_kernel.h"
#include "cuda/vocoder/history_kernel.h"
#include "cuda/vocoder/kernels.h"
#include "cuda/vocoder/output_kernel.h"

namespace voice::cuda::vocoder {

namespace {

// Few blocks side by side: each has several tiles.
int grid_of(uint32_t most) {
    return static_cast<int>(std::min(most, 3u));
}

template <typename Body>
cudaError_t enqueue(uint32_t most, uint32_t y, uint32_t z, int thread_count, const Body &body) {
    const int width = grid_of(most);
    return fake_enqueue([=] {
        for (int k = 0; k < static_cast<int>(z); k++) {
            for (int j = 0; j < static_cast<int>(y); j++) {
                for (int i = 0; i < width; i++) {
                    run_emulated_threads(thread_count, {i, j, k, width}, std::cref(body)); // not copied
                }
            }
        }
    });
}

template <int quads>
cudaError_t start_float(const Layer *layers, const PackedLaunch &launch, uint32_t frames, const Memory &memory) {
    return enqueue(frames * static_cast<uint32_t>(launch.tiles_per_frame),
                   static_cast<uint32_t>(launch.columns / (4 * quads)), launch.layers, threads,
                   [=] { FloatConvolution<quads>{layers[block_index_z()], memory}.run(); });
}

// Blocks without a tile are left out: a block costs more here than on a GPU.
template <int row_parts, int column_parts, int column_warps>
cudaError_t start_half(const Layer *layers, const PackedLaunch &launch, uint32_t frames, const Memory &memory) {
    using Kernel = HalfConvolution<row_parts, column_parts, column_warps>;
    const int width = grid_of(frames * static_cast<uint32_t>(launch.tiles_per_frame));
    return fake_enqueue([=] {
        std::vector<uint4> shared(static_cast<size_t>(launch.shared_bytes) / sizeof(uint4));
        for (int z = 0; z < static_cast<int>(launch.layers); z++) {
            for (int x = 0; x < std::min(width, tile_count(memory, layers[z])); x++) {
                for (int y = 0; y < launch.columns / Kernel::columns; y++) {
                    std::fill(shared.begin(), shared.end(), uint4{~0u, ~0u, ~0u, ~0u}); // not numbers
                    run_emulated_block(threads, {x, y, z, width}, static_cast<uint32_t>(x + y + z), [&] {
                        Kernel{layers[z], memory, reinterpret_cast<unsigned char *>(shared.data())}.run();
                    });
                }
            }
        }
    });
}

} // namespace

template <typename T>
cudaError_t launch_begin(const Tensor *tensors, uint32_t tensor_count, uint32_t segments, const Memory &memory,
                         cudaStream_t) {
    return enqueue(segments, tensor_count, 1, threads, [=] {
        Histories<T>{tensors[block_index_y()], block_index_y() == 0, memory}.begin();
    });
}

template <typename T>
cudaError_t launch_keep(const Tensor *tensors, uint32_t tensor_count, uint32_t segments, const Memory &memory,
                        cudaStream_t) {
    return enqueue(segments, tensor_count, 1, threads, [=] { Histories<T>{tensors[block_index_y()], false, memory}.keep(); });
}

template <>
cudaError_t launch_layers<float>(const Layer *layers, const PackedLaunch &launch, uint32_t frames, const Memory &memory,
                                 cudaStream_t) {
    return launch.columns % 32 == 0   ? start_float<8>(layers, launch, frames, memory)
           : launch.columns % 16 == 0 ? start_float<4>(layers, launch, frames, memory)
                                      : start_float<2>(layers, launch, frames, memory);
}

template <>
cudaError_t launch_layers<uint16_t>(const Layer *layers, const PackedLaunch &launch, uint32_t frames,
                                    const Memory &memory, cudaStream_t) {
    return launch.columns % 64 == 0   ? start_half<2, 4, 2>(layers, launch, frames, memory)
           : launch.columns % 32 == 0 ? start_half<2, 2, 2>(layers, launch, frames, memory)
           : launch.columns % 16 == 0 ? start_half<1, 2, 1>(layers, launch, frames, memory)
                                      : start_half<1, 1, 1>(layers, launch, frames, memory);
}

template <typename T>
cudaError_t launch_samples(const Output *output, int tiles_per_frame, uint32_t frames, const Memory &memory,
                           cudaStream_t) {
    return enqueue(frames * static_cast<uint32_t>(tiles_per_frame), 1, 1, tile_rows,
                   [=] { Samples<T>{*output, memory}.run(); });
}

template cudaError_t launch_begin<float>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_begin<uint16_t>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_keep<float>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_keep<uint16_t>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_samples<float>(const Output *, int, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_samples<uint16_t>(const Output *, int, uint32_t, const Memory &, cudaStream_t);

} // namespace voice::cuda::vocoder
