/*
 * Duplex Voice native core: the C ABI.
 *
 * Thread-safety. A handle that is immutable after it was opened (voice_vad, voice_vocoder, voice_tts, voice_gpus) may be
 * used by any number of threads at once. A handle that carries progress (voice_tts_stream, voice_vocoder_stream,
 * voice_resampler, voice_vad_gpu, voice_vocoder_gpu) belongs to one thread at a time; the exceptions are named at the
 * function (voice_tts_stream_cancel, voice_vocoder_gpu_stream_close). A ring has exactly one producing and one consuming
 * thread. No function keeps a pointer to the caller's memory after it returned unless it says so, and none calls back into
 * the caller. Functions without a handle (voice_pronounce) may be called by any number of threads at once.
 *
 * Errors. Every function that can fail returns a voice_status. When it is negative, voice_last_error() gives a
 * sentence that names the value and the remedy; it is kept per thread until that thread's next failing call. No C++
 * exception and no exit() crosses this boundary: a bad model file is a status like any other.
 *
 * Audio is signed 16-bit, native endian (little-endian on every platform supported), mono; what a vocoder makes is float.
 *
 * Usage:
 *
 *     voice_vad *vad = NULL;
 *     voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
 *     options.sample_rate = 16000;
 *     if (voice_vad_open_file("silero_vad.onnx", &options, &vad) != VOICE_OK) {
 *         fprintf(stderr, "%s\n", voice_last_error());
 *         return 1;
 *     }
 *     float *state = calloc(voice_vad_state_floats(vad), sizeof(float));    // one caller, all zeros at the start
 *     float probability;
 *     while (read_window(pcm, voice_vad_window_samples(vad))) {
 *         voice_vad_process(vad, 1, pcm, state, NULL, &probability);
 *     }
 *     free(state);
 *     voice_vad_close(vad);
 */
#ifndef VOICE_VOICE_H
#define VOICE_VOICE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define VOICE_API __attribute__((visibility("default")))
#else
#define VOICE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------ status, version */

/* Outcomes. Zero and positive values are not errors. */
typedef enum voice_status {
    VOICE_OK = 0,
    VOICE_END = 1,                   /* a stream has nothing more to give */
    VOICE_FULL = 2,                  /* a ring or a buffer has no room; nothing was written */
    VOICE_EMPTY = 3,                 /* a ring has nothing to read now */
    VOICE_CANCELLED = 4,             /* the stream was cancelled */
    VOICE_ERROR_ARGUMENT = -1,       /* a NULL, a range, a size: the message names it */
    VOICE_ERROR_NOT_FOUND = -2,      /* no such file, voice or entry */
    VOICE_ERROR_IO = -3,             /* the file is there but cannot be read */
    VOICE_ERROR_MODEL = -4,          /* the file is not a model that this library runs */
    VOICE_ERROR_UNSUPPORTED = -5,    /* a rate, an option or a text that cannot be handled */
    VOICE_ERROR_MEMORY = -6,         /* out of memory */
    VOICE_ERROR_INTERNAL = -7        /* a defect of this library; the message carries what is known */
} voice_status;

/* The message of the calling thread's last failure, UTF-8, never NULL; "" if none. Valid until that thread's next
   failing call. */
VOICE_API const char *voice_last_error(void);

/* "major.minor.patch" of this library; static storage. */
VOICE_API const char *voice_version(void);

/* The SIMD path in use: "avx512", "avx2" or "portable"; static storage. It is the fastest that this machine runs, or the
   one that the environment variable VOICE_SIMD names; a name that is unknown or cannot run here makes
   voice_vad_open_file, voice_vocoder_open and their _memory forms fail with VOICE_ERROR_ARGUMENT. */
VOICE_API const char *voice_simd(void);

/* ------------------------------------------------------------------------------------------------ frame ring */

/*
 * A lock-free ring of frames for one producing and one consuming thread, in memory that the caller owns (malloc, a
 * Java direct buffer, shared memory). The layout is part of the contract; dev.duplexvoice.audio.SpscFrameRing reads and
 * writes the same bytes, so either side may be C++ or Java. All fields are little-endian.
 *
 *   offset  size  field
 *        0     4  magic 0x474e5256 ("VRNG")
 *        4     4  layout version, 1
 *        8     4  slot_count, a power of two, 2 .. 65,536
 *       12     4  slot_bytes, payload capacity of a slot, a multiple of 8, 8 .. 65,536
 *       16   112  reserved, zero
 *      128     8  producer position: frames ever written; written by the producer (release)
 *      136     8  the producer's cached copy of the consumer position; producer only
 *      144     8  frames refused because the ring was full; written by the producer (relaxed)
 *      152   104  padding
 *      256     8  consumer position: frames ever taken; written by the consumer (release)
 *      264     8  the consumer's cached copy of the producer position; consumer only
 *      272   112  padding
 *      384   128  padding
 *      512     -  slots: frame n lives in slot n mod slot_count, stride 16 + slot_bytes
 *
 *   slot:   0     4  payload length in bytes, 0 .. slot_bytes
 *           4     4  flags, meaning given by the user of the ring
 *           8     8  timestamp, meaning given by the user of the ring
 *          16     -  payload
 *
 * The memory must be aligned to 8 bytes; 64 avoids false sharing.
 */
#define VOICE_RING_MAGIC 0x474e5256u
#define VOICE_RING_VERSION 1u
#define VOICE_RING_HEADER_BYTES 512u
#define VOICE_RING_SLOT_HEADER_BYTES 16u

/* Bytes that a ring needs, or 0 (and voice_last_error) if slot_count or slot_bytes is out of range. */
VOICE_API size_t voice_ring_required_bytes(uint32_t slot_count, uint32_t slot_bytes);

