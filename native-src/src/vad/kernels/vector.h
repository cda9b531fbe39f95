// Vectors of floats and what is done with them. Part of the kernels: to be included by table.h only.
// GCC's vector types give + - * and comparisons; the rest is spelled out, so that it is the same instruction at every
// optimisation level. In particular a product is fused with a sum exactly where it says fma: a stream's result
// then has the same bits in every batch.
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define VOICE_INLINE static inline __attribute__((always_inline))
#define VOICE_INLINE_MEMBER inline __attribute__((always_inline))
#define VOICE_UNROLL _Pragma("GCC unroll 16")

namespace voice::vad::VOICE_VAD_ISA {
namespace {

typedef float Vec4 __attribute__((vector_size(16)));
typedef int32_t Int4 __attribute__((vector_size(16)));
// Clang, which builds the fuzzers, has no __builtin_shuffle; GCC has __builtin_shufflevector from 12 on only.
#if defined(__clang__)
#define VOICE_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define VOICE_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Int4{__VA_ARGS__})
#endif
VOICE_INLINE Vec4 unpack_low(Vec4 a, Vec4 b) { return VOICE_SHUFFLE(a, b, 0, 4, 1, 5); }
VOICE_INLINE Vec4 unpack_high(Vec4 a, Vec4 b) { return VOICE_SHUFFLE(a, b, 2, 6, 3, 7); }
VOICE_INLINE Vec4 low_pairs(Vec4 a, Vec4 b) { return VOICE_SHUFFLE(a, b, 0, 1, 4, 5); }
VOICE_INLINE Vec4 high_pairs(Vec4 a, Vec4 b) { return VOICE_SHUFFLE(a, b, 2, 3, 6, 7); }
#if defined(__FMA__)
VOICE_INLINE Vec4 fma(Vec4 a, Vec4 b, Vec4 c) { return _mm_fmadd_ps(a, b, c); }
VOICE_INLINE Vec4 fnma(Vec4 a, Vec4 b, Vec4 c) { return _mm_fnmadd_ps(a, b, c); }
#else
VOICE_INLINE Vec4 fma(Vec4 a, Vec4 b, Vec4 c) { return a * b + c; }
VOICE_INLINE Vec4 fnma(Vec4 a, Vec4 b, Vec4 c) { return c - a * b; }
#endif
#if defined(__SSE2__)
VOICE_INLINE Vec4 square_root(Vec4 a) { return _mm_sqrt_ps(a); }
#else
VOICE_INLINE Vec4 square_root(Vec4 a) {
    return Vec4{__builtin_sqrtf(a[0]), __builtin_sqrtf(a[1]), __builtin_sqrtf(a[2]), __builtin_sqrtf(a[3])};
}
#endif

// Four floats from each of rows that lie stride apart, and back. Through registers: a wide load of what was stored in
// parts would wait for the stores.
VOICE_INLINE void load_quads(Vec4 &v, const float *rows, size_t) { __builtin_memcpy(&v, rows, sizeof v); }
VOICE_INLINE void store_quads(float *rows, size_t, Vec4 v) { __builtin_memcpy(rows, &v, sizeof v); }

#if VOICE_VAD_LANES >= 8
typedef float Vec8 __attribute__((vector_size(32)));
typedef int32_t Int8 __attribute__((vector_size(32)));
VOICE_INLINE Vec8 unpack_low(Vec8 a, Vec8 b) { return _mm256_unpacklo_ps(a, b); }
VOICE_INLINE Vec8 unpack_high(Vec8 a, Vec8 b) { return _mm256_unpackhi_ps(a, b); }
VOICE_INLINE Vec8 low_pairs(Vec8 a, Vec8 b) { return _mm256_shuffle_ps(a, b, 0x44); }
VOICE_INLINE Vec8 high_pairs(Vec8 a, Vec8 b) { return _mm256_shuffle_ps(a, b, 0xee); }
VOICE_INLINE Vec8 fma(Vec8 a, Vec8 b, Vec8 c) { return _mm256_fmadd_ps(a, b, c); }
VOICE_INLINE Vec8 fnma(Vec8 a, Vec8 b, Vec8 c) { return _mm256_fnmadd_ps(a, b, c); }
VOICE_INLINE Vec8 square_root(Vec8 a) { return _mm256_sqrt_ps(a); }
VOICE_INLINE void load_quads(Vec8 &v, const float *rows, size_t stride) {
    v = _mm256_loadu2_m128(rows + stride, rows);
}
VOICE_INLINE void store_quads(float *rows, size_t stride, Vec8 v) { _mm256_storeu2_m128(rows + stride, rows, v); }
#endif

#if VOICE_VAD_LANES >= 16
typedef float Vec16 __attribute__((vector_size(64)));
typedef int32_t Int16 __attribute__((vector_size(64)));
VOICE_INLINE Vec16 unpack_low(Vec16 a, Vec16 b) { return _mm512_unpacklo_ps(a, b); }
VOICE_INLINE Vec16 unpack_high(Vec16 a, Vec16 b) { return _mm512_unpackhi_ps(a, b); }
VOICE_INLINE Vec16 low_pairs(Vec16 a, Vec16 b) { return _mm512_shuffle_ps(a, b, 0x44); }
VOICE_INLINE Vec16 high_pairs(Vec16 a, Vec16 b) { return _mm512_shuffle_ps(a, b, 0xee); }
VOICE_INLINE Vec16 fma(Vec16 a, Vec16 b, Vec16 c) { return _mm512_fmadd_ps(a, b, c); }
VOICE_INLINE Vec16 fnma(Vec16 a, Vec16 b, Vec16 c) { return _mm512_fnmadd_ps(a, b, c); }
VOICE_INLINE Vec16 square_root(Vec16 a) { return _mm512_sqrt_ps(a); }
VOICE_INLINE void load_quads(Vec16 &v, const float *rows, size_t stride) {
    const __m512 low = _mm512_castps256_ps512(_mm256_loadu2_m128(rows + stride, rows));
    v = _mm512_insertf32x8(low, _mm256_loadu2_m128(rows + 3 * stride, rows + 2 * stride), 1);
}
VOICE_INLINE void store_quads(float *rows, size_t stride, Vec16 v) {
    _mm_storeu_ps(rows, _mm512_castps512_ps128(v));
    _mm_storeu_ps(rows + stride, _mm512_extractf32x4_ps(v, 1));
    _mm_storeu_ps(rows + 2 * stride, _mm512_extractf32x4_ps(v, 2));
    _mm_storeu_ps(rows + 3 * stride, _mm512_extractf32x4_ps(v, 3));
}
#endif

#if VOICE_VAD_LANES == 16
typedef Vec16 Wide;
typedef Int16 WideInt;
#elif VOICE_VAD_LANES == 8
typedef Vec8 Wide;
typedef Int8 WideInt;
#else
typedef Vec4 Wide;
typedef Int4 WideInt;
#endif

template <typename V>
constexpr size_t lanes = sizeof(V) / sizeof(float);

template <typename V>
VOICE_INLINE V load(const float *values) {
    V v;
    __builtin_memcpy(&v, values, sizeof v);
    return v;
}

template <typename V>
VOICE_INLINE void store(float *values, V v) {
    __builtin_memcpy(values, &v, sizeof v);
}

template <typename V>
VOICE_INLINE V broadcast(float value) {
    return value - V{}; // not a sum: -0 + 0 is +0
}

// A NaN in b passes through these two; x86's instructions return their second operand then.
template <typename V>
VOICE_INLINE V maximum(V a, V b) {
    return a > b ? a : b;
}

template <typename V>
VOICE_INLINE V minimum(V a, V b) {
    return a < b ? a : b;
}

// Transposes 4×4 in each group of four lanes.
template <typename V>
VOICE_INLINE void transpose4(V &a, V &b, V &c, V &d) {
    const V ab_low = unpack_low(a, b);
    const V ab_high = unpack_high(a, b);
    const V cd_low = unpack_low(c, d);
    const V cd_high = unpack_high(c, d);
    a = low_pairs(ab_low, cd_low);
    b = high_pairs(ab_low, cd_low);
    c = low_pairs(ab_high, cd_high);
    d = high_pairs(ab_high, cd_high);
}

} // namespace
} // namespace voice::vad::VOICE_VAD_ISA
