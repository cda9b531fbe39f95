// The kernels for vectors of four floats, which every 64-bit processor has.
#define VOICE_VAD_ISA portable
#define VOICE_VAD_LANES 4
#define VOICE_VOCODER_TILE_ROWS 4
#define VOICE_VOCODER_SINGLE_ROW_PANELS 2
#include "vocoder/kernels/table.h"
