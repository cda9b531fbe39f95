#ifndef VOICE_VAD_NETWORK_H
#define VOICE_VAD_NETWORK_H

#include <cstddef>
#include <cstdint>

#include "vad/fft_tables.h"
#include "vad/packing.h"
#include "vad/simd.h"
#include "vad/weights.h"

namespace voice::vad {

/*
 * Silero VAD's computation. Immutable: all of a stream's past is in its state, which the caller owns. process allocates
 * nothing and may run on any number of threads; it needs about 120 kB of stack.
 */
class Network {
public:
    /* Where the model's STFT is a Fourier transform with a periodic Hann window, it is computed as an FFT. */
    explicit Network(const Weights &weights, const Kernels &kernels = choose_kernels());
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    const Geometry &geometry() const { return plan_.geometry; }
    bool uses_fft() const { return plan_.use_fft; }
    const Kernels &kernels() const { return kernels_; }

    /* The contract of voice_vad_process. A stream's result has the same bits in every batch. */
    void process(size_t count, const int16_t *windows, float *states, const int32_t *rows, float *probabilities) const {
        kernels_.process(plan_, count, windows, states, rows, probabilities);
    }

private:
    const Kernels &kernels_;
    FftTableStorage fft_;
    LayerStorage stft_;
    LayerStorage encoder_[4];
    LayerStorage lstm_;
    AlignedFloats output_;
    Plan plan_ = {};
};

} // namespace voice::vad

#endif
