// The kernels for AVX-512: eight rows by two vectors of sums, enough to cover the latency of FMA twice.
#define VOICE_VAD_ISA avx512
#define VOICE_VAD_LANES 16
#define VOICE_VAD_BATCH_ROWS 8
#include "vad/kernels/table.h"
