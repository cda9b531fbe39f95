#ifndef VOICE_NVML_NVML_LIBRARY_H
#define VOICE_NVML_NVML_LIBRARY_H

#include <memory>
#include <string>

#include "nvml/nvml.h"
#include "voice/voice.h"

namespace voice::nvml {

/* NVML, loaded and initialised. Immutable; NVML itself may be called by any number of threads. */
class Library {
public:
    /* A file, or a name that the system's loader knows. Throws Error, VOICE_ERROR_UNSUPPORTED. */
    explicit Library(const std::string &name);
    ~Library();
    Library(const Library &) = delete;
    Library &operator=(const Library &) = delete;

    /* Throws Error, VOICE_ERROR_IO. */
    unsigned count() const;

    voice_gpu_figures read(unsigned index) const;

private:
    struct Unload {
        void operator()(void *handle) const;
    };

    template <typename Function>
    void find(Function *&function, const char *name) const;
    template <typename Function>
    void require(Function *&function, const char *name) const;
    std::string words(Return error) const;
    void read_memory(Device device, voice_gpu_figures &figures) const;

    const std::string name_;
    const std::unique_ptr<void, Unload> handle_;
    ShutdownFunction *shutdown_ = nullptr;
    CountFunction *count_ = nullptr;
    HandleFunction *handle_of_ = nullptr;
    // NULL where the driver is older than the function.
    ErrorStringFunction *error_string_ = nullptr;
    TextFunction *name_of_ = nullptr;
    TextFunction *uuid_of_ = nullptr;
    MemoryFunction *memory_ = nullptr;
    Memory2Function *memory2_ = nullptr;
    UtilizationFunction *utilization_ = nullptr;
    TemperatureFunction *temperature_ = nullptr;
    PowerFunction *power_ = nullptr;
};

} // namespace voice::nvml

#endif