/* Formats memory as an empty ring. No other thread may be inside the ring. */
VOICE_API int voice_ring_format(void *memory, size_t bytes, uint32_t slot_count, uint32_t slot_bytes);

/* Checks that memory holds a ring of this layout that fits into bytes; changes nothing. */
VOICE_API int voice_ring_validate(const void *memory, size_t bytes);

/* Producer. Copies one frame in. VOICE_FULL if there is no room (counted), VOICE_ERROR_ARGUMENT if length > slot_bytes.
   The ring must have been validated; this does not check its header again. */
VOICE_API int voice_ring_offer(void *ring, const void *payload, uint32_t length, uint32_t flags, int64_t timestamp);

/* Consumer. Copies the oldest frame out and frees its slot. VOICE_EMPTY if there is none; VOICE_ERROR_ARGUMENT if it is
   longer than capacity (the frame stays). flags and timestamp may be NULL. */
VOICE_API int voice_ring_poll(void *ring, void *payload, uint32_t capacity, uint32_t *length, uint32_t *flags,
                              int64_t *timestamp);

/* Frames in the ring; exact for the calling side, a moment old for others. */
VOICE_API uint32_t voice_ring_size(const void *ring);

/* Frames refused since the ring was formatted. */
VOICE_API uint64_t voice_ring_refused(const void *ring);

/* ------------------------------------------------------------------------------------------------ resampler */

/* Converts one mono stream between rates, state carried from call to call (SpeexDSP's windowed sinc). One thread at a
   time. */
typedef struct voice_resampler voice_resampler;

typedef struct voice_resampler_options {
    uint32_t struct_size; /* sizeof(voice_resampler_options) */
    int32_t quality;      /* 0 .. 10, SpeexDSP's scale; default 5 */
} voice_resampler_options;
#define VOICE_RESAMPLER_OPTIONS_INIT { sizeof(voice_resampler_options), 5 }

/* Rates in Hz, each one of 8000, 16000, 22050, 24000, 44100, 48000. options may be NULL. */
VOICE_API int voice_resampler_open(uint32_t input_rate, uint32_t output_rate, const voice_resampler_options *options,
                                   voice_resampler **resampler);

/* Converts up to *input_samples and writes up to *output_samples; both are set to what was used and made. The stream's
   algorithmic delay is removed at its start, so that sample 0 out is sample 0 in. */
VOICE_API int voice_resampler_process(voice_resampler *resampler, const int16_t *input, uint32_t *input_samples,
                                      int16_t *output, uint32_t *output_samples);

/* Ends the stream: writes what the filter still holds, up to *output_samples, such that the stream's total is
   ceil(total input × output_rate / input_rate). VOICE_END once nothing is left, VOICE_OK if there is more to fetch. */
VOICE_API int voice_resampler_flush(voice_resampler *resampler, int16_t *output, uint32_t *output_samples);

/* Forgets the past: as newly opened. */
VOICE_API int voice_resampler_reset(voice_resampler *resampler);

/* NULL is allowed. */
VOICE_API void voice_resampler_close(voice_resampler *resampler);

/* ------------------------------------------------------------------------------------------------ voice activity */

/* A network with Silero VAD's architecture (v5/v6) and its weights. Immutable, shared by threads. */
typedef struct voice_vad voice_vad;

typedef struct voice_vad_options {
    uint32_t struct_size; /* sizeof(voice_vad_options) */
    uint32_t sample_rate; /* 16000 (default) or 8000, if the model has it */
} voice_vad_options;
#define VOICE_VAD_OPTIONS_INIT { sizeof(voice_vad_options), 16000 }

/* Reads an ONNX file: the official silero_vad.onnx (16 and 8 kHz), its flat forms (16 kHz), its form without an If
   (both), or any file with the same tensors under the same names. Weights are float32, from -1000 to 1000, and in the
   file itself. The path is UTF-8. options may be NULL. */
VOICE_API int voice_vad_open_file(const char *path, const voice_vad_options *options, voice_vad **vad);

/* The same from memory, which may be freed afterwards. */
VOICE_API int voice_vad_open_memory(const void *bytes, size_t size, const voice_vad_options *options, voice_vad **vad);

VOICE_API uint32_t voice_vad_sample_rate(const voice_vad *vad);
VOICE_API uint32_t voice_vad_window_samples(const voice_vad *vad); /* 512 at 16 kHz, 256 at 8 kHz */
VOICE_API uint32_t voice_vad_state_floats(const voice_vad *vad);   /* floats of state a stream needs */

/*
 * Advances count streams by one window each; 0 does nothing.
 *
 *   windows        [count][window_samples], the new samples of each stream
 *   states         [*][state_floats], owned by the caller, all zeros for a new stream; updated in place
 *   rows           [count] row of states that belongs to each window, no row twice; NULL means row i for window i
 *   probabilities  [count], written: the probability of speech, 0 .. 1. A stream that began with zeros never has a NaN,
 *                  whatever the model; where the caller put one into a state, NaN is what comes out
 *
 * No allocation, no lock, about 120 kB of stack. A stream's results have the same bits in every batch, and whatever is in
 * one stream's state, NaN included, stays with that stream. Different threads may process different rows of one states
 * array.
 */
VOICE_API int voice_vad_process(const voice_vad *vad, size_t count, const int16_t *windows, float *states,
                                const int32_t *rows, float *probabilities);

/* NULL is allowed. The caller sees to it that no thread is inside voice_vad_process. */
VOICE_API void voice_vad_close(voice_vad *vad);

/* ------------------------------------------------------------------------------------------------ voice activity, GPU */

