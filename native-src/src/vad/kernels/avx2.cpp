// The kernels for AVX2 and FMA: six rows by two vectors of sums leave the sixteen registers room for weights and input.
#define VOICE_VAD_ISA avx2
#define VOICE_VAD_LANES 8
#define VOICE_VAD_BATCH_ROWS 6
#include "vad/kernels/table.h"
