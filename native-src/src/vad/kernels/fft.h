// Magnitude spectra of a window's four frames by a real FFT. Part of the kernels: to be included by table.h only.
// A lane is one frame of one stream: four lanes hold a stream, sixteen hold four, and the operations on each lane,
// hence its bits, are the same in either.
namespace voice::vad::VOICE_VAD_ISA {
namespace {

// Between two frames of a stream, in floats: 129 bins in whole vectors.
constexpr size_t spectrum_stride = 144;
constexpr size_t max_points = max_filter / 2;
constexpr size_t padded_input = max_context + max_window + max_context;

template <typename V>
struct FftScratch {
    V re[max_points];
    V im[max_points];
    V power[max_bins + 3];
};

template <typename V>
VOICE_INLINE void rotate(V re, V im, const float *twiddle, V &out_re, V &out_im) {
    const V c = broadcast<V>(twiddle[0]);
    const V s = broadcast<V>(twiddle[1]);
    out_re = fma(re, c, im * s);
    out_im = fnma(re, s, im * c);
}

// One radix-4 butterfly of elements step apart; the last three results are turned by twiddle, NULL for no turn.
template <bool turned, typename V>
VOICE_INLINE void butterfly4(V *re, V *im, size_t step, const float *twiddle) {
    const V sum02_re = re[0] + re[2 * step];
    const V sum02_im = im[0] + im[2 * step];
    const V difference02_re = re[0] - re[2 * step];
    const V difference02_im = im[0] - im[2 * step];
    const V sum13_re = re[step] + re[3 * step];
    const V sum13_im = im[step] + im[3 * step];
    const V difference13_re = re[step] - re[3 * step];
    const V difference13_im = im[step] - im[3 * step];
    re[0] = sum02_re + sum13_re;
    im[0] = sum02_im + sum13_im;
    const V re1 = difference02_re + difference13_im;
    const V im1 = difference02_im - difference13_re;
    const V re2 = sum02_re - sum13_re;
    const V im2 = sum02_im - sum13_im;
    const V re3 = difference02_re - difference13_im;
    const V im3 = difference02_im + difference13_re;
    if (turned) {
        rotate(re1, im1, twiddle, re[step], im[step]);
        rotate(re2, im2, twiddle + 2, re[2 * step], im[2 * step]);
        rotate(re3, im3, twiddle + 4, re[3 * step], im[3 * step]);
    } else {
        re[step] = re1;
        im[step] = im1;
        re[2 * step] = re2;
        im[2 * step] = im2;
        re[3 * step] = re3;
        im[3 * step] = im3;
    }
}

// In place; the result is in the order of FftTables::position.
template <typename V>
VOICE_INLINE void complex_fft(const float *twiddle, size_t points, V *re, V *im) {
    size_t size = points;
    for (; size >= 4; size /= 4) {
        const size_t step = size / 4;
        for (size_t block = 0; block < points; block += size) {
            butterfly4<false>(re + block, im + block, step, nullptr);
        }
        for (size_t j = 1; j < step; j++, twiddle += 6) {
            for (size_t i = j; i < points; i += size) {
                butterfly4<true>(re + i, im + i, step, twiddle);
            }
        }
    }
    for (size_t i = 0; size == 2 && i < points; i += 2) {
        const V a_re = re[i];
        const V a_im = im[i];
        re[i] = a_re + re[i + 1];
        im[i] = a_im + im[i + 1];
        re[i + 1] = a_re - re[i + 1];
        im[i + 1] = a_im - im[i + 1];
    }
}

// Windowed samples, one lane a frame: even ones to re, odd ones to im.
template <typename V>
VOICE_INLINE void load_frames(const Plan &plan, const float *input, V *re, V *im) {
    const Geometry &geometry = plan.geometry;
    for (size_t i = 0; i < geometry.filter; i += 4) {
        V window;
        load_quads(window, plan.fft.window + i, 0);
        V sample[4];
        VOICE_UNROLL
        for (size_t frame = 0; frame < 4; frame++) {
            load_quads(sample[frame], input + frame * geometry.hop + i, padded_input);
            sample[frame] *= window;
        }
        transpose4(sample[0], sample[1], sample[2], sample[3]);
        re[i / 2] = sample[0];
        im[i / 2] = sample[1];
        re[i / 2 + 1] = sample[2];
        im[i / 2 + 1] = sample[3];
    }
}

/*
 * With Z the complex spectrum of M points of halved samples, E = Z[k] + conj Z[M-k] and O = -i (Z[k] - conj Z[M-k])
 * are the spectra of the even and odd samples, X[k] = E + exp(-2πik/2M) O, and X[M-k] = conj(E - exp(-2πik/2M) O).
 */
template <typename V>
VOICE_INLINE void split_to_power(const FftTables &tables, size_t points, FftScratch<V> &scratch) {
    const V *re = scratch.re;
    const V *im = scratch.im;
    V *power = scratch.power;
    const V first = (re[0] + im[0]) + (re[0] + im[0]);
    const V last = (re[0] - im[0]) + (re[0] - im[0]);
    power[0] = first * first;
    power[points] = last * last;
    for (size_t k = 1; k <= points / 2; k++) {
        const size_t a = tables.position[k];
        const size_t b = tables.position[points - k];
        const V even_re = re[a] + re[b];
        const V even_im = im[a] - im[b];
        V odd_re;
        V odd_im;
        rotate(im[a] + im[b], re[b] - re[a], tables.split + 2 * k, odd_re, odd_im);
        const V x_re = even_re + odd_re;
        const V x_im = even_im + odd_im;
        const V y_re = even_re - odd_re;
        const V y_im = even_im - odd_im;
        power[k] = fma(x_re, x_re, x_im * x_im);
        power[points - k] = fma(y_re, y_re, y_im * y_im);
    }
}

/*
 * input is [streams][padded_input], a stream for every four lanes; spectrum is [streams][stream_stride], in it four
 * frames spectrum_stride apart, with zeros behind the bins.
 */
template <typename V>
static void fft_spectra(const Plan &plan, const float *input, float *spectrum, size_t stream_stride) {
    FftScratch<V> scratch;
    const size_t points = plan.geometry.filter / 2;
    load_frames(plan, input, scratch.re, scratch.im);
    complex_fft(plan.fft.twiddles, points, scratch.re, scratch.im);
    split_to_power(plan.fft, points, scratch);
    scratch.power[points + 1] = scratch.power[points + 2] = scratch.power[points + 3] = V{};
    for (size_t bin = 0; bin <= points; bin += 4) {
        V quad[4] = {scratch.power[bin], scratch.power[bin + 1], scratch.power[bin + 2], scratch.power[bin + 3]};
        transpose4(quad[0], quad[1], quad[2], quad[3]);
        VOICE_UNROLL
        for (size_t frame = 0; frame < 4; frame++) {
            store_quads(spectrum + frame * spectrum_stride + bin, stream_stride, quad[frame]);
        }
    }
    // The roots are taken in whole rows: a single stream then fills its vectors.
    for (size_t row = 0; row < lanes<V>; row++) {
        float *magnitude = spectrum + row / 4 * stream_stride + row % 4 * spectrum_stride;
        for (size_t bin = points + 4; bin < points + 16; bin += 4) {
            store(magnitude + bin, Vec4{});
        }
        for (size_t bin = 0; bin < points + 16; bin += lanes<Wide>) {
            store(magnitude + bin, square_root(load<Wide>(magnitude + bin)));
        }
    }
}

} // namespace
} // namespace voice::vad::VOICE_VAD_ISA
