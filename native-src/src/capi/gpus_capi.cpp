#include <cstdlib>
#include <memory>

#include "capi/call.h"
#include "nvml/nvml_library.h"

using voice::capi::call;
using voice::capi::require;

struct voice_gpus {
    const voice::nvml::Library library;
};

int voice_gpus_open(const char *library, voice_gpus **gpus) {
    return call([&] {
        require(gpus, "gpus");
        *gpus = nullptr;
        std::string name = library != nullptr ? library : "";
        if (library == nullptr) {
            const char *given = std::getenv("VOICE_NVML_LIBRARY");
            name = given != nullptr ? given : "";
        }
        if (name.empty()) {
            name = "libnvidia-ml.so.1"; // where it is, is for the driver's package and the system's loader
        }
        *gpus = new voice_gpus{voice::nvml::Library(name)};
        return VOICE_OK;
    });
}

int voice_gpus_read(voice_gpus *gpus, voice_gpu_figures *figures, uint32_t capacity, uint32_t *count) {
    return call([&] {
        require(gpus, "gpus");
        require(count, "count");
        *count = 0;
        if (capacity > 0) {
            require(figures, "figures");
        }
        const unsigned all = gpus->library.count();
        for (unsigned i = 0; i < all && i < capacity; i++) {
            figures[i] = gpus->library.read(i);
        }
        *count = all;
        return VOICE_OK;
    });
}

void voice_gpus_close(voice_gpus *gpus) {
    delete gpus;
}
