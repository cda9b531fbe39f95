#ifndef VOICE_DSP_RESAMPLER_H
#define VOICE_DSP_RESAMPLER_H

#include <cstddef>
#include <cstdint>
#include <memory>

struct SpeexResamplerState_;

namespace voice {

/*
 * One mono stream from one rate to another, through SpeexDSP's windowed sinc. The filter's delay is taken off the
 * start and added at the end (flush), so that n samples in are ceil(n × output rate / input rate) samples out.
 * Equal rates copy.
 */
class Resampler {
public:
    Resampler(uint32_t input_rate, uint32_t output_rate, int quality);

    /* Both counts are capacities on entry and what was used and made on return. */
    void process(const int16_t *input, uint32_t *input_samples, int16_t *output, uint32_t *output_samples);

    /* True once nothing is left. */
    bool flush(int16_t *output, uint32_t *output_samples);

    void reset();

private:
    struct Deleter {
        void operator()(SpeexResamplerState_ *state) const;
    };

    void convert(const int16_t *input, uint32_t *input_samples, int16_t *output, uint32_t *output_samples);

    const uint32_t input_rate_;
    const uint32_t output_rate_;
    std::unique_ptr<SpeexResamplerState_, Deleter> speex_; // none if the rates are equal
    uint64_t total_input_ = 0;
    uint64_t total_output_ = 0;
    bool flushing_ = false;
};

} // namespace voice

#endif