/*
 * The same network for very many streams at once on an NVIDIA GPU. The streams' state stays on the device; windows go
 * there from pinned buffers that this library owns and the caller fills. It takes libvoice_cuda.so, which is looked for
 * at $VOICE_CUDA_PLUGIN, else where voice_vad_gpu_plugin said, else in the folder of libvoice.so, and a GPU of compute
 * capability 8.0 or later.
 * Without them voice_vad_gpu_open answers VOICE_ERROR_UNSUPPORTED, and the caller goes on with voice_vad_process.
 *
 *     voice_vad_gpu *gpu = NULL;
 *     voice_vad_gpu_options options = VOICE_VAD_GPU_OPTIONS_INIT;
 *     options.max_streams = 100000;
 *     if (voice_vad_gpu_open(vad, &options, &gpu) == VOICE_OK) {
 *         while (read_windows(voice_vad_gpu_windows(gpu), 100000)) {
 *             voice_vad_gpu_process(gpu, 100000, NULL, probabilities);
 *         }
 *         voice_vad_gpu_close(gpu);
 *     }
 *
 * Two ticks may be under way at once, so that the host fills one buffer while the GPU works on the other:
 * windows, fill, submit; then again and again: windows, fill, submit, wait.
 *
 * A handle belongs to one thread at a time. Different handles, on one GPU or on several, are independent.
 */
typedef struct voice_vad_gpu voice_vad_gpu;

typedef enum voice_vad_gpu_precision {
    VOICE_VAD_GPU_TENSOR = 0, /* tensor cores, each value as two halves: within 1e-3 of the CPU's probability */
    VOICE_VAD_GPU_FLOAT = 1   /* 32-bit floats throughout: slower, for comparison */
} voice_vad_gpu_precision;

typedef struct voice_vad_gpu_options {
    uint32_t struct_size;   /* sizeof(voice_vad_gpu_options) */
    uint32_t device;        /* CUDA's number of the GPU; default 0 */
    uint32_t max_streams;   /* streams that state is kept for, 1 .. 16,777,216; default 1024 */
    uint32_t precision;     /* a voice_vad_gpu_precision; default VOICE_VAD_GPU_TENSOR */
    uint32_t chunk_streams; /* streams that are copied and computed as one piece; 0 (default) leaves it to the library */
} voice_vad_gpu_options;
#define VOICE_VAD_GPU_OPTIONS_INIT { sizeof(voice_vad_gpu_options), 0, 1024, 0, 0 }

#define VOICE_VAD_GPU_MAX_STREAMS 16777216u
/* For voice_vad_gpu_reset: all streams. */
#define VOICE_VAD_GPU_ALL_STREAMS 0xffffffffu

/* Says where libvoice_cuda.so is, for hosts that unpack it elsewhere; UTF-8, copied. Only what is said before the plugin is
   first looked for counts, that is before the first call of voice_vad_gpu_available or voice_vad_gpu_open. */
VOICE_API int voice_vad_gpu_plugin(const char *path);

/* 1 if voice_vad_gpu_open can work on device 0, else 0. *description, unless NULL is passed, becomes the GPU's name or the
   reason why not; valid until the calling thread's next call of this function. */
VOICE_API int voice_vad_gpu_available(const char **description);

/* Opens max_streams new streams of vad's network, which is copied: vad may be closed before gpu. Takes, for each stream,
   1,152 bytes of device memory, and 2 windows and 16 bytes of pinned host memory. VOICE_ERROR_UNSUPPORTED
   without a plugin or a GPU, VOICE_ERROR_MEMORY if either memory is short. options may be NULL. */
VOICE_API int voice_vad_gpu_open(const voice_vad *vad, const voice_vad_gpu_options *options, voice_vad_gpu **gpu);

/* The buffer that the next submit or process sends: [max_streams][window_samples]. It alternates between two; it may be
   written until that call, and then only after this function gave it again. NULL while two ticks are under way. */
VOICE_API int16_t *voice_vad_gpu_windows(voice_vad_gpu *gpu);

/*
 * Begins to advance count streams by one window each and returns.
 *
 *   count  1 .. max_streams; 0 is VOICE_ERROR_ARGUMENT
 *   rows   [count] stream of each window in the buffer, 0 .. max_streams - 1, no stream twice; NULL means stream i for
 *          window i. Copied. The same count with NULL tick after tick is the fastest.
 *
 * VOICE_FULL while two ticks are under way: wait for one first. Ticks take effect in the order they were submitted in.
 */
VOICE_API int voice_vad_gpu_submit(voice_vad_gpu *gpu, uint32_t count, const int32_t *rows);

/* Waits for the oldest tick under way and writes its probabilities, [its count], in the order of its windows. VOICE_EMPTY
   if none is. */
VOICE_API int voice_vad_gpu_wait(voice_vad_gpu *gpu, float *probabilities);

/* Submit and wait in one. VOICE_ERROR_ARGUMENT while a submitted tick has not been waited for. */
VOICE_API int voice_vad_gpu_process(voice_vad_gpu *gpu, uint32_t count, const int32_t *rows, float *probabilities);

/* Makes a stream, or VOICE_VAD_GPU_ALL_STREAMS, as new; takes effect after the ticks that were submitted before. */
VOICE_API int voice_vad_gpu_reset(voice_vad_gpu *gpu, uint32_t stream);

/* Waits for what is under way and frees. NULL is allowed. */
VOICE_API void voice_vad_gpu_close(voice_vad_gpu *gpu);

/* ------------------------------------------------------------------------------------------------ GPUs */

