// The kernels for AVX2 with FMA: six rows by two vectors of sums in sixteen registers.
#define VOICE_VAD_ISA avx2
#define VOICE_VAD_LANES 8
#define VOICE_VOCODER_TILE_ROWS 6
#define VOICE_VOCODER_SINGLE_ROW_PANELS 4
#include "vocoder/kernels/table.h"
