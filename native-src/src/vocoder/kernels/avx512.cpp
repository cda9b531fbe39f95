// The kernels for AVX-512: twelve rows by two vectors of sums in thirty-two registers.
#define VOICE_VAD_ISA avx512
#define VOICE_VAD_LANES 16
#define VOICE_VOCODER_TILE_ROWS 12
#define VOICE_VOCODER_SINGLE_ROW_PANELS 4
#include "vocoder/kernels/table.h"