/*
 * What NVIDIA's driver tells of this machine's GPUs, whoever computes on them, through its management library (NVML). The
 * library belongs to the driver: it is looked for when the program runs, and where there is none voice_gpus_open says so.
 *
 *     voice_gpus *gpus = NULL;
 *     voice_gpu_figures figures[16];
 *     uint32_t count = 0;
 *     if (voice_gpus_open(NULL, &gpus) == VOICE_OK) {
 *         voice_gpus_read(gpus, figures, 16, &count);
 *         voice_gpus_close(gpus);
 *     }
 *
 * Any number of threads may read from one handle at once.
 */
typedef struct voice_gpus voice_gpus;

/*
 * One GPU now. A figure that it does not tell (a virtual GPU, a part of one, a board without that sensor, no permission, a
 * GPU that is lost) is NaN, the others stand.
 *
 *   index    NVML's number, which nvidia-smi shows; CUDA may count in another order
 *   name     UTF-8, terminated; "" if it does not tell
 *   uuid     the same; "GPU-" and a UUID, which is the GPU's own for ever
 *   problem  "" if it told everything; else each thing that it did not, with NVML's own words:
 *            "power: Not Supported; temperature: Not Supported"
 */
typedef struct voice_gpu_figures {
    uint32_t index;
    double memory_used_bytes;   /* what is allocated, as nvidia-smi shows it; before driver 510 what is reserved, too */
    double memory_total_bytes;
    double utilization_percent; /* share of the driver's last sample, at most a second, in which a kernel ran; 0 .. 100 */
    double temperature_celsius; /* of the chip */
    double power_watts;         /* of the board */
    char name[96];
    char uuid[96];
    char problem[512];
} voice_gpu_figures;

/* Opens NVML. library is a file or a name that the system's loader knows, UTF-8; NULL means $VOICE_NVML_LIBRARY, and without
   that libnvidia-ml.so.1. VOICE_ERROR_UNSUPPORTED without that library, or if no driver answers it. The first to open it in
   a process may wait seconds for GPUs that have to wake up. */
VOICE_API int voice_gpus_open(const char *library, voice_gpus **gpus);

/* Writes the first GPUs, up to capacity of them, and sets *count to how many there are, which may be more. figures may be
   NULL if capacity is 0. It takes milliseconds; a driver in trouble may hold it for ever, so no thread with anything else to
   do should call it. VOICE_ERROR_IO with NVML's own words if NVML tells of no GPU at all any more. */
VOICE_API int voice_gpus_read(voice_gpus *gpus, voice_gpu_figures *figures, uint32_t capacity, uint32_t *count);

/* NULL is allowed. Not while another thread is inside voice_gpus_read. */
VOICE_API void voice_gpus_close(voice_gpus *gpus);

/* ------------------------------------------------------------------------------------------------ speech */

/* A voice, ready to speak. Immutable, shared by threads. */
typedef struct voice_tts voice_tts;
/* One text being spoken. */
typedef struct voice_tts_stream voice_tts_stream;

typedef struct voice_tts_options {
    uint32_t struct_size; /* sizeof(voice_tts_options) */
    float rate;           /* speaking rate, 0.5 .. 2.0, 1 = the voice's own (default) */
    float pitch;          /* pitch, 0.5 .. 2.0, 1 = the voice's own (default) */
} voice_tts_options;
#define VOICE_TTS_OPTIONS_INIT { sizeof(voice_tts_options), 1.0f, 1.0f }

/* One spoken word: [start_sample, end_sample) in the stream's audio, [text_begin, text_end) in bytes of the UTF-8 text
   it was read from. A word that is expanded ("42") is one entry. */
typedef struct voice_tts_word {
    int64_t start_sample;
    int64_t end_sample;
    uint32_t text_begin;
    uint32_t text_end;
} voice_tts_word;

/* Longest text of one stream, in bytes. Callers split longer text into sentences; first audio needs that anyway. */
#define VOICE_TTS_MAX_TEXT_BYTES 8192u

/* Number of embedded voices, and the name of the i-th ("rms", "slt", "awb", "kal16"; the first is the default);
   NULL if i is out of range. */
VOICE_API uint32_t voice_tts_voice_count(void);
VOICE_API const char *voice_tts_voice_name(uint32_t index);

/* Opens a voice by name. */
VOICE_API int voice_tts_open(const char *voice, voice_tts **tts);

VOICE_API uint32_t voice_tts_sample_rate(const voice_tts *tts); /* Hz; 16000 for all embedded voices */

/*
 * Begins to speak text (UTF-8, text_bytes long, no terminator needed; at most VOICE_TTS_MAX_TEXT_BYTES). Invalid UTF-8 is
 * VOICE_ERROR_ARGUMENT. A text with nothing to say (punctuation, emoji, white space) gives a stream that ends at once.
 * options may be NULL. The stream keeps what it needs of tts: tts may be closed before its streams.
 */
VOICE_API int voice_tts_start(const voice_tts *tts, const char *text, size_t text_bytes,
                              const voice_tts_options *options, voice_tts_stream **stream);

/*
 * Computes and copies the next samples, 1 .. capacity of them, set in *samples. Returns VOICE_OK, VOICE_END (*samples = 0)
 * or VOICE_CANCELLED (*samples = 0). Audio is computed only inside this call, so an unread stream costs nothing and
 * the audio of a stream does not depend on how fast it is read.
 */
VOICE_API int voice_tts_stream_next(voice_tts_stream *stream, int16_t *buffer, uint32_t capacity, uint32_t *samples);

/* Copies up to capacity words and sets *count to how many the stream has; complete once the first samples were read,
   0 before. words may be NULL if capacity is 0. Same thread as _next. */
VOICE_API int voice_tts_stream_words(voice_tts_stream *stream, voice_tts_word *words, uint32_t capacity,
                                     uint32_t *count);

