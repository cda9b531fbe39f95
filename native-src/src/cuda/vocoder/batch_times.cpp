#include "cuda/vocoder/batch_times.h"

#include "cuda/runtime.h"

namespace voice::cuda::vocoder {

BatchTimes::BatchTimes(size_t most_pieces) : events_(most_pieces * marks_of_piece) {
    for (cudaEvent_t &event : events_) {
        check(cudaEventCreateWithFlags(&event, cudaEventDefault), "a CUDA event");
    }
}

BatchTimes::~BatchTimes() {
    for (cudaEvent_t event : events_) {
        cudaEventDestroy(event);
    }
}

void BatchTimes::mark(cudaStream_t stream) {
    check(cudaEventRecord(events_[marks_++], stream), "timing a batch");
}

voice_cuda_vocoder_times BatchTimes::read() const {
    voice_cuda_vocoder_times times = {};
    float *const parts[] = {&times.frames_in, &times.layers, &times.samples_out};
    for (size_t piece = 0; piece + marks_of_piece <= marks_; piece += marks_of_piece) {
        for (size_t part = 0; part < 3; part++) {
            float ms = 0;
            check(cudaEventElapsedTime(&ms, events_[piece + part], events_[piece + part + 1]), "timing a batch");
            *parts[part] += ms;
        }
    }
    return times;
}

} // namespace voice::cuda::vocoder
