// The kernels for vectors of four floats, which every 64-bit processor has.
#define VOICE_VAD_ISA portable
#define VOICE_VAD_LANES 4
#define VOICE_VAD_BATCH_ROWS 4
#include "vad/kernels/table.h"