/* Stops the stream within one internal chunk (at most 20 ms of audio). From any thread, any number of times, as long as
   the stream is not closed. */
VOICE_API int voice_tts_stream_cancel(voice_tts_stream *stream);

/* Cancels if needed and frees. NULL is allowed. Not while another thread is inside the stream. */
VOICE_API void voice_tts_stream_close(voice_tts_stream *stream);

/* NULL is allowed. */
VOICE_API void voice_tts_close(voice_tts *tts);

/* ------------------------------------------------------------------------------------------------ vocoder */

/*
 * HiFi-GAN: frames of a mel spectrum, or the latent frames of a VITS voice, to samples, as they come. Every convolution
 * keeps its own past, so nothing is computed twice and the samples of all pushes and the flush, one behind the other, have
 * the same bits however the frames were cut; they equal the network run over the whole utterance at once, with its zeros
 * before and after.
 *
 *     voice_vocoder *vocoder = NULL;
 *     voice_vocoder_stream *stream = NULL;
 *     voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
 *     voice_vocoder_open("voice.onnx", NULL, &vocoder);
 *     voice_vocoder_get_info(vocoder, &info);
 *     voice_vocoder_stream_open(vocoder, NULL, &stream);
 *     uint32_t capacity = 8 * info.hop > info.lookahead_samples ? 8 * info.hop : info.lookahead_samples;
 *     float *samples = malloc(capacity * sizeof(float));
 *     uint32_t count = 0;
 *     while (read_frames(frames, 8)) {                                      // [channels][8]
 *         voice_vocoder_stream_push(stream, frames, 8, 8, samples, capacity, &count);
 *         play(samples, count);
 *     }
 *     voice_vocoder_stream_flush(stream, samples, capacity, &count);
 *     play(samples, count);
 *     voice_vocoder_stream_close(stream);
 *     voice_vocoder_close(vocoder);
 */

/* A generator and its weights. Immutable, shared by threads and streams. */
typedef struct voice_vocoder voice_vocoder;
/* One utterance on its way through a generator. */
typedef struct voice_vocoder_stream voice_vocoder_stream;

typedef struct voice_vocoder_options {
    uint32_t struct_size; /* sizeof(voice_vocoder_options) */
    const char *config;   /* path of the configuration, UTF-8; NULL (default): for a safetensors file config.json in its
                             folder, for an ONNX file its own name with ".json" appended, if there is one */
} voice_vocoder_options;
#define VOICE_VOCODER_OPTIONS_INIT { sizeof(voice_vocoder_options), NULL }

/*
 * What a generator is.
 *
 *   channels               values of a frame: mel bands, or latent channels of a VITS voice
 *   hop                    samples of a frame
 *   sample_rate            Hz; 0 if neither file tells
 *   lookahead_frames       frames behind a sample that it depends on, at most: lookahead_samples / hop, rounded up
 *   lookahead_samples      samples by which the output is behind the input: after n frames in all, max(0, n * hop -
 *                          lookahead_samples) samples in all were written; the rest comes with the flush
 *   conditioning_channels  values of the vector that tells speakers apart; 0 if the generator takes none
 *   speakers               speakers whose vectors are in the file; 0 if none are
 *   stages                 upsampling steps
 *   parameters             numbers that were trained
 *   weight_bytes           memory of the weights, shared by all streams
 *   state_bytes            what a stream carries from one push to the next
 *   stream_bytes           all memory of a stream, state and working space: one block, allocated when it is opened
 */
typedef struct voice_vocoder_info {
    uint32_t struct_size; /* sizeof(voice_vocoder_info), set by the caller */
    uint32_t channels;
    uint32_t hop;
    uint32_t sample_rate;
    uint32_t lookahead_frames;
    uint32_t lookahead_samples;
    uint32_t conditioning_channels;
    uint32_t speakers;
    uint32_t stages;
    uint32_t reserved; /* 0 */
    uint64_t parameters;
    uint64_t weight_bytes;
    uint64_t state_bytes;
    uint64_t stream_bytes;
} voice_vocoder_info;
#define VOICE_VOCODER_INFO_INIT { sizeof(voice_vocoder_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* The most frames of one push. */
#define VOICE_VOCODER_MAX_FRAMES 65536u

/*
 * Reads the generator of a HiFi-GAN or VITS (Piper) voice: an ONNX file with initialisers "dec.*" or "gen.dec.*", or a
 * safetensors file with HiFi-GAN's names (conv_pre, ups.*, resblocks.*, conv_post, weight norm fused) and its config.json.
 * Which of the two it is, its first bytes tell. Weights are finite float32, in the file itself. The path is UTF-8;
 * options may be NULL.
 *
 * VOICE_ERROR_MODEL names the tensor or the entry of the configuration that is missing, misshapen or not understood;
 * VOICE_ERROR_UNSUPPORTED is an ONNX file in which there is no such generator at all.
 */
VOICE_API int voice_vocoder_open(const char *path, const voice_vocoder_options *options, voice_vocoder **vocoder);

/* The same from memory, which may be freed afterwards. config is the text of the configuration, config_size bytes of it; NULL
   and 0 for an ONNX model whose sample rate need not be known. */
VOICE_API int voice_vocoder_open_memory(const void *bytes, size_t size, const char *config, size_t config_size,
                                        voice_vocoder **vocoder);

/* Fills the info. */
VOICE_API int voice_vocoder_get_info(const voice_vocoder *vocoder, voice_vocoder_info *info);

/* NULL is allowed. Streams keep what they need of it: it may be closed before them. */
VOICE_API void voice_vocoder_close(voice_vocoder *vocoder);

