// Sigmoid and hyperbolic tangent. Part of the kernels: to be included by table.h only.
namespace voice::vad::VOICE_VAD_ISA {
namespace {

/*
 * exp(x) to two units in the last place for |x| <= 87, which x is limited to; a NaN stays one.
 * x = n ln 2 + r with |r| <= ln 2 / 2. ln 2 in two parts, so that n × the first is exact, and the polynomial for
 * exp(r) are those of Cephes' expf (S. L. Moshier).
 */
VOICE_INLINE Wide exponential(Wide x) {
    const Wide limit = broadcast<Wide>(87.0f);
    x = maximum(-limit, minimum(limit, x));
    // Adding 1.5 × 2^23 rounds to an integer and leaves it in the low bits.
    const Wide shift = broadcast<Wide>(12582912.0f);
    const Wide shifted = fma(x, broadcast<Wide>(1.44269504f), shift);
    const Wide n = shifted - shift;
    Wide r = fnma(n, broadcast<Wide>(0.693359375f), x);
    r = fnma(n, broadcast<Wide>(-2.12194440e-4f), r);
    Wide p = broadcast<Wide>(1.9875691500e-4f);
    p = fma(p, r, broadcast<Wide>(1.3981999507e-3f));
    p = fma(p, r, broadcast<Wide>(8.3334519073e-3f));
    p = fma(p, r, broadcast<Wide>(4.1665795894e-2f));
    p = fma(p, r, broadcast<Wide>(1.6666665459e-1f));
    p = fma(p, r, broadcast<Wide>(5.0000001201e-1f));
    p = fma(p, r * r, r) + broadcast<Wide>(1.0f);
    WideInt bits;
    __builtin_memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3f800000; // 2^n
    Wide scale;
    __builtin_memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}

VOICE_INLINE Wide sigmoid(Wide x) {
    const Wide one = broadcast<Wide>(1.0f);
    return one / (one + exponential(-x));
}

// Absolute error below 2e-7; the relative one grows near zero, where sums of these values do not see it.
VOICE_INLINE Wide hyperbolic_tangent(Wide x) {
    const Wide one = broadcast<Wide>(1.0f);
    const Wide two = broadcast<Wide>(2.0f);
    return one - two / (one + exponential(x + x));
}

} // namespace
} // namespace voice::vad::VOICE_VAD_ISA
