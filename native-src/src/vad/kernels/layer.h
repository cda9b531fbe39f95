// Convolutions and the gates' matrix product, for many streams or one. Part of the kernels: to be included by table.h
// only.
// Output columns are in the lanes and a block of rows (streams × output frames) shares every load of weights. Each sum
// starts with the bias and takes its products in the order of taps and inputs, whatever the block: a stream's
// bits do not depend on the batch. Rows never mix, so a NaN in one stream's state stays there.
namespace voice::vad::VOICE_VAD_ISA {
namespace {

constexpr size_t panel_vectors = 2;
constexpr size_t panel_columns = panel_vectors * lanes<Wide>;
constexpr size_t batch_rows = VOICE_VAD_BATCH_ROWS;

/*
 * Which frames a layer reads: output frame f and tap t read input frame f × stride + first + t, if there is one. Taps
 * that would only ever read the zeros around the input are not among the weights.
 */
template <size_t in_frames, size_t out_frames_, size_t stride, int first, size_t taps_>
struct Frames {
    static constexpr size_t out_frames = out_frames_;
    static constexpr size_t taps = taps_;
    static constexpr int source(size_t frame, size_t tap) { return static_cast<int>(frame * stride + tap) + first; }
    static constexpr bool reads(size_t frame, size_t tap) {
        return source(frame, tap) >= 0 && source(frame, tap) < static_cast<int>(in_frames);
    }
};
using StftFrames = Frames<4, 4, 1, 0, 1>;
using EncoderFrames0 = Frames<4, 4, 1, -1, 3>;
using EncoderFrames1 = Frames<4, 2, 2, -1, 3>;
using EncoderFrames2 = Frames<2, 1, 2, 0, 2>; // its tap 0 would read the padding
using EncoderFrames3 = Frames<1, 1, 1, 0, 1>; // its taps 0 and 2 would
using LstmFrames = Frames<2, 1, 1, 0, 2>;     // the features, then h

/* Rows of floats: streams, and frames in a stream. */
template <typename Float>
struct Rows {
    Float *values;
    size_t stream_stride;
    size_t frame_stride;

    VOICE_INLINE_MEMBER Float *at(size_t stream, size_t frame) const {
        return values + stream * stream_stride + frame * frame_stride;
    }
};

template <typename F, size_t streams, size_t vectors, size_t tap>
VOICE_INLINE void add_taps(const float *weights, size_t panel_stride, size_t inputs, const Rows<const float> &input,
                           Wide (&sum)[streams][F::out_frames][vectors]) {
    for (size_t k = 0; k < inputs; k++) {
        Wide weight[vectors];
        VOICE_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            weight[v] = load<Wide>(weights + k * panel_columns + v / panel_vectors * panel_stride +
                                   v % panel_vectors * lanes<Wide>);
        }
        VOICE_UNROLL
        for (size_t stream = 0; stream < streams; stream++) {
            VOICE_UNROLL
            for (size_t frame = 0; frame < F::out_frames; frame++) {
                if (F::reads(frame, tap)) {
                    const Wide value =
                        broadcast<Wide>(input.at(stream, static_cast<size_t>(F::source(frame, tap)))[k]);
                    VOICE_UNROLL
                    for (size_t v = 0; v < vectors; v++) {
                        sum[stream][frame][v] = fma(value, weight[v], sum[stream][frame][v]);
                    }
                }
            }
        }
    }
    if constexpr (tap + 1 < F::taps) {
        add_taps<F, streams, vectors, tap + 1>(weights + inputs * panel_columns, panel_stride, inputs, input, sum);
    }
}

template <typename F, bool relu, size_t streams, size_t panels>
static void multiply_block(const PackedLayer &layer, size_t panel, Rows<const float> input, Rows<float> output) {
    constexpr size_t vectors = panels * panel_vectors;
    const size_t panel_stride = F::taps * layer.inputs * panel_columns;
    const size_t column = panel * panel_columns;
    Wide sum[streams][F::out_frames][vectors];
    VOICE_UNROLL
    for (size_t v = 0; v < vectors; v++) {
        const Wide bias = load<Wide>(layer.bias + column + v * lanes<Wide>);
        VOICE_UNROLL
        for (size_t stream = 0; stream < streams; stream++) {
            VOICE_UNROLL
            for (size_t frame = 0; frame < F::out_frames; frame++) {
                sum[stream][frame][v] = bias;
            }
        }
    }
    add_taps<F, streams, vectors, 0>(layer.weights + panel * panel_stride, panel_stride, layer.inputs, input, sum);
    VOICE_UNROLL
    for (size_t stream = 0; stream < streams; stream++) {
        VOICE_UNROLL
        for (size_t frame = 0; frame < F::out_frames; frame++) {
            VOICE_UNROLL
            for (size_t v = 0; v < vectors; v++) {
                const Wide result = sum[stream][frame][v];
                store(output.at(stream, frame) + column + v * lanes<Wide>, relu ? maximum(Wide{}, result) : result);
            }
        }
    }
}

// Few rows need more columns, so that enough sums are under way to hide the latency of FMA (about eight).
constexpr size_t panels_for(size_t rows, size_t outputs) {
    const size_t wanted = rows == 1 ? 4 : rows <= 4 && lanes<Wide> == 16 ? 2 : rows <= 2 ? 2 : 1;
    return wanted * panel_columns <= outputs ? wanted : outputs / panel_columns;
}

template <typename F, size_t outputs, bool relu, size_t streams>
static void multiply_streams(const PackedLayer &layer, size_t count, Rows<const float> input, Rows<float> output) {
    constexpr size_t panels = panels_for(streams * F::out_frames, outputs);
    const size_t whole = count / streams * streams;
    for (size_t panel = 0; whole > 0 && panel < layer.outputs / panel_columns; panel += panels) {
        for (size_t stream = 0; stream < whole; stream += streams) {
            multiply_block<F, relu, streams, panels>(
                layer, panel, {input.at(stream, 0), input.stream_stride, input.frame_stride},
                {output.at(stream, 0), output.stream_stride, output.frame_stride});
        }
    }
    if constexpr (streams > 1) {
        if (whole < count) {
            multiply_streams<F, outputs, relu, streams / 2>(
                layer, count - whole, {input.at(whole, 0), input.stream_stride, input.frame_stride},
                {output.at(whole, 0), output.stream_stride, output.frame_stride});
        }
    }
}

/* outputs is a divisor of layer.outputs. */
template <typename F, size_t outputs, bool relu>
VOICE_INLINE void multiply(const PackedLayer &layer, size_t count, Rows<const float> input, Rows<float> output) {
    constexpr size_t streams = batch_rows / F::out_frames;
    multiply_streams<F, outputs, relu, streams == 0 ? 1 : streams>(layer, count, input, output);
}

} // namespace
} // namespace voice::vad::VOICE_VAD_ISA