typedef struct voice_vocoder_stream_options {
    uint32_t struct_size;      /* sizeof(voice_vocoder_stream_options) */
    uint32_t speaker;          /* 0 (default) .. speakers - 1; 0 where there are none */
    const float *conditioning; /* [conditioning_channels], finite, copied; takes the place of the speaker's vector; NULL
                                  (default): the speaker's; only if speakers is not 0 or conditioning_channels is 0 */
} voice_vocoder_stream_options;
#define VOICE_VOCODER_STREAM_OPTIONS_INIT { sizeof(voice_vocoder_stream_options), 0, NULL }

/* Begins an utterance. All of its memory is allocated here. options may be NULL. VOICE_ERROR_ARGUMENT if the speaker is not
   there, or if a vector is needed and not given, or given and not needed. */
VOICE_API int voice_vocoder_stream_open(const voice_vocoder *vocoder, const voice_vocoder_stream_options *options,
                                        voice_vocoder_stream **stream);

/* Samples that a push of so many frames would write now, and with it the least capacity for it; 0 for NULL. */
VOICE_API uint32_t voice_vocoder_stream_samples(const voice_vocoder_stream *stream, uint32_t frame_count);

/*
 * Takes frames and writes the samples that they complete: frame_count * hop of them, fewer at the utterance's beginning, where
 * lookahead_samples are held back.
 *
 *   frames          value c of frame f is frames[c * channel_stride + f]: time runs fastest, as in the tensor
 *                   [1, channels, frames] of an ONNX graph, of which this may be a slice; finite, else
 *                   VOICE_ERROR_ARGUMENT. May be NULL if frame_count is 0
 *   frame_count     0 .. VOICE_VOCODER_MAX_FRAMES
 *   channel_stride  floats from one channel to the next, at least frame_count
 *   samples         [capacity], written: -1 .. 1. NaN or an end of that range where the network's own values overflow a
 *                   float, in this stream and no other, for as long as it sees the frames that did it. May be NULL if
 *                   nothing comes
 *   capacity        VOICE_FULL if more samples would come: *sample_count says how many
 *   sample_count    set to how many were written
 *
 * If it fails, nothing was taken. VOICE_END after a flush. No allocation, no lock, less than 64 kB of stack.
 */
VOICE_API int voice_vocoder_stream_push(voice_vocoder_stream *stream, const float *frames, uint32_t frame_count,
                                        uint32_t channel_stride, float *samples, uint32_t capacity,
                                        uint32_t *sample_count);

/* Ends the utterance: writes what was held back, at most lookahead_samples, so that there are hop samples for each frame.
   VOICE_FULL, with *sample_count what is needed and nothing done, if capacity is too small; VOICE_END, with 0, if it was
   flushed before. The stream may then be reset or closed. */
VOICE_API int voice_vocoder_stream_flush(voice_vocoder_stream *stream, float *samples, uint32_t capacity,
                                         uint32_t *sample_count);

/* Forgets the utterance, ended or not: as newly opened, for the same speaker. */
VOICE_API int voice_vocoder_stream_reset(voice_vocoder_stream *stream);

/* NULL is allowed. Not while another thread is inside the stream. */
VOICE_API void voice_vocoder_stream_close(voice_vocoder_stream *stream);

/* ------------------------------------------------------------------------------------------------ vocoder, GPU */

/*
 * The same generators for the streams of very many sessions at once, on an NVIDIA GPU. The streams' state stays on the
 * device; each batch takes frames of some streams there and brings their samples back. It takes the same plugin and the same
 * GPUs as voice activity detection: voice_vad_gpu_plugin says where the plugin is, voice_vad_gpu_available whether there is
 * one. Without them voice_vocoder_gpu_open answers VOICE_ERROR_UNSUPPORTED, and the caller goes on with
 * voice_vocoder_stream_open.
 *
 *     voice_vocoder_gpu *gpu = NULL;
 *     voice_vocoder_gpu_options options = VOICE_VOCODER_GPU_OPTIONS_INIT;
 *     options.max_streams = 1000;
 *     if (voice_vocoder_gpu_open(vocoder, &options, &gpu) == VOICE_OK) {
 *         uint32_t stream;
 *         voice_vocoder_gpu_stream_open(gpu, NULL, &stream);
 *         while (gather_frames(jobs, &count)) {                     // of this stream and of others
 *             voice_vocoder_gpu_submit(gpu, jobs, count);
 *             voice_vocoder_gpu_wait(gpu);
 *             play(jobs, count);
 *         }
 *         voice_vocoder_gpu_stream_close(gpu, stream);
 *         voice_vocoder_gpu_close(gpu);
 *     }
 *
 * Two batches may be under way at once, so that the host gathers one while the GPU works on the other: submit; then again
 * and again: submit, wait.
 *
 * Threads. One thread at a time calls submit and wait. Streams are opened, asked, reset and closed by any thread at any time,
 * also while that one is inside submit or wait; so is voice_vocoder_gpu_get_info. Different handles are independent.
 *
 * When the GPU fails (it is lost, a kernel faults, its memory is out), all streams go on on the CPU for good, each at its next
 * sample, within 1e-6 of what voice_vocoder_stream_push would have made all along: the frames that a stream's next samples
 * depend on are kept in host memory, host_stream_bytes of it. info.lost tells, and info.problem why. Batches are then computed
 * by voice_vocoder_gpu_wait, in its thread.
 */
typedef struct voice_vocoder_gpu voice_vocoder_gpu;

