/* The header in plain C11, and every function of it reached through the shared library's exports. */
#include <stdio.h>
#include <string.h>

#include "voice/voice.h"

#define CHECK(condition)                                             \
    do {                                                             \
        if (!(condition)) {                                          \
            printf("line %d failed: %s\n", __LINE__, #condition);    \
            return 1;                                                \
        }                                                            \
    } while (0)

typedef void (*function)(void);

static const function functions[] = {
    (function)voice_last_error,          (function)voice_version,
    (function)voice_simd,                (function)voice_ring_required_bytes,
    (function)voice_ring_format,         (function)voice_ring_validate,
    (function)voice_ring_offer,          (function)voice_ring_poll,
    (function)voice_ring_size,           (function)voice_ring_refused,
    (function)voice_resampler_open,      (function)voice_resampler_process,
    (function)voice_resampler_flush,     (function)voice_resampler_reset,
    (function)voice_resampler_close,     (function)voice_vad_open_file,
    (function)voice_vad_open_memory,     (function)voice_vad_sample_rate,
    (function)voice_vad_window_samples,  (function)voice_vad_state_floats,
    (function)voice_vad_process,         (function)voice_vad_close,
    (function)voice_vad_gpu_plugin,      (function)voice_vad_gpu_available,
    (function)voice_vad_gpu_open,        (function)voice_vad_gpu_windows,
    (function)voice_vad_gpu_submit,      (function)voice_vad_gpu_wait,
    (function)voice_vad_gpu_process,     (function)voice_vad_gpu_reset,
    (function)voice_vad_gpu_close,       (function)voice_tts_voice_count,
    (function)voice_tts_voice_name,      (function)voice_tts_open,
    (function)voice_tts_sample_rate,     (function)voice_tts_start,
    (function)voice_tts_stream_next,     (function)voice_tts_stream_words,
    (function)voice_tts_stream_cancel,   (function)voice_tts_stream_close,
    (function)voice_tts_close,           (function)voice_pronounce,
    (function)voice_gpus_open,           (function)voice_gpus_read,
    (function)voice_gpus_close,          (function)voice_vocoder_open,
    (function)voice_vocoder_open_memory, (function)voice_vocoder_get_info,
    (function)voice_vocoder_close,       (function)voice_vocoder_stream_open,
    (function)voice_vocoder_stream_samples, (function)voice_vocoder_stream_push,
    (function)voice_vocoder_stream_flush, (function)voice_vocoder_stream_reset,
    (function)voice_vocoder_stream_close, (function)voice_vocoder_gpu_open,
    (function)voice_vocoder_gpu_get_info, (function)voice_vocoder_gpu_stream_open,
    (function)voice_vocoder_gpu_stream_samples, (function)voice_vocoder_gpu_stream_reset,
    (function)voice_vocoder_gpu_stream_close, (function)voice_vocoder_gpu_submit,
    (function)voice_vocoder_gpu_wait,    (function)voice_vocoder_gpu_close,
};

int main(void) {
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        CHECK(functions[i] != NULL);
    }
    const voice_vad_options vad = VOICE_VAD_OPTIONS_INIT;
    const voice_vad_gpu_options gpu = VOICE_VAD_GPU_OPTIONS_INIT;
    const voice_tts_options tts = VOICE_TTS_OPTIONS_INIT;
    const voice_resampler_options resampler = VOICE_RESAMPLER_OPTIONS_INIT;
    CHECK(vad.struct_size == 8 && vad.sample_rate == 16000);
    CHECK(gpu.struct_size == 20 && gpu.max_streams == 1024);
    CHECK(tts.struct_size == 12 && tts.rate == 1.0f && tts.pitch == 1.0f);
    CHECK(resampler.struct_size == 8 && resampler.quality == 5);
    CHECK(sizeof(voice_tts_word) == 24);
    const voice_vocoder_options vocoder = VOICE_VOCODER_OPTIONS_INIT;
    const voice_vocoder_stream_options vocoder_stream = VOICE_VOCODER_STREAM_OPTIONS_INIT;
    const voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    CHECK(vocoder.struct_size == sizeof vocoder && vocoder.config == NULL);
    CHECK(vocoder_stream.struct_size == sizeof vocoder_stream && vocoder_stream.conditioning == NULL);
    CHECK(info.struct_size == 72 && sizeof info == 72);
    const voice_vocoder_gpu_options vocoder_gpu = VOICE_VOCODER_GPU_OPTIONS_INIT;
    const voice_vocoder_gpu_info vocoder_gpu_info = VOICE_VOCODER_GPU_INFO_INIT;
    CHECK(vocoder_gpu.struct_size == 24 && vocoder_gpu.max_streams == 256 && vocoder_gpu.max_frames == 16);
    CHECK(vocoder_gpu_info.struct_size == 408 && sizeof vocoder_gpu_info == 408);
    CHECK(sizeof(voice_vocoder_gpu_job) == 48);
    CHECK(sizeof(voice_gpu_figures) == 48 + 96 + 96 + 512);
    const voice_pronounce_options pronounce = VOICE_PRONOUNCE_OPTIONS_INIT;
    CHECK(pronounce.struct_size == sizeof pronounce && pronounce.language == NULL);
    CHECK(sizeof(voice_pronounced_word) == 24);
    CHECK(strcmp(voice_last_error(), "") == 0);
    CHECK(strcmp(voice_version(), "0.1.0") == 0);
    CHECK(voice_simd()[0] != '\0');
    CHECK(voice_ring_required_bytes(2, 8) == 512 + 2 * 24);
    CHECK(voice_ring_required_bytes(3, 8) == 0);
    CHECK(voice_last_error()[0] != '\0');
    puts("voice.h is C11 and libvoice.so exports all of it");
    return 0;
}
