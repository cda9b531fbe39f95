#include "nvml/nvml_library.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <limits>

#include "base/error.h"

namespace voice::nvml {

namespace {

void *load(const std::string &name) {
    // Lazily: libraries that stand in for NVML on some boards lack what they never call.
    void *handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (handle == nullptr) {
        const char *message = dlerror();
        throw Error(VOICE_ERROR_UNSUPPORTED,
                    "NVIDIA's management library was not loaded: " + std::string(message == nullptr ? name : message));
    }
    return handle;
}

// Adds "; power: Not Supported" to what a GPU did not tell, as far as there is room.
void add_problem(voice_gpu_figures &figures, const char *figure, const std::string &words) {
    const size_t used = std::strlen(figures.problem);
    std::snprintf(figures.problem + used, sizeof figures.problem - used, "%s%s: %s", used == 0 ? "" : "; ", figure,
                  words.c_str());
}

} // namespace

void Library::Unload::operator()(void *handle) const {
    dlclose(handle);
}

template <typename Function>
void Library::find(Function *&function, const char *name) const {
    function = reinterpret_cast<Function *>(dlsym(handle_.get(), name));
}

template <typename Function>
void Library::require(Function *&function, const char *name) const {
    find(function, name);
    if (function == nullptr) {
        throw Error(VOICE_ERROR_UNSUPPORTED,
                    name_ + ": it exports no " + name + ", hence is not NVIDIA's management library");
    }
}

Library::Library(const std::string &name) : name_(name), handle_(load(name)) {
    InitFunction *init = nullptr;
    require(init, "nvmlInit_v2");
    require(shutdown_, "nvmlShutdown");
    require(count_, "nvmlDeviceGetCount_v2");
    require(handle_of_, "nvmlDeviceGetHandleByIndex_v2");
    find(error_string_, "nvmlErrorString");
    find(name_of_, "nvmlDeviceGetName");
    find(uuid_of_, "nvmlDeviceGetUUID");
    find(memory_, "nvmlDeviceGetMemoryInfo");
    find(memory2_, "nvmlDeviceGetMemoryInfo_v2");
    find(utilization_, "nvmlDeviceGetUtilizationRates");
    find(temperature_, "nvmlDeviceGetTemperature");
    find(power_, "nvmlDeviceGetPowerUsage");
    const Return error = init();
    if (error != success) {
        throw Error(VOICE_ERROR_UNSUPPORTED, "NVIDIA's driver does not answer: " + words(error));
    }
}

Library::~Library() {
    shutdown_(); // NVML counts: others in this process that use it go on
}

std::string Library::words(Return error) const {
    const char *text = error_string_ == nullptr ? nullptr : error_string_(error);
    return text == nullptr ? "error " + std::to_string(error) + " of NVML" : text;
}

unsigned Library::count() const {
    unsigned count = 0;
    const Return error = count_(&count);
    if (error != success) {
        throw Error(VOICE_ERROR_IO, "NVIDIA's driver does not tell how many GPUs there are: " + words(error));
    }
    return count;
}

voice_gpu_figures Library::read(unsigned index) const {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    voice_gpu_figures figures = {index, unknown, unknown, unknown, unknown, unknown, "", "", ""};
    // Anew each time: a GPU that was lost may come back, and its handle is another.
    Device device = nullptr;
    const Return error = handle_of_(index, &device);
    if (error != success) {
        add_problem(figures, "GPU", words(error));
        return figures;
    }
    const auto ask = [&](const char *figure, auto *function, auto... arguments) {
        const Return answer = function == nullptr ? function_not_found : function(device, arguments...);
        if (answer != success) {
            add_problem(figures, figure, words(answer));
        }
        return answer == success;
    };
    if (!ask("name", name_of_, figures.name, static_cast<unsigned>(sizeof figures.name))) {
        figures.name[0] = '\0';
    }
    if (!ask("UUID", uuid_of_, figures.uuid, static_cast<unsigned>(sizeof figures.uuid))) {
        figures.uuid[0] = '\0';
    }
    read_memory(device, figures);
    Utilization utilization = {};
    if (ask("utilization", utilization_, &utilization)) {
        figures.utilization_percent = utilization.gpu;
    }
    unsigned value = 0;
    if (ask("temperature", temperature_, sensor_gpu, &value)) {
        figures.temperature_celsius = value;
    }
    if (ask("power", power_, &value)) {
        figures.power_watts = value / 1000.0;
    }
    return figures;
}

void Library::read_memory(Device device, voice_gpu_figures &figures) const {
    Memory2 now = {memory2_version, 0, 0, 0, 0};
    Return error = memory2_ == nullptr ? function_not_found : memory2_(device, &now);
    if (error == success) {
        figures.memory_used_bytes = static_cast<double>(now.used);
        figures.memory_total_bytes = static_cast<double>(now.total);
        return;
    }
    if (error == function_not_found || error == argument_version_mismatch) { // an older driver
        Memory before = {};
        error = memory_ == nullptr ? function_not_found : memory_(device, &before);
        if (error == success) {
            figures.memory_used_bytes = static_cast<double>(before.used);
            figures.memory_total_bytes = static_cast<double>(before.total);
            return;
        }
    }
    add_problem(figures, "memory", words(error));
}

} // namespace voice::nvml