typedef enum voice_vocoder_gpu_precision {
    VOICE_VOCODER_GPU_HALF = 0, /* values of 16 bits, sums of 32, tensor cores: at least 50 dB above its noise; frames and what
                                   is made of them saturate at -65504 and 65504 */
    VOICE_VOCODER_GPU_FLOAT = 1 /* 32-bit floats throughout: slower, for comparison; within 1e-4 of the CPU */
} voice_vocoder_gpu_precision;

typedef struct voice_vocoder_gpu_options {
    uint32_t struct_size; /* sizeof(voice_vocoder_gpu_options) */
    uint32_t device;      /* CUDA's number of the GPU; default 0 */
    uint32_t precision;   /* a voice_vocoder_gpu_precision; default VOICE_VOCODER_GPU_HALF */
    uint32_t max_streams; /* streams that are open at once, 1 .. VOICE_VOCODER_GPU_MAX_STREAMS; default 256 */
    uint32_t max_batch;   /* jobs of a batch, 1 .. max_streams; 0 (default): 1024, or max_streams if that is less */
    uint32_t max_frames;  /* frames of a job, 1 .. VOICE_VOCODER_GPU_MAX_FRAMES; default 16 */
} voice_vocoder_gpu_options;
#define VOICE_VOCODER_GPU_OPTIONS_INIT { sizeof(voice_vocoder_gpu_options), 0, 0, 256, 0, 16 }

#define VOICE_VOCODER_GPU_MAX_STREAMS 65536u
#define VOICE_VOCODER_GPU_MAX_FRAMES 64u

/*
 * What an engine is and how it fares.
 *
 *   device             to max_frames: what it was opened with, max_batch as it was chosen
 *   open_streams       streams that are open, and closed ones whose batch is still under way
 *   lost               1 once the GPU failed: all streams run on the CPU since then; else 0
 *   stream_bytes       device memory of one stream
 *   device_bytes       device memory of the engine, taken when it is opened: max_streams streams, the weights, the space that a
 *                      batch is computed in; 0 once it is lost. Besides it takes pinned host memory for two batches:
 *                      2 * max_batch * (max_frames * hop + lookahead_samples) * 4 bytes for samples, about
 *                      2 * max_batch * max_frames * channels * 4 for frames
 *   host_stream_bytes  host memory of one stream, taken when it is opened. Once lost is 1, each stream that goes on takes the
 *                      stream_bytes of voice_vocoder_info besides
 *   name               of the GPU, as voice_vad_gpu_available tells it, UTF-8, terminated
 *   problem            why it was lost, UTF-8, terminated; "" if it was not
 */
typedef struct voice_vocoder_gpu_info {
    uint32_t struct_size; /* sizeof(voice_vocoder_gpu_info), set by the caller */
    uint32_t device;
    uint32_t precision;
    uint32_t max_streams;
    uint32_t max_batch;
    uint32_t max_frames;
    uint32_t open_streams;
    uint32_t lost;
    uint64_t stream_bytes;
    uint64_t device_bytes;
    uint64_t host_stream_bytes;
    char name[96];
    char problem[256];
} voice_vocoder_gpu_info;
#define VOICE_VOCODER_GPU_INFO_INIT { sizeof(voice_vocoder_gpu_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, { 0 }, { 0 } }

/* Opens an engine for vocoder's generator, which is copied: vocoder may be closed before gpu. All device memory is taken here.
   VOICE_ERROR_UNSUPPORTED without a plugin or a GPU, or for a generator that its kernels do not run; VOICE_ERROR_ARGUMENT for a
   device that is not there, and for batches that take more than 4 GiB of pinned host memory, see voice_vocoder_gpu_info;
   VOICE_ERROR_MEMORY if the memory is short, of which 64 MiB are to stay free: the message names the bytes and, if they are the
   device's, how many streams would fit. options may be NULL. */
VOICE_API int voice_vocoder_gpu_open(const voice_vocoder *vocoder, const voice_vocoder_gpu_options *options,
                                     voice_vocoder_gpu **gpu);

/* Fills the info. Any thread. */
VOICE_API int voice_vocoder_gpu_get_info(const voice_vocoder_gpu *gpu, voice_vocoder_gpu_info *info);

/* Begins an utterance; *stream becomes its number, which is never 0, is not an index, and is not given to another stream for
   thousands of streams after it was closed. Any thread. VOICE_FULL, with *stream 0, while max_streams are open (a closed one
   counts until its batch was waited for); else as voice_vocoder_stream_open. options may be NULL. */
VOICE_API int voice_vocoder_gpu_stream_open(voice_vocoder_gpu *gpu, const voice_vocoder_stream_options *options,
                                            uint32_t *stream);

/* Samples that a job of so many frames would write now, behind those of the batches under way, and with it the least capacity
   for it; flush as in a job. 0 for NULL, for no such stream and behind a flush. Any thread. */
VOICE_API uint32_t voice_vocoder_gpu_stream_samples(const voice_vocoder_gpu *gpu, uint32_t stream, uint32_t frame_count,
                                                    uint32_t flush);

/* Forgets the utterance, ended or not: as newly opened, for the same speaker. Batches that were submitted before still bring
   the samples of the utterance before. Any thread. */
VOICE_API int voice_vocoder_gpu_stream_reset(voice_vocoder_gpu *gpu, uint32_t stream);

/* Closes a stream; its number is VOICE_ERROR_ARGUMENT from then on. Any thread, also while its batch is under way: what that
   brings is dropped, the job's status becomes VOICE_CANCELLED, and the other jobs of the batch notice nothing. The job's
   samples must live until the batch was waited for all the same. */
VOICE_API int voice_vocoder_gpu_stream_close(voice_vocoder_gpu *gpu, uint32_t stream);

