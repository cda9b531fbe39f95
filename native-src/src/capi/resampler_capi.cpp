#include "capi/call.h"
#include "dsp/resampler.h"

using voice::Resampler;
using voice::capi::call;
using voice::capi::options_or;
using voice::capi::require;

struct voice_resampler {
    Resampler resampler;
};

int voice_resampler_open(uint32_t input_rate, uint32_t output_rate, const voice_resampler_options *options,
                         voice_resampler **resampler) {
    return call([&] {
        require(resampler, "resampler");
        *resampler = nullptr;
        const voice_resampler_options chosen = options_or(options, VOICE_RESAMPLER_OPTIONS_INIT);
        *resampler = new voice_resampler{Resampler(input_rate, output_rate, chosen.quality)};
        return VOICE_OK;
    });
}

int voice_resampler_process(voice_resampler *resampler, const int16_t *input, uint32_t *input_samples, int16_t *output,
                            uint32_t *output_samples) {
    return call([&] {
        require(resampler, "resampler");
        require(input_samples, "input_samples");
        require(output_samples, "output_samples");
        if (*input_samples > 0) {
            require(input, "input");
        }
        if (*output_samples > 0) {
            require(output, "output");
        }
        resampler->resampler.process(input, input_samples, output, output_samples);
        return VOICE_OK;
    });
}

int voice_resampler_flush(voice_resampler *resampler, int16_t *output, uint32_t *output_samples) {
    return call([&] {
        require(resampler, "resampler");
        require(output_samples, "output_samples");
        if (*output_samples > 0) {
            require(output, "output");
        }
        return resampler->resampler.flush(output, output_samples) ? VOICE_END : VOICE_OK;
    });
}

int voice_resampler_reset(voice_resampler *resampler) {
    return call([&] {
        require(resampler, "resampler");
        resampler->resampler.reset();
        return VOICE_OK;
    });
}

void voice_resampler_close(voice_resampler *resampler) {
    delete resampler;
}
