#ifndef VOICE_CUDA_PACKING_H
#define VOICE_CUDA_PACKING_H

#include <cstddef>
#include <string>
#include <vector>

#include "cuda/plugin_table.h"
#include "cuda/tile_layout.h"

namespace voice::cuda {

/*
 * A network as kernels read it: bytes to be copied to the device in one piece, and the pointers into them, which are
 * relative to where the copy is.
 */
template <typename Pointers>
struct Packed {
    std::vector<unsigned char> bytes;
    Pointers at_zero; // as if bytes began at address 0

    Pointers at(const void *base) const;
};

/* Why the tensor-core kernel cannot run these weights; empty if it can. */
std::string tile_obstacle(const voice_cuda_weights &weights);

Packed<TileWeights> pack_for_tiles(const voice_cuda_weights &weights);
Packed<PlainWeights> pack_plain(const voice_cuda_weights &weights);

} // namespace voice::cuda

#endif
