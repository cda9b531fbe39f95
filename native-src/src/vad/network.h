#ifndef VOICE_VAD_NETWORK_H
#define VOICE_VAD_NETWORK_H

#include <cstddef>
#include <cstdint>

#include "vad/weights.h"

namespace voice::vad {

/*
 * Silero VAD's computation, one window at a time. Immutable: all of a stream's past is in its state, which the caller
 * owns. process allocates nothing and may run on any number of threads.
 */
class Network {
public:
    /* The same for both rates: h, c and the context, of which 8 kHz uses the first half. */
    static constexpr size_t state_floats = 2 * hidden + 64;

    explicit Network(Weights weights);

    const Geometry &geometry() const { return weights_.geometry; }
    const Weights &weights() const { return weights_; }

    /* Advances one stream by geometry().window samples; returns the probability of speech. */
    float process(const int16_t *samples, float *state) const;

private:
    Weights weights_;
};

} // namespace voice::vad

#endif
