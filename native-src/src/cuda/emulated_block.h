#ifndef VOICE_CUDA_EMULATED_BLOCK_H
#define VOICE_CUDA_EMULATED_BLOCK_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>

#include "cuda/half_bits.h"
#include "cuda/tile_layout.h"

/*
 * Runs a kernel's block on the CPU: every thread is a coroutine, a warp's threads meet at each matrix product and each
 * shuffle, a block's at each barrier. Slow and exact: what it checks is indices, packing, and that no barrier is missing
 * (the threads run in a different order each time).
 */
#define VOICE_DEVICE inline
#define VOICE_UNROLL
#define VOICE_NO_UNROLL
#define VOICE_UNROLL_TWICE

struct uint4 {
    uint32_t x, y, z, w;
};

namespace voice::cuda {

using std::fabs;

struct BlockIndex {
    int x;
    int y = 0;
    int z = 0;
};

/* Runs body once for each of thread_count threads of block number block. */
void run_emulated_block(int thread_count, int block, uint32_t order_seed, const std::function<void()> &body);
void run_emulated_block(int thread_count, const BlockIndex &block, uint32_t order_seed,
                        const std::function<void()> &body);

/* The same one after the other, for kernels whose threads never meet: as fast as a loop, and nothing that a sanitizer would
   not know. */
void run_emulated_threads(int thread_count, const BlockIndex &block, const std::function<void()> &body);

int thread_index();
int block_index();
int block_index_y();
int block_index_z();
void sync_block();
float shuffle_xor(float value, int mask);
void multiply_add(float (&c)[4], const Fragment &a, const uint32_t (&b)[2]);
Fragment load_rows(const void *shared);

inline float exponential(float x) { return std::exp(x); }
inline float reciprocal(float x) { return 1.0f / x; }
inline float square_root(float x) { return std::sqrt(x); }

inline float float_of_bits(uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline uint4 load_16_bytes(const void *from) {
    uint4 value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
inline void store_16_bytes(void *to, const uint4 &value) { std::memcpy(to, &value, sizeof value); }

inline void load_columns(const uint32_t *from, uint32_t (&b)[2]) { std::memcpy(b, from, sizeof b); }

inline uint32_t leaky_halves(uint32_t values, uint32_t slopes) {
    uint32_t result = 0;
    for (int i = 0; i < 32; i += 16) {
        const float value = half_to_float(static_cast<uint16_t>(values >> i));
        const uint16_t sloped = float_to_half(value * half_to_float(static_cast<uint16_t>(slopes >> i)));
        result |= static_cast<uint32_t>(value > half_to_float(sloped) ? float_to_half(value) : sloped) << i;
    }
    return result;
}

inline Fragment load_fragment(const Fragment *from) { return *from; }
inline uint16_t to_half(float value) { return float_to_half(value); }
inline float from_half(uint16_t bits) { return half_to_float(bits); }

inline void split_samples(uint32_t samples, uint32_t &hi, uint32_t &lo) {
    hi = lo = 0;
    for (int i = 0; i < 2; i++) {
        const float sample = static_cast<int16_t>(samples >> (16 * i));
        const uint16_t high = float_to_half(sample);
        hi |= static_cast<uint32_t>(high) << (16 * i);
        lo |= static_cast<uint32_t>(float_to_half(sample - half_to_float(high))) << (16 * i);
    }
}

} // namespace voice::cuda

#endif
