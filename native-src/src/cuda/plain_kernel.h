#ifndef VOICE_CUDA_PLAIN_KERNEL_H
#define VOICE_CUDA_PLAIN_KERNEL_H

#include "cuda/device.h"
#include "cuda/tile_kernel.h"
#include "cuda/tile_layout.h"

namespace voice::cuda {

/* Float from end to end, a thread an output: the form that is easy to believe, beside which the other is judged. */
template <typename Rate>
struct PlainTile {
    static constexpr int thread_count = 128;
    static constexpr int streams = 4;
    static constexpr int bins = Rate::bins + 1;
    static constexpr int input_length = Rate::context + Rate::window + Rate::context;

    struct Shared {
        float input[streams][input_length];
        float spectrum[streams][frames][bins];
        float conv1[streams][frames][128];
        float conv2[streams][2][64];
        float conv3[streams][64];
        float lstm[streams][2 * hidden];
        float products[streams][hidden];
    };

    const PlainWeights &weights;
    const LaunchArguments &arguments;
    Shared &shared;

    VOICE_DEVICE int position(int stream) const { return block_index() * streams + stream; }
    VOICE_DEVICE bool exists(int stream) const { return position(stream) < arguments.count; }
    VOICE_DEVICE StreamState &state(int stream) const {
        const int at = position(stream);
        return arguments.states[arguments.rows == nullptr ? arguments.first + at : arguments.rows[at]];
    }

    VOICE_DEVICE void run() const {
        load_input();
        sync_block();
        keep_context();
        spectrum();
        sync_block();
        convolve<bins, 128, frames, 1>(0, &shared.spectrum[0][0][0], &shared.conv1[0][0][0], frames * 128);
        sync_block();
        convolve<128, 64, frames, 2>(1, &shared.conv1[0][0][0], &shared.conv2[0][0][0], 2 * 64);
        sync_block();
        convolve<64, 64, 2, 2>(2, &shared.conv2[0][0][0], &shared.conv3[0][0], 64);
        sync_block();
        convolve<64, hidden, 1, 1>(3, &shared.conv3[0][0], &shared.lstm[0][0], 2 * hidden);
        for (int i = thread_index(); i < streams * hidden; i += thread_count) {
            const int stream = i / hidden;
            shared.lstm[stream][hidden + i % hidden] = exists(stream) ? state(stream).h[i % hidden] : 0.0f;
        }
        sync_block();
        lstm();
        sync_block();
        const int stream = thread_index();
        if (stream < streams && exists(stream)) {
            float logit = weights.output_bias;
            for (int cell = 0; cell < hidden; cell++) {
                logit += shared.products[stream][cell];
            }
            arguments.probabilities[position(stream)] = sigmoid(logit);
        }
    }

    VOICE_DEVICE void load_input() const {
        for (int i = thread_index(); i < streams * input_length; i += thread_count) {
            const int stream = i / input_length;
            const int at = i % input_length;
            int sample = 0;
            if (exists(stream)) {
                const int16_t *window = arguments.windows + static_cast<size_t>(position(stream)) * Rate::window;
                const int index = at - Rate::context;
                sample = index < 0               ? state(stream).context[at]
                         : index < Rate::window ? window[index]
                                                 : window[2 * Rate::window - 2 - index];
            }
            shared.input[stream][at] = static_cast<float>(sample) * (1.0f / 32768.0f);
        }
    }

    VOICE_DEVICE void keep_context() const {
        for (int i = thread_index(); i < streams * Rate::context; i += thread_count) {
            const int stream = i / Rate::context;
            const int at = i % Rate::context;
            if (exists(stream)) {
                state(stream).context[at] = static_cast<int16_t>(shared.input[stream][Rate::window + at] * 32768.0f);
            }
        }
    }

    VOICE_DEVICE void spectrum() const {
        for (int i = thread_index(); i < bins * frames; i += thread_count) {
            const int bin = i % bins;
            const int frame = i / bins;
            float real[streams] = {};
            float imaginary[streams] = {};
            for (int k = 0; k < Rate::filter; k++) {
                const float *row = weights.stft + k * 2 * bins;
                VOICE_UNROLL
                for (int stream = 0; stream < streams; stream++) {
                    const float sample = shared.input[stream][frame * Rate::hop + k];
                    real[stream] += row[bin] * sample;
                    imaginary[stream] += row[bins + bin] * sample;
                }
            }
            VOICE_UNROLL
            for (int stream = 0; stream < streams; stream++) {
                shared.spectrum[stream][frame][bin] =
                    square_root(real[stream] * real[stream] + imaginary[stream] * imaginary[stream]);
            }
        }
    }

    template <int inputs, int outputs, int in_frames, int stride>
    VOICE_DEVICE void convolve(int layer, const float *in, float *out, int out_stride) const {
        constexpr int out_frames = (in_frames - 1) / stride + 1;
        for (int i = thread_index(); i < outputs * out_frames; i += thread_count) {
            const int output = i % outputs;
            const int frame = i / outputs;
            float sums[streams];
            VOICE_UNROLL
            for (int stream = 0; stream < streams; stream++) {
                sums[stream] = weights.conv_bias[layer][output];
            }
            for (int tap = 0; tap < 3; tap++) {
                const int from = frame * stride + tap - 1;
                if (from < 0 || from >= in_frames) {
                    continue;
                }
                for (int k = 0; k < inputs; k++) {
                    const float weight = weights.conv[layer][(tap * inputs + k) * outputs + output];
                    VOICE_UNROLL
                    for (int stream = 0; stream < streams; stream++) {
                        sums[stream] += weight * in[(stream * in_frames + from) * inputs + k];
                    }
                }
            }
            VOICE_UNROLL
            for (int stream = 0; stream < streams; stream++) {
                out[stream * out_stride + frame * outputs + output] = fmaxf(sums[stream], 0.0f);
            }
        }
    }

    // A thread has one cell: its four gates, its state.
    VOICE_DEVICE void lstm() const {
        const int cell = thread_index();
        float gates[4][streams];
        for (int gate = 0; gate < 4; gate++) {
            for (int stream = 0; stream < streams; stream++) {
                gates[gate][stream] = weights.lstm_bias[gate * hidden + cell];
            }
        }
        for (int k = 0; k < 2 * hidden; k++) {
            VOICE_UNROLL
            for (int gate = 0; gate < 4; gate++) {
                const float weight = weights.lstm[k * 4 * hidden + gate * hidden + cell];
                VOICE_UNROLL
                for (int stream = 0; stream < streams; stream++) {
                    gates[gate][stream] += weight * shared.lstm[stream][k];
                }
            }
        }
        VOICE_UNROLL
        for (int stream = 0; stream < streams; stream++) {
            if (exists(stream)) {
                StreamState &past = state(stream);
                const float c = sigmoid(gates[1][stream]) * past.c[cell] +
                                sigmoid(gates[0][stream]) * hyperbolic_tangent(gates[2][stream]);
                const float h = sigmoid(gates[3][stream]) * hyperbolic_tangent(c);
                past.c[cell] = c;
                past.h[cell] = h;
                shared.products[stream][cell] = fmaxf(h, 0.0f) * weights.output[cell];
            }
        }
    }
};

} // namespace voice::cuda

#endif
