#ifndef VOICE_CUDA_RATES_H
#define VOICE_CUDA_RATES_H

#include <cstdint>

#include "cuda/plugin_table.h"

namespace voice::cuda {

/* What a GPU could do in a second at its highest clocks. */
voice_cuda_rates read_rates(uint32_t device);

} // namespace voice::cuda

#endif
