#include "dsp/resampler.h"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <new>
#include <string>

#include "base/error.h"

namespace voice {

namespace {

void check_rate(const char *name, uint32_t rate) {
    constexpr uint32_t rates[] = {8000, 16000, 22050, 24000, 44100, 48000};
    if (std::find(std::begin(rates), std::end(rates), rate) == std::end(rates)) {
        throw Error(VOICE_ERROR_UNSUPPORTED, std::string(name) + "=" + std::to_string(rate) +
                                                 ": it must be one of 8000, 16000, 22050, 24000, 44100, 48000");
    }
}

} // namespace

void Resampler::Deleter::operator()(SpeexResamplerState_ *state) const {
    speex_resampler_destroy(state);
}

Resampler::Resampler(uint32_t input_rate, uint32_t output_rate, int quality)
    : input_rate_(input_rate), output_rate_(output_rate) {
    check_rate("input_rate", input_rate);
    check_rate("output_rate", output_rate);
    if (quality < SPEEX_RESAMPLER_QUALITY_MIN || quality > SPEEX_RESAMPLER_QUALITY_MAX) {
        throw Error(VOICE_ERROR_ARGUMENT, "quality=" + std::to_string(quality) + ": it must be 0 to 10");
    }
    if (input_rate == output_rate) {
        return;
    }
    int error = RESAMPLER_ERR_SUCCESS;
    speex_.reset(speex_resampler_init(1, input_rate, output_rate, quality, &error));
    if (!speex_ || error != RESAMPLER_ERR_SUCCESS) {
        throw std::bad_alloc();
    }
    speex_resampler_skip_zeros(speex_.get());
}

void Resampler::convert(const int16_t *input, uint32_t *input_samples, int16_t *output, uint32_t *output_samples) {
    if (!speex_) {
        const uint32_t samples = std::min(*input_samples, *output_samples);
        std::copy_n(input, samples, output);
        *input_samples = *output_samples = samples;
        return;
    }
    spx_uint32_t used = *input_samples;
    spx_uint32_t made = *output_samples;
    if (speex_resampler_process_int(speex_.get(), 0, input, &used, output, &made) != RESAMPLER_ERR_SUCCESS) {
        throw Error(VOICE_ERROR_INTERNAL, "SpeexDSP's resampler failed");
    }
    *input_samples = used;
    *output_samples = made;
}

void Resampler::process(const int16_t *input, uint32_t *input_samples, int16_t *output, uint32_t *output_samples) {
    if (flushing_) {
        throw Error(VOICE_ERROR_ARGUMENT, "this resampler was flushed: reset it before the next stream");
    }
    convert(input, input_samples, output, output_samples);
    total_input_ += *input_samples;
    total_output_ += *output_samples;
}

bool Resampler::flush(int16_t *output, uint32_t *output_samples) {
    flushing_ = true;
    const uint64_t target = (total_input_ * output_rate_ + input_rate_ - 1) / input_rate_;
    const uint32_t capacity = *output_samples;
    uint32_t made = 0;
    while (made < capacity && total_output_ < target) {
        // Silence pushes the tail out of the filter; what it pushes beyond the target is never asked for.
        static constexpr int16_t silence[256] = {};
        uint32_t used = 256;
        uint32_t samples = static_cast<uint32_t>(std::min<uint64_t>(capacity - made, target - total_output_));
        convert(silence, &used, output + made, &samples);
        made += samples;
        total_output_ += samples;
    }
    *output_samples = made;
    return total_output_ >= target;
}

void Resampler::reset() {
    if (speex_) {
        speex_resampler_reset_mem(speex_.get());
        speex_resampler_skip_zeros(speex_.get());
    }
    total_input_ = 0;
    total_output_ = 0;
    flushing_ = false;
}

} // namespace voice
