#ifndef VOICE_BENCH_PROCESSOR_H
#define VOICE_BENCH_PROCESSOR_H

// What one core can do at most with an instruction set: products and sums from registers, and reading from each level.
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace voice::bench {

/* Processor time of the thread, so that other work on the machine counts little. Reading it takes some 300 ns. */
inline double seconds() {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

/* So many sums are in flight: more than an instruction's latency times how many begin at once. */
#define VOICE_BENCH_WORK(name, features, vector, multiply_add, sums)                                                   \
    constexpr size_t values_##name = 8 * sums * sizeof(vector) / sizeof(float);                                        \
    features inline float products_##name(size_t rounds) {                                                             \
        vector sum[sums];                                                                                              \
        _Pragma("GCC unroll 24") for (size_t j = 0; j < sums; j++) {                                                   \
            sum[j] = vector{} + static_cast<float>(j); /* equal ones would be computed once */                         \
        }                                                                                                              \
        vector a = vector{} + 0.999f;                                                                                  \
        vector b = vector{} + 1e-3f;                                                                                   \
        for (size_t i = 0; i < rounds; i++) {                                                                          \
            _Pragma("GCC unroll 8") for (int again = 0; again < 8; again++) {                                          \
                _Pragma("GCC unroll 24") for (size_t j = 0; j < sums; j++) {                                           \
                    sum[j] = multiply_add(a, sum[j], b);                                                               \
                }                                                                                                      \
                asm volatile("" : "+v"(a), "+v"(b));                                                                   \
            }                                                                                                          \
        }                                                                                                              \
        _Pragma("GCC unroll 24") for (size_t j = 1; j < sums; j++) { sum[0] += sum[j]; }                               \
        return sum[0][0];                                                                                              \
    }                                                                                                                  \
    features inline float reading_##name(const float *values, size_t count) {                                          \
        constexpr size_t lanes = sizeof(vector) / sizeof(float);                                                       \
        vector sum[8] = {};                                                                                            \
        for (size_t i = 0; i + 8 * lanes <= count; i += 8 * lanes) {                                                   \
            _Pragma("GCC unroll 8") for (size_t j = 0; j < 8; j++) {                                                   \
                sum[j] += *reinterpret_cast<const vector *>(values + i + j * lanes);                                   \
            }                                                                                                          \
        }                                                                                                              \
        _Pragma("GCC unroll 8") for (size_t j = 1; j < 8; j++) { sum[0] += sum[j]; }                                   \
        return sum[0][0];                                                                                              \
    }

typedef float Four __attribute__((vector_size(16), may_alias));
#define VOICE_BENCH_SEPARATE(a, b, c) ((a) * (b) + (c))
VOICE_BENCH_WORK(portable, , Four, VOICE_BENCH_SEPARATE, 12)
#ifdef __x86_64__
VOICE_BENCH_WORK(avx2, __attribute__((target("avx2,fma"))), __m256, _mm256_fmadd_ps, 12)
VOICE_BENCH_WORK(avx512, __attribute__((target("avx512f"))), __m512, _mm512_fmadd_ps, 24)
#endif

/* One core with the instruction set that the kernels of this name use. */
class Processor {
public:
    explicit Processor(const std::string &path) {
#ifdef __x86_64__
        if (path == "avx512") {
            set(products_avx512, reading_avx512, values_avx512);
            return;
        }
        if (path == "avx2") {
            set(products_avx2, reading_avx2, values_avx2);
            return;
        }
#endif
        set(products_portable, reading_portable, values_portable);
    }

    /* Products and sums a second, from registers alone, during two milliseconds or so. */
    double flops() const {
        constexpr size_t rounds = 80000;
        const double start = seconds();
        keep(products_(rounds));
        return 2.0 * static_cast<double>(rounds * values_) / (seconds() - start);
    }

    /* Bytes a second out of a block of so many, read again and again. */
    double bandwidth(size_t bytes) const {
        const size_t count = bytes / sizeof(float);
        std::vector<float> values(count + 16, 1.0f);
        const auto at = reinterpret_cast<size_t>(values.data());
        const float *aligned = values.data() + (64 - at % 64) % 64 / sizeof(float);
        const size_t times = std::max<size_t>(1, (size_t{1} << 28) / bytes);
        std::vector<double> rates;
        for (int i = 0; i < 9; i++) {
            const double start = seconds();
            for (size_t j = 0; j < times; j++) {
                keep(reading_(aligned, count));
            }
            rates.push_back(static_cast<double>(times) * static_cast<double>(bytes) / (seconds() - start));
        }
        return median(rates);
    }

private:
    using Products = float (*)(size_t);
    using Reading = float (*)(const float *, size_t);

    void set(Products products, Reading reading, size_t values) {
        products_ = products;
        reading_ = reading;
        values_ = values;
    }

    static void keep(float value) { asm volatile("" : : "m"(value)); }

    Products products_ = nullptr;
    Reading reading_ = nullptr;
    size_t values_ = 0; // of a round
};

} // namespace voice::bench

#endif
