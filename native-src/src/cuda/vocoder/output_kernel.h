#ifndef VOICE_CUDA_VOCODER_OUTPUT_KERNEL_H
#define VOICE_CUDA_VOCODER_OUTPUT_KERNEL_H

#include "cuda/vocoder/rows.h"

namespace voice::cuda::vocoder {

/* The last convolution: a thread for each sample. */
template <typename T>
struct Samples {
    const Output &output;
    const Memory &memory;

    VOICE_DEVICE void run() const {
        const TileRows tile = tile_of_block(memory, output.table, output.frames_per_tile, output.tiles_per_frame,
                                            output.rows_per_frame);
        if (thread_index() >= tile.count) {
            return;
        }
        const Segment &of = segment(memory, tile.segment);
        const int row = tile.first + thread_index();
        const Inside range = inside(of, output.lag, output.rows_per_frame);
        if (row < range.low || row >= range.high) {
            return;
        }
        const T *from = own_rows<T>(memory, output.input, output.input_history, output.input_stride,
                                    output.rows_per_frame, tile.segment, of) +
                        static_cast<int64_t>(row - (output.taps - 1)) * output.input_stride;
        const float *weights = in_image<float>(memory, output.weights);
        float sum = output.bias;
        for (int i = 0; i < output.taps * output.input_stride; i += 8) {
            float values[8];
            load_eight(from + i, values);
            VOICE_UNROLL
            for (int j = 0; j < 8; j++) {
                sum += values[j] * weights[i + j];
            }
        }
        memory.samples[of.sample + row - (range.low > 0 ? range.low : 0)] = tanhf(sum);
    }
};

} // namespace voice::cuda::vocoder

#endif
