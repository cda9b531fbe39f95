#ifndef VOICE_CUDA_VOCODER_HISTORY_KERNEL_H
#define VOICE_CUDA_VOCODER_HISTORY_KERNEL_H

#include "cuda/vocoder/rows.h"

namespace voice::cuda::vocoder {

/* A block for each segment and tensor: histories into the working memory before a piece of work, and back behind it. */
template <typename T>
struct Histories {
    const Tensor *tensors;
    const Memory &memory;

    static constexpr int per_access = 16 / static_cast<int>(sizeof(T));

    VOICE_DEVICE T *state(const Segment &of, const Tensor &tensor) const {
        return reinterpret_cast<T *>(memory.states + static_cast<uint64_t>(of.slot) * memory.state_bytes) + tensor.state;
    }

    VOICE_DEVICE T *rows(const Segment &of, const Tensor &tensor) const {
        return own_rows<T>(memory, tensor.work, tensor.history, tensor.stride, tensor.rows_per_frame, block_index(), of);
    }

    // An utterance begins with zeros, whatever the slot's last one left.
    VOICE_DEVICE void begin() const {
        if (block_index() >= header(memory).segment_count) {
            return;
        }
        const Segment &of = segment(memory, block_index());
        const Tensor &tensor = tensors[block_index_y()];
        const int elements = tensor.history * tensor.stride;
        T *to = rows(of, tensor) - elements;
        const T *from = state(of, tensor);
        for (int i = thread_index() * per_access; i < elements; i += threads * per_access) {
            store_16_bytes(to + i, of.first == 0 ? uint4{0, 0, 0, 0} : load_16_bytes(from + i));
        }
        if (block_index_y() == 0) {
            load_frames(of, tensor);
        }
    }

    VOICE_DEVICE void load_frames(const Segment &of, const Tensor &tensor) const {
        const int stride = memory.frame_stride;
        const float *from = reinterpret_cast<const float *>(memory.piece + header(memory).input) +
                            static_cast<int64_t>(of.input) * stride;
        T *to = rows(of, tensor);
        for (int i = thread_index(); i < of.count * stride; i += threads) {
            const float value = i < of.given * stride ? from[i] : 0.0f;
            T *place = to + i / stride * tensor.stride + i % stride;
            store_value(place, value);
            if (tensor.stride > stride) { // split
                store_value(place + stride, value - load_value(place));
            }
        }
    }

    VOICE_DEVICE void keep() const {
        if (block_index() >= header(memory).segment_count) {
            return;
        }
        const Segment &of = segment(memory, block_index());
        const Tensor &tensor = tensors[block_index_y()];
        const int elements = tensor.history * tensor.stride;
        const T *from = rows(of, tensor) + static_cast<int64_t>(of.count) * tensor.rows_per_frame * tensor.stride - elements;
        T *to = state(of, tensor);
        for (int i = thread_index() * per_access; i < elements; i += threads * per_access) {
            store_16_bytes(to + i, load_16_bytes(from + i));
        }
    }
};

} // namespace voice::cuda::vocoder

#endif
