// The bytes describe a file of full size: see described_model.h.
#include <cstdint>

#include "described_model.h"
#include "open_and_run.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    voice::fuzz::open_and_run(voice::fuzz::described_model({reinterpret_cast<const char *>(data), size}));
    return 0;
}
