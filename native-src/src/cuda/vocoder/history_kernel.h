#ifndef VOICE_CUDA_VOCODER_HISTORY_KERNEL_H
#define VOICE_CUDA_VOCODER_HISTORY_KERNEL_H

#include "cuda/vocoder/rows.h"

namespace voice::cuda::vocoder {

/* A tensor's histories into the working memory before a piece of work, and back behind it; a block takes every so many segments. */
template <typename T>
struct Histories {
    const Tensor &tensor;
    bool frames; // the tensor is that of the frames
    const Memory &memory;

    static constexpr int per_access = 16 / static_cast<int>(sizeof(T));

    VOICE_DEVICE T *state(const Segment &of) const {
        return reinterpret_cast<T *>(memory.states + static_cast<uint64_t>(of.slot) * memory.state_bytes) + tensor.state;
    }

    VOICE_DEVICE T *rows(int index, const Segment &of) const {
        return own_rows<T>(memory, tensor.work, tensor.history, tensor.stride, tensor.rows_per_frame, index, of);
    }

    // An utterance begins with zeros, whatever the slot's last one left.
    VOICE_DEVICE void begin() const {
        const int elements = tensor.history * tensor.stride;
        for (int index = block_index(); index < header(memory).segment_count; index += grid_width()) {
            const Segment &of = segment(memory, index);
            T *to = rows(index, of) - elements;
            const T *from = state(of);
            for (int i = thread_index() * per_access; i < elements; i += threads * per_access) {
                store_16_bytes(to + i, of.first == 0 ? uint4{0, 0, 0, 0} : load_16_bytes(from + i));
            }
            if (frames) {
                load_frames(index, of);
            }
        }
    }

    VOICE_DEVICE void load_frames(int index, const Segment &of) const {
        const int stride = memory.frame_stride;
        const float *from = reinterpret_cast<const float *>(memory.piece + header(memory).input) +
                            static_cast<int64_t>(of.input) * stride;
        T *to = rows(index, of);
        for (int i = thread_index(); i < of.count * stride; i += threads) {
            const float value = i < of.given * stride ? from[i] : 0.0f;
            T *place = to + i / stride * tensor.stride + i % stride;
            store_value(place, value);
            if (tensor.stride > stride) { // split, which only halves are
                store_value(place + stride, bounded(value) - load_value(place));
            }
        }
    }

    VOICE_DEVICE void keep() const {
        const int elements = tensor.history * tensor.stride;
        for (int index = block_index(); index < header(memory).segment_count; index += grid_width()) {
            const Segment &of = segment(memory, index);
            const T *from =
                rows(index, of) + static_cast<int64_t>(of.count) * tensor.rows_per_frame * tensor.stride - elements;
            T *to = state(of);
            for (int i = thread_index() * per_access; i < elements; i += threads * per_access) {
                store_16_bytes(to + i, load_16_bytes(from + i));
            }
        }
    }
};

} // namespace voice::cuda::vocoder

#endif
