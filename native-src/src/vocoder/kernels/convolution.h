// Convolutions over rows. Part of the kernels: to be included by table.h only.
// Output columns are in the lanes, a tile of rows shares each load of weights. Each sum starts with the bias and takes
// its products in the order of taps and inputs, whatever the tile: the bits do not depend on how an utterance is cut.
namespace voice::vocoder::VOICE_VAD_ISA {
namespace {

using namespace voice::vad::VOICE_VAD_ISA;

constexpr size_t tile_rows = VOICE_VOCODER_TILE_ROWS;

template <typename V>
VOICE_INLINE V leaky(V value, float slope) {
    return maximum(value, value * broadcast<V>(slope));
}

template <typename V>
VOICE_INLINE void finish(const ConvolutionJob &job, size_t at, V value) {
    if (job.residual != nullptr) {
        value = value + load<V>(job.residual + at);
    }
    if (job.sum != nullptr) {
        value = value + load<V>(job.sum + at);
    }
    value = value * broadcast<V>(job.scale);
    if (job.raw != nullptr) {
        store(job.raw + at, value);
    }
    if (job.activated != nullptr) {
        store(job.activated + at, leaky(value, job.slope));
    }
}

// Columns column … of rows row …; panel_vectors of them lie together in a panel, panels panels side by side.
template <typename V, size_t panel_vectors, size_t panels, size_t rows>
static __attribute__((noinline)) void tile(const ConvolutionJob &job, size_t column, size_t row) {
    constexpr size_t vectors = panel_vectors * panels;
    constexpr size_t width = panel_vectors * lanes<V>;
    const PackedConvolution &layer = job.convolution;
    const size_t panel_stride = layer.taps * layer.inputs * width;
    const size_t stride = job.input_stride;
    V sum[rows][vectors];
    VOICE_UNROLL
    for (size_t v = 0; v < vectors; v++) {
        const V bias = load<V>(layer.bias + column + v * lanes<V>);
        VOICE_UNROLL
        for (size_t r = 0; r < rows; r++) {
            sum[r][v] = bias;
        }
    }
    const float *weights = layer.weights + column * layer.taps * layer.inputs;
    const float *input = job.input + row * stride;
    for (size_t tap = 0; tap < layer.taps; tap++, input += job.tap_stride) {
        // Three rows for each pointer: more pointers would not fit into the registers.
        const float *from[(rows + 2) / 3];
        VOICE_UNROLL
        for (size_t i = 0; i < (rows + 2) / 3; i++) {
            from[i] = input + 3 * i * stride;
        }
        for (size_t k = 0; k < layer.inputs; k++, weights += width) {
            V weight[vectors];
            VOICE_UNROLL
            for (size_t v = 0; v < vectors; v++) {
                weight[v] = load<V>(weights + v / panel_vectors * panel_stride + v % panel_vectors * lanes<V>);
            }
            VOICE_UNROLL
            for (size_t r = 0; r < rows; r++) {
                const V value = broadcast<V>(from[r / 3][r % 3 * stride]);
                VOICE_UNROLL
                for (size_t v = 0; v < vectors; v++) {
                    sum[r][v] = fma(value, weight[v], sum[r][v]);
                }
            }
            VOICE_UNROLL
            for (size_t i = 0; i < (rows + 2) / 3; i++) {
                from[i]++;
                asm("" : "+r"(from[i])); // else the compiler makes one pointer for each row
            }
        }
    }
    VOICE_UNROLL
    for (size_t r = 0; r < rows; r++) {
        VOICE_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            finish(job, (row + r) * layer.columns + column + v * lanes<V>, sum[r][v]);
        }
    }
}

// The last rows, fewer than a tile.
template <typename V, size_t panel_vectors, size_t rows>
VOICE_INLINE void last_rows(const ConvolutionJob &job, size_t column, size_t row, size_t count) {
    if constexpr (rows > 0) {
        if (count == rows) {
            tile<V, panel_vectors, 1, rows>(job, column, row);
        } else {
            last_rows<V, panel_vectors, rows - 1>(job, column, row, count);
        }
    }
}

template <typename V, size_t panel_vectors>
static void panel(const ConvolutionJob &job, size_t column) {
    size_t row = 0;
    for (; row + tile_rows <= job.rows; row += tile_rows) {
        tile<V, panel_vectors, 1, tile_rows>(job, column, row);
    }
    last_rows<V, panel_vectors, tile_rows - 1>(job, column, row, job.rows - row);
}

// Few rows need more columns, so that enough sums are under way to hide the latency of FMA (about eight).
template <size_t panels>
VOICE_INLINE bool several_panels(const ConvolutionJob &job, size_t column) {
    if (column + panels * 2 * lanes<Wide> > job.convolution.columns) {
        return false;
    }
    for (size_t row = 0; row < job.rows; row++) {
        tile<Wide, 2, panels, 1>(job, column, row);
    }
    return true;
}

static void convolve(const ConvolutionJob &job) {
    constexpr size_t pair = 2 * lanes<Wide>;
    constexpr size_t single_rows_panels = VOICE_VOCODER_SINGLE_ROW_PANELS;
    size_t column = 0;
    while (column < job.convolution.columns) {
        const size_t rest = job.convolution.columns - column;
        if (job.rows == 1 && several_panels<single_rows_panels>(job, column)) {
            column += single_rows_panels * pair;
        } else if (rest >= pair) {
            panel<Wide, 2>(job, column);
            column += pair;
        } else if (rest >= lanes<Wide>) {
            panel<Wide, 1>(job, column);
            column += lanes<Wide>;
        } else {
#if VOICE_VAD_LANES == 16
            panel<Vec8, 1>(job, column);
#endif
            column += lanes<Wide> / 2;
        }
    }
}

template <typename V>
VOICE_INLINE float total(V values) {
    float sum = values[0];
    VOICE_UNROLL
    for (size_t i = 1; i < lanes<V>; i++) {
        sum += values[i];
    }
    return sum;
}

static float dot(const float *a, const float *b, size_t width) {
    Wide sum = {};
    size_t i = 0;
    for (; i + lanes<Wide> <= width; i += lanes<Wide>) {
        sum = fma(load<Wide>(a + i), load<Wide>(b + i), sum);
    }
    float result = total(sum);
    for (; i < width; i += 4) { // half a vector of sixteen
        result += total(load<Vec4>(a + i) * load<Vec4>(b + i));
    }
    return result;
}

static void output(const OutputJob &job) {
    for (size_t row = 0; row < job.rows; row += lanes<Wide>) {
        Wide values = {};
        const size_t count = job.rows - row < lanes<Wide> ? job.rows - row : lanes<Wide>;
        for (size_t i = 0; i < count; i++) {
            values[i] = job.bias + dot(job.weights, job.input + (row + i) * job.input_stride, job.width);
        }
        values = hyperbolic_tangent(values);
        if (count == lanes<Wide>) {
            store(job.samples + row, values);
        } else {
            for (size_t i = 0; i < count; i++) {
                job.samples[row + i] = values[i];
            }
        }
    }
}

static void activate(const float *values, float *activated, size_t count, float slope) {
    size_t i = 0;
    for (; i + lanes<Wide> <= count; i += lanes<Wide>) {
        store(activated + i, leaky(load<Wide>(values + i), slope));
    }
    for (; i < count; i += 4) {
        store(activated + i, leaky(load<Vec4>(values + i), slope));
    }
}

} // namespace
} // namespace voice::vocoder::VOICE_VAD_ISA
