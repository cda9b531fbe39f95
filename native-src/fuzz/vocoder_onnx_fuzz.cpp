// The bytes are a voice. Their mutator is in onnx_mutator.cpp.
#include <cstdint>

#include "vocoder_run.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    voice::fuzz::open_and_speak({reinterpret_cast<const char *>(data), size}, {});
    return 0;
}
