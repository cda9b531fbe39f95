// The bytes are the file. Its mutator is in onnx_mutator.cpp.
#include <cstdint>

#include "open_and_run.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    voice::fuzz::open_and_run({reinterpret_cast<const char *>(data), size});
    return 0;
}
