#ifndef VOICE_CUDA_PLUGIN_TABLE_H
#define VOICE_CUDA_PLUGIN_TABLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * What libvoice.so and libvoice_cuda.so have in common, and all of it: plain C, no C++ type crosses, so that the two may
 * come from different compilers. libvoice_cuda.so exports one symbol, voice_cuda_plugin. Statuses are voice_status;
 * a failing call writes a sentence into message.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* Raised with any change of this file: a plugin of another version is not used. */
#define VOICE_CUDA_PLUGIN_VERSION 1u
#define VOICE_CUDA_PLUGIN_SYMBOL "voice_cuda_plugin"

typedef struct voice_cuda_message {
    char text[512];
} voice_cuda_message;

/* A network's weights, row-major, as the model file has them; read only during open. */
typedef struct voice_cuda_weights {
    uint32_t sample_rate;   /* 16000 or 8000 */
    uint32_t filter;        /* length of the STFT */
    uint32_t bins;          /* filter / 2 + 1 */
    const float *stft;      /* [2 bins][filter]: real rows, then imaginary ones */
    const float *conv[4];   /* [outputs][inputs][3] */
    const float *conv_bias[4];
    const float *lstm;      /* [512 gates i, f, g, o][256: input, hidden] */
    const float *lstm_bias; /* [512], both biases added */
    const float *output;    /* [128] */
    float output_bias;
} voice_cuda_weights;

typedef struct voice_cuda_options {
    uint32_t device;
    uint32_t precision; /* voice_vad_gpu_precision */
    uint32_t max_streams;
    uint32_t chunk_streams;
    uint32_t stages; /* parts of a tick to run; benchmarks leave one out to see its share */
} voice_cuda_options;

#define VOICE_CUDA_STAGE_COPY 1u
#define VOICE_CUDA_STAGE_COMPUTE 2u

typedef struct voice_cuda_engine voice_cuda_engine;

typedef struct voice_cuda_plugin_table {
    uint32_t version;
    uint32_t struct_size;
    /* Whether device answers; its name goes to message if so, and the reason if not. */
    int (*probe)(uint32_t device, voice_cuda_message *message);
    int (*open)(const voice_cuda_weights *, const voice_cuda_options *, voice_cuda_engine **, voice_cuda_message *);
    /* The pinned buffer that the next submit sends; NULL while all are in flight. */
    int16_t *(*windows)(voice_cuda_engine *);
    int (*submit)(voice_cuda_engine *, uint32_t count, const int32_t *rows, voice_cuda_message *);
    /* The oldest tick in flight; *count is set to its streams. */
    int (*wait)(voice_cuda_engine *, float *probabilities, uint32_t *count, voice_cuda_message *);
    int (*reset)(voice_cuda_engine *, uint32_t stream, voice_cuda_message *); /* UINT32_MAX: all */
    int (*stages)(voice_cuda_engine *, uint32_t stages, voice_cuda_message *);
    void (*close)(voice_cuda_engine *);
} voice_cuda_plugin_table;

typedef const voice_cuda_plugin_table *(*voice_cuda_plugin_function)(void);

#ifdef __cplusplus
}
#endif

#endif
