#include "cuda/vocoder/kernels.h"

#include "cuda/vocoder/float_kernel.h"
#include "cuda/vocoder/half_kernel.h"
#include "cuda/vocoder/history_kernel.h"
#include "cuda/vocoder/output_kernel.h"

namespace voice::cuda::vocoder {

namespace {

template <typename T>
__global__ void __launch_bounds__(threads) begin_kernel(const Tensor *tensors, const __grid_constant__ Memory memory) {
    Histories<T>{tensors, memory}.begin();
}

template <typename T>
__global__ void __launch_bounds__(threads) keep_kernel(const Tensor *tensors, const __grid_constant__ Memory memory) {
    Histories<T>{tensors, memory}.keep();
}

template <typename T>
__global__ void __launch_bounds__(tile_rows) samples_kernel(const Output *output, const __grid_constant__ Memory memory) {
    Samples<T>{*output, memory}.run();
}

template <int quads>
__global__ void __launch_bounds__(threads) float_kernel(const Layer *layers, const __grid_constant__ Memory memory) {
    FloatConvolution<quads>{layers[block_index_z()], memory}.run();
}

// Four blocks a multiprocessor at least: some compute while others wait for memory.
template <int row_parts, int column_parts, int column_warps>
__global__ void __launch_bounds__(threads, 4) half_kernel(const Layer *layers, const __grid_constant__ Memory memory) {
    extern __shared__ __align__(16) unsigned char shared[];
    HalfConvolution<row_parts, column_parts, column_warps>{layers[block_index_z()], memory, shared}.run();
}

dim3 grid(const PackedLaunch &launch, uint32_t frames, int columns) {
    return dim3(frames * static_cast<uint32_t>(launch.tiles_per_frame), static_cast<uint32_t>(launch.columns / columns),
                launch.layers);
}

template <int quads>
void start_float(const Layer *layers, const PackedLaunch &launch, uint32_t frames, const Memory &memory,
                 cudaStream_t stream) {
    float_kernel<quads><<<grid(launch, frames, 4 * quads), threads, 0, stream>>>(layers, memory);
}

template <int row_parts, int column_parts, int column_warps>
void start_half(const Layer *layers, const PackedLaunch &launch, uint32_t frames, const Memory &memory,
                cudaStream_t stream) {
    using Kernel = HalfConvolution<row_parts, column_parts, column_warps>;
    half_kernel<row_parts, column_parts, column_warps>
        <<<grid(launch, frames, Kernel::columns), threads, static_cast<size_t>(launch.shared_bytes), stream>>>(layers,
                                                                                                               memory);
}

} // namespace

template <typename T>
cudaError_t launch_begin(const Tensor *tensors, uint32_t tensor_count, uint32_t segments, const Memory &memory,
                         cudaStream_t stream) {
    begin_kernel<T><<<dim3(segments, tensor_count), threads, 0, stream>>>(tensors, memory);
    return cudaGetLastError();
}

template <typename T>
cudaError_t launch_keep(const Tensor *tensors, uint32_t tensor_count, uint32_t segments, const Memory &memory,
                        cudaStream_t stream) {
    keep_kernel<T><<<dim3(segments, tensor_count), threads, 0, stream>>>(tensors, memory);
    return cudaGetLastError();
}

template <>
cudaError_t launch_layers<float>(const Layer *layers, const PackedLaunch &launch, uint32_t frames, const Memory &memory,
                                 cudaStream_t stream) {
    if (launch.columns % 32 == 0) {
        start_float<8>(layers, launch, frames, memory, stream);
    } else if (launch.columns % 16 == 0) {
        start_float<4>(layers, launch, frames, memory, stream);
    } else {
        start_float<2>(layers, launch, frames, memory, stream);
    }
    return cudaGetLastError();
}

template <>
cudaError_t launch_layers<uint16_t>(const Layer *layers, const PackedLaunch &launch, uint32_t frames,
                                    const Memory &memory, cudaStream_t stream) {
    if (launch.columns % 64 == 0) {
        start_half<2, 4, 2>(layers, launch, frames, memory, stream);
    } else if (launch.columns % 32 == 0) {
        start_half<2, 2, 2>(layers, launch, frames, memory, stream);
    } else if (launch.columns % 16 == 0) {
        start_half<1, 2, 1>(layers, launch, frames, memory, stream);
    } else {
        start_half<1, 1, 1>(layers, launch, frames, memory, stream);
    }
    return cudaGetLastError();
}

template <typename T>
cudaError_t launch_samples(const Output *output, int tiles_per_frame, uint32_t frames, const Memory &memory,
                           cudaStream_t stream) {
    samples_kernel<T><<<frames * static_cast<uint32_t>(tiles_per_frame), tile_rows, 0, stream>>>(output, memory);
    return cudaGetLastError();
}

template cudaError_t launch_begin<float>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_begin<uint16_t>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_keep<float>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_keep<uint16_t>(const Tensor *, uint32_t, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_samples<float>(const Output *, int, uint32_t, const Memory &, cudaStream_t);
template cudaError_t launch_samples<uint16_t>(const Output *, int, uint32_t, const Memory &, cudaStream_t);

} // namespace voice::cuda::vocoder
