// A window of each stream from samples to probability. Part of the kernels: to be included by table.h only.
namespace voice::vad::VOICE_VAD_ISA {
namespace {

// Streams that go through the layers together: enough of them that the weights' way from the outer caches is paid for
// many, few enough that what lies between two layers (4.7 kB a stream) stays in the second-level cache.
constexpr size_t max_block = 16;
constexpr size_t fft_streams = lanes<Wide> / 4;

// Floats of a stream between two layers. The largest are four frames of a spectrum; an odd number of cache lines away
// from a power of two, so that rows of neighbouring streams do not fall into the same sets.
constexpr size_t stream_stride = stft_frames * spectrum_stride + 16;
constexpr size_t channel_stride = 128;
constexpr size_t max_stft_outputs = 320; // 129 in whole panels of at most 32, twice

struct alignas(64) Scratch {
    float even[max_block * stream_stride]; // spectrum; encoder 1; features and h
    float odd[max_block * stream_stride];  // encoder 0; encoder 2; gates
    float input[fft_streams * padded_input];
    float logits[max_block];
};

struct Batch {
    const int16_t *windows;
    float *states;
    const int32_t *rows;

    VOICE_INLINE_MEMBER float *state(size_t i) const {
        return states + (rows == nullptr ? i : static_cast<size_t>(rows[i])) * state_floats;
    }
};

// Context, the new samples, and the mirrored end (without the last sample itself); keeps the next window's context.
static void gather_input(const Geometry &geometry, const int16_t *samples, float *context, float *input) {
    __builtin_memcpy(input, context, geometry.context * sizeof(float));
    float *window = input + geometry.context;
    for (size_t i = 0; i < geometry.window; i++) {
        window[i] = static_cast<float>(samples[i]) * (1.0f / 32768.0f);
    }
    const size_t length = geometry.context + geometry.window;
    for (size_t i = 0; i < geometry.context; i++) {
        input[length + i] = input[length - 2 - i];
    }
    __builtin_memcpy(context, input + length - geometry.context, geometry.context * sizeof(float));
}

// For bases that are not a windowed Fourier transform.
static void convolved_spectrum(const Plan &plan, const float *input, float *spectrum) {
    alignas(64) float columns[stft_frames * max_stft_outputs];
    const size_t outputs = plan.stft.outputs;
    multiply<StftFrames, panel_columns, false>(plan.stft, 1, {input, 0, plan.geometry.hop}, {columns, 0, outputs});
    for (size_t frame = 0; frame < stft_frames; frame++) {
        const float *real = columns + frame * outputs;
        const float *imaginary = real + outputs / 2;
        float *magnitude = spectrum + frame * spectrum_stride;
        for (size_t bin = 0; bin < plan.geometry.bins; bin++) {
            magnitude[bin] = __builtin_sqrtf(real[bin] * real[bin] + imaginary[bin] * imaginary[bin]);
        }
    }
}

// Asks for what a later block will need: its rows lie anywhere, so the processor cannot guess them.
static void prefetch_stream(const Batch &batch, const Geometry &geometry, size_t i) {
    const char *samples = reinterpret_cast<const char *>(batch.windows + i * geometry.window);
    for (size_t offset = 0; offset < geometry.window * sizeof(int16_t); offset += 64) {
        __builtin_prefetch(samples + offset, 0, 2);
    }
    const char *state = reinterpret_cast<const char *>(batch.state(i));
    for (size_t offset = 0; offset < state_floats * sizeof(float); offset += 64) {
        __builtin_prefetch(state + offset, 1, 2);
    }
}

static void spectra(const Plan &plan, const Batch &batch, size_t count, size_t following, Scratch &scratch) {
    const Geometry &geometry = plan.geometry;
    size_t group = fft_streams;
    for (size_t i = 0; i < count; i += group) {
        group = plan.use_fft && count - i >= fft_streams ? fft_streams : 1;
        for (size_t stream = 0; stream < group; stream++) {
            gather_input(geometry, batch.windows + (i + stream) * geometry.window,
                         batch.state(i + stream) + 2 * hidden, scratch.input + stream * padded_input);
            if (i + stream < following) {
                prefetch_stream(batch, geometry, count + i + stream);
            }
        }
        float *spectrum = scratch.even + i * stream_stride;
        if (!plan.use_fft) {
            convolved_spectrum(plan, scratch.input, spectrum);
        } else if (group == 1) {
            fft_spectra<Vec4>(plan, scratch.input, spectrum, stream_stride);
        } else {
            fft_spectra<Wide>(plan, scratch.input, spectrum, stream_stride);
        }
    }
}

// h and c are updated in place; returns the weighted sum of the positive parts of h.
static float lstm_cell(const float *gates, const float *output, float *h, float *c) {
    Wide sum = {};
    for (size_t cell = 0; cell < hidden; cell += lanes<Wide>) {
        const Wide input_gate = sigmoid(load<Wide>(gates + cell));
        const Wide forget_gate = sigmoid(load<Wide>(gates + hidden + cell));
        const Wide candidate = hyperbolic_tangent(load<Wide>(gates + 2 * hidden + cell));
        const Wide output_gate = sigmoid(load<Wide>(gates + 3 * hidden + cell));
        const Wide next_c = fma(forget_gate, load<Wide>(c + cell), input_gate * candidate);
        const Wide next_h = output_gate * hyperbolic_tangent(next_c);
        store(c + cell, next_c);
        store(h + cell, next_h);
        sum = fma(maximum(Wide{}, next_h), load<Wide>(output + cell), sum);
    }
    float total = 0;
    for (size_t lane = 0; lane < lanes<Wide>; lane++) {
        total += sum[lane];
    }
    return total;
}

// The first count streams of a batch, in which at least following more come after them.
static void process_block(const Plan &plan, const Batch &batch, size_t count, size_t following, float *probabilities,
                          Scratch &scratch) {
    const Rows<float> even = {scratch.even, stream_stride, channel_stride};
    const Rows<float> odd = {scratch.odd, stream_stride, channel_stride};
    const Rows<const float> from_even = {scratch.even, stream_stride, channel_stride};
    const Rows<const float> from_odd = {scratch.odd, stream_stride, channel_stride};
    const Rows<const float> spectrum = {scratch.even, stream_stride, spectrum_stride};

    spectra(plan, batch, count, following, scratch);
    multiply<EncoderFrames0, 128, true>(plan.encoder[0], count, spectrum, odd);
    multiply<EncoderFrames1, 64, true>(plan.encoder[1], count, from_odd, even);
    multiply<EncoderFrames2, 64, true>(plan.encoder[2], count, from_even, odd);
    multiply<EncoderFrames3, hidden, true>(plan.encoder[3], count, from_odd, even);
    for (size_t i = 0; i < count; i++) {
        __builtin_memcpy(even.at(i, 1), batch.state(i), hidden * sizeof(float));
    }
    multiply<LstmFrames, 4 * hidden, false>(plan.lstm, count, from_even, odd);

    const size_t padded = (count + lanes<Wide> - 1) / lanes<Wide> * lanes<Wide>;
    for (size_t i = 0; i < padded; i++) {
        float *state = i < count ? batch.state(i) : nullptr;
        scratch.logits[i] =
            i < count ? plan.output_bias + lstm_cell(odd.at(i, 0), plan.output, state, state + hidden) : 0;
    }
    for (size_t i = 0; i < padded; i += lanes<Wide>) {
        store(scratch.logits + i, sigmoid(load<Wide>(scratch.logits + i)));
    }
    __builtin_memcpy(probabilities, scratch.logits, count * sizeof(float));
}

static void process(const Plan &plan, size_t count, const int16_t *windows, float *states, const int32_t *rows,
                    float *probabilities) {
    Scratch scratch;
    const size_t blocks = (count + max_block - 1) / max_block;
    size_t done = 0;
    for (size_t block = 0; block < blocks; block++) {
        const size_t size = (count - done + blocks - block - 1) / (blocks - block); // as even as they can be
        const Batch batch = {windows + done * plan.geometry.window,
                             rows == nullptr ? states + done * state_floats : states,
                             rows == nullptr ? nullptr : rows + done};
        done += size;
        process_block(plan, batch, size, count - done, probabilities + done - size, scratch);
    }
}

} // namespace
} // namespace voice::vad::VOICE_VAD_ISA