/*
 * A stream's share of a batch: the frames to take, as voice_vocoder_stream_push does, and whether the utterance ends with them.
 *
 *   stream          a stream's number, once in a batch
 *   frame_count     0 .. max_frames
 *   channel_stride  floats from one channel to the next, at least frame_count
 *   flush           1: the utterance ends behind these frames, what is held back is written, too; else 0
 *   frames          value c of frame f is frames[c * channel_stride + f], finite; read by submit only. May be NULL if
 *                   frame_count is 0
 *   samples         [capacity], written by wait only, -1 .. 1 or NaN as voice_vocoder_stream_push says; must live until then.
 *                   May be NULL if nothing comes
 *   capacity        at least voice_vocoder_gpu_stream_samples, which is at most max_frames * hop, and lookahead_samples more with
 *                   a flush
 *   sample_count    set by wait to how many were written
 *   status          set by wait: VOICE_OK, or VOICE_CANCELLED, with 0 samples, if the stream was closed; once the GPU is lost
 *                   also VOICE_ERROR_MEMORY, if there is none to go on in on the CPU: the utterance is over then.
 *                   Set by submit, with 0 samples, if this job was refused, of which nothing was taken:
 *                   VOICE_ERROR_ARGUMENT (no such stream, a stream twice, a value out of range, frames that are not finite),
 *                   VOICE_END (behind a flush), VOICE_FULL (capacity is too small; sample_count is what it takes)
 *   reserved        0
 */
typedef struct voice_vocoder_gpu_job {
    uint32_t stream;
    uint32_t frame_count;
    uint32_t channel_stride;
    uint32_t flush;
    const float *frames;
    float *samples;
    uint32_t capacity;
    uint32_t sample_count;
    int32_t status;
    uint32_t reserved;
} voice_vocoder_gpu_job;

/*
 * Begins a batch and returns. jobs is [count], must live until the batch was waited for, and is written to until then; count is
 * 1 .. max_batch. A job that is refused tells it in its status and leaves the others alone; voice_last_error() then names the
 * first of them. The batch is under way and to be waited for also if it refused every job.
 *
 * VOICE_FULL while two batches are under way: wait for one first. It never fails because of the GPU. No allocation, except for
 * voice_last_error.
 */
VOICE_API int voice_vocoder_gpu_submit(voice_vocoder_gpu *gpu, voice_vocoder_gpu_job *jobs, uint32_t count);

/* Waits for the oldest batch under way and writes its jobs' samples, sample_count and status, but for those that submit refused.
   VOICE_EMPTY if none is. It never fails because of the GPU. No allocation while the GPU works. */
VOICE_API int voice_vocoder_gpu_wait(voice_vocoder_gpu *gpu);

/* Waits for what is under way, which is dropped, and frees, streams too. NULL is allowed. No other thread may be inside gpu. */
VOICE_API void voice_vocoder_gpu_close(voice_vocoder_gpu *gpu);

/* ------------------------------------------------------------------------------------------------ pronunciation */

/*
 * The words of a text as the embedded voices say them, without their sound: numbers, dates, money and abbreviations are read
 * out, each word is looked up in the lexicon, one that is not there goes through letter-to-sound rules.
 */

typedef struct voice_pronounce_options {
    uint32_t struct_size; /* sizeof(voice_pronounce_options) */
    const char *language; /* BCP 47, any case; "en-US" (default) or "en", which means the same; NULL is the default */
} voice_pronounce_options;
#define VOICE_PRONOUNCE_OPTIONS_INIT { sizeof(voice_pronounce_options), NULL }

/*
 * One spoken word.
 *
 *   text    [text_begin, text_end) in bytes of the UTF-8 text it was read from, in order. The words that a piece of text is
 *           read out as ("42") have the same place
 *   name    [name_begin, name_end) in characters: the word as it is read out, ASCII ("forty"). An ending that begins with
 *           an apostrophe is part of its word ("it's"); a letter that is said by its name is that letter, but for "_a"
 *   phones  [phones_begin, phones_end) in characters: its sounds, never none, in ARPAbet in lower case as the CMU lexicon
 *           has it, ax for a schwa, each vowel with its stress, 1 or 0, and a space between two ("f ao1 r t iy0"). A
 *           longer word may have several stressed vowels; the lexicon does not tell which of them is the strongest
 */
typedef struct voice_pronounced_word {
    uint32_t text_begin;
    uint32_t text_end;
    uint32_t name_begin;
    uint32_t name_end;
    uint32_t phones_begin;
    uint32_t phones_end;
} voice_pronounced_word;

/* Longest text of one call, in bytes. */
#define VOICE_PRONOUNCE_MAX_TEXT_BYTES 1048576u

/*
 * Pronounces text (UTF-8, text_bytes long, no terminator needed; at most VOICE_PRONOUNCE_MAX_TEXT_BYTES). Invalid UTF-8 is
 * VOICE_ERROR_ARGUMENT, a language other than English VOICE_ERROR_UNSUPPORTED. What cannot be spoken (punctuation, emoji,
 * other scripts) is left out.
 *
 *   words            [word_capacity], written; may be NULL if word_capacity is 0
 *   word_count       set to how many words there are
 *   characters       [character_capacity], written: names and phones, no terminators; NULL if character_capacity is 0
 *   character_count  set to how many characters there are
 *
 * VOICE_FULL if either buffer is too small for all: the counts say what is needed, nothing was written. options may be NULL.
 */
VOICE_API int voice_pronounce(const char *text, size_t text_bytes, const voice_pronounce_options *options,
                              voice_pronounced_word *words, uint32_t word_capacity, uint32_t *word_count,
                              char *characters, uint32_t character_capacity, uint32_t *character_count);

#ifdef __cplusplus
}
#endif

#endif /* VOICE_VOICE_H */
