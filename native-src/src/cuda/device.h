#ifndef VOICE_CUDA_DEVICE_H
#define VOICE_CUDA_DEVICE_H

/*
 * The few things that a kernel asks of the machine. nvcc maps them to the GPU; any other compiler gets
 * emulated_block.h, which runs the very same kernel sources on the CPU, thread by thread, for the tests.
 */
#ifdef __CUDACC__

#include <cuda_fp16.h>

#include "cuda/tile_layout.h"

#define VOICE_DEVICE __device__ __forceinline__
#define VOICE_UNROLL _Pragma("unroll")
#define VOICE_NO_UNROLL _Pragma("unroll 1")
#define VOICE_UNROLL_TWICE _Pragma("unroll 2")

namespace voice::cuda {

VOICE_DEVICE int thread_index() { return static_cast<int>(threadIdx.x); }
VOICE_DEVICE int block_index() { return static_cast<int>(blockIdx.x); }
VOICE_DEVICE int block_index_y() { return static_cast<int>(blockIdx.y); }
VOICE_DEVICE int block_index_z() { return static_cast<int>(blockIdx.z); }
VOICE_DEVICE void sync_block() { __syncthreads(); }
VOICE_DEVICE float shuffle_xor(float value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
VOICE_DEVICE float exponential(float x) { return __expf(x); }
/* One instruction each, good to about 2^-22; the exactly rounded ones branch. */
VOICE_DEVICE float reciprocal(float x) { return __fdividef(1.0f, x); }
VOICE_DEVICE float square_root(float x) {
    float root;
    asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(root) : "f"(x));
    return root;
}

VOICE_DEVICE float float_of_bits(uint32_t bits) { return __uint_as_float(bits); }

VOICE_DEVICE uint4 load_16_bytes(const void *from) { return *static_cast<const uint4 *>(from); }
VOICE_DEVICE void store_16_bytes(void *to, const uint4 &value) { *static_cast<uint4 *>(to) = value; }

/* 16 bytes that no thread writes during the launch. */
VOICE_DEVICE Fragment load_fragment(const Fragment *from) {
    const uint4 v = __ldg(reinterpret_cast<const uint4 *>(from));
    return {{v.x, v.y, v.z, v.w}};
}

/* The same of 8 bytes. */
VOICE_DEVICE void load_columns(const uint32_t *from, uint32_t (&b)[2]) {
    const uint2 v = __ldg(reinterpret_cast<const uint2 *>(from));
    b[0] = v.x;
    b[1] = v.y;
}

/*
 * The left factor of a product out of shared memory: lanes 0 .. 15 say where its rows' first eight values are, lanes 16 .. 31
 * where the others; each a multiple of 16 bytes.
 */
VOICE_DEVICE Fragment load_rows(const void *shared) {
    Fragment a;
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(a.registers[0]), "=r"(a.registers[1]), "=r"(a.registers[2]), "=r"(a.registers[3])
                 : "r"(static_cast<uint32_t>(__cvta_generic_to_shared(shared)))
                 : "memory");
    return a;
}

/* Two halves behind a leaky ReLU whose slope is given twice, as a half. */
VOICE_DEVICE uint32_t leaky_halves(uint32_t values, uint32_t slopes) {
    const __half2 v = *reinterpret_cast<const __half2 *>(&values);
    const __half2 result = __hmax2(v, __hmul2(v, *reinterpret_cast<const __half2 *>(&slopes)));
    return *reinterpret_cast<const uint32_t *>(&result);
}

/* c += a × b, one product of 16 × 16 by 16 × 8 for the whole warp. */
VOICE_DEVICE void multiply_add(float (&c)[4], const Fragment &a, const uint32_t (&b)[2]) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a.registers[0]), "r"(a.registers[1]), "r"(a.registers[2]), "r"(a.registers[3]), "r"(b[0]), "r"(b[1]));
}

VOICE_DEVICE uint16_t to_half(float value) { return __half_as_ushort(__float2half_rn(value)); }
VOICE_DEVICE float from_half(uint16_t bits) { return __half2float(__ushort_as_half(bits)); }

/*
 * Two int16 samples as halves: hi the sample rounded, lo what is left. A byte b or-ed into the half 0x6400 is 1024 + b,
 * which gives both bytes exactly; their sum and its rounding error are Dekker's. Taking the bytes themselves as hi and lo
 * would not do: -3 is -256 + 253, and the small sample would carry the large parts' errors.
 */
VOICE_DEVICE void split_samples(uint32_t samples, uint32_t &hi, uint32_t &lo) {
    const uint32_t low = (samples & 0x00ff00ffu) | 0x64006400u;
    const uint32_t high = (((samples >> 8) & 0x00ff00ffu) ^ 0x00800080u) | 0x64006400u;
    const __half2 l = __hsub2(*reinterpret_cast<const __half2 *>(&low), __float2half2_rn(1024.0f));
    const __half2 h = __hmul2(__hsub2(*reinterpret_cast<const __half2 *>(&high), __float2half2_rn(1152.0f)),
                              __float2half2_rn(256.0f));
    const __half2 sum = __hadd2_rn(h, l);
    const __half2 rest = __hsub2_rn(l, __hsub2_rn(sum, h));
    hi = *reinterpret_cast<const uint32_t *>(&sum);
    lo = *reinterpret_cast<const uint32_t *>(&rest);
}

} // namespace voice::cuda

#else
#include "cuda/emulated_block.h"
#endif

#endif
