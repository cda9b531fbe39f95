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
#define VOICE_CUDA_PLUGIN_VERSION 2u
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

/*
 * One convolution, weights as the model file has them: [outputs][inputs][kernel], stride 1, "same" zero padding, dilation;
 * or, transposed, [inputs][outputs][kernel], whose output is rate times as long, padding (kernel - rate) / 2.
 */
typedef struct voice_cuda_layer {
    uint32_t inputs, outputs, kernel;
    uint32_t spread; /* dilation, or rate of a transposed one */
    const float *weight;
    const float *bias; /* [outputs] */
} voice_cuda_layer;

/* For each step: x += second(lrelu(first(lrelu(x)))), or, second NULL, x += first(lrelu(x)); slope 0.1. */
typedef struct voice_cuda_block {
    uint32_t steps;
    const voice_cuda_layer *first;  /* [steps] */
    const voice_cuda_layer *second; /* [steps] or NULL */
} voice_cuda_block;

typedef struct voice_cuda_vocoder_stage { /* lrelu 0.1, up, mean of the blocks */
    voice_cuda_layer up;
    uint32_t blocks;
    const voice_cuda_block *block; /* [blocks] */
} voice_cuda_vocoder_stage;

/* pre, stages, lrelu 0.01, post (one output), tanh. Read during open only. pre.bias is replaced for each stream by the
   bias given to reset. */
typedef struct voice_cuda_generator {
    uint32_t channels, hop, lookahead_samples, stage_count;
    voice_cuda_layer pre, post;
    const voice_cuda_vocoder_stage *stages;
} voice_cuda_generator;

typedef struct voice_cuda_vocoder_options {
    uint32_t device, precision /* voice_vocoder_gpu_precision */, max_streams, max_batch, max_frames;
} voice_cuda_vocoder_options;

typedef struct voice_cuda_vocoder_figures {
    uint64_t stream_bytes; /* device memory of each stream */
    uint64_t device_bytes; /* all device memory of the engine */
} voice_cuda_vocoder_figures;

typedef struct voice_cuda_vocoder_job {
    uint32_t slot;           /* 0 .. max_streams - 1, once in a batch */
    uint32_t frame_count;    /* 0 .. max_frames */
    uint32_t channel_stride; /* value c of frame f is frames[c * channel_stride + f] */
    uint32_t flush;          /* 1: the utterance ends behind these frames; what is held back is written too */
    const float *frames;     /* read during submit */
    float *samples;          /* written by wait */
    uint32_t sample_count;   /* how many come, worked out by the caller as Stream::samples_of_push/flush do; the engine
                                comes to the same number */
    uint32_t reserved;
} voice_cuda_vocoder_job;

/* For benchmarks: what the device spent on a batch, in milliseconds. */
typedef struct voice_cuda_vocoder_times {
    float frames_in;
    float layers;
    float samples_out;
} voice_cuda_vocoder_times;

/* For benchmarks: what a device can do in a second, from its clocks and widths; 0 where that is not known. */
typedef struct voice_cuda_rates {
    double memory_bytes;     /* read and written */
    double half_operations;  /* on tensor cores, products of 16 bits, sums of 32; a product and its sum are two */
    double float_operations; /* the same on the ordinary ones, all of 32 bits */
} voice_cuda_rates;

typedef struct voice_cuda_vocoder voice_cuda_vocoder;

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

    /* The vocoder's; one thread at a time for all of these. */
    /* VOICE_ERROR_MEMORY: figures still say what was needed, message how many streams would fit. */
    int (*vocoder_open)(const voice_cuda_generator *, const voice_cuda_vocoder_options *, voice_cuda_vocoder **,
                        voice_cuda_vocoder_figures *, voice_cuda_message *);
    /* The slot begins an utterance, after all batches submitted before; bias is [pre.outputs]. */
    int (*vocoder_reset)(voice_cuda_vocoder *, uint32_t slot, const float *bias, voice_cuda_message *);
    /* VOICE_FULL with two under way. The jobs' samples must live until wait; the job array itself is copied. */
    int (*vocoder_submit)(voice_cuda_vocoder *, const voice_cuda_vocoder_job *jobs, uint32_t count,
                          voice_cuda_message *);
    int (*vocoder_wait)(voice_cuda_vocoder *, voice_cuda_message *); /* the oldest batch; VOICE_EMPTY */
    void (*vocoder_close)(voice_cuda_vocoder *);

    /* Of the batch that was waited for last. The first call answers zeros: batches that are submitted from then on are timed. */
    int (*vocoder_times)(voice_cuda_vocoder *, voice_cuda_vocoder_times *, voice_cuda_message *);
    int (*rates)(uint32_t device, voice_cuda_rates *, voice_cuda_message *);
} voice_cuda_plugin_table;

typedef const voice_cuda_plugin_table *(*voice_cuda_plugin_function)(void);

#ifdef __cplusplus
}
#endif

#endif
