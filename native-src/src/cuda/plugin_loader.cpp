#include "cuda/plugin_loader.h"

#include <dlfcn.h>

#include <cstdlib>
#include <mutex>
#include <string>

#include "base/error.h"

namespace voice::cuda {

namespace {

constexpr const char *file_name = "libvoice_cuda.so";

struct Loaded {
    const voice_cuda_plugin_table *table = nullptr;
    std::string reason;
};

struct Place {
    std::mutex mutex;
    std::string path;
};

Place &place() {
    static Place told;
    return told;
}

std::string told_path() {
    const std::lock_guard<std::mutex> lock(place().mutex);
    return place().path;
}

// The folder of the library (or test program) that this code is in, with its slash.
std::string own_folder() {
    Dl_info info = {};
    if (dladdr(reinterpret_cast<const void *>(&plugin), &info) == 0 || info.dli_fname == nullptr) {
        return "";
    }
    const std::string path = info.dli_fname;
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

Loaded load() {
    const char *given = std::getenv("VOICE_CUDA_PLUGIN");
    // Never by bare name: that would search LD_LIBRARY_PATH and the system's folders for somebody else's library.
    std::string path = given != nullptr ? given : "";
    if (path.empty()) {
        path = told_path();
    }
    if (path.empty()) {
        const std::string folder = own_folder();
        path = (folder.empty() ? "./" : folder) + file_name;
    }
    void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char *message = dlerror();
        return {nullptr, "the CUDA plugin was not loaded: " + std::string(message == nullptr ? path : message)};
    }
    const auto function =
        reinterpret_cast<voice_cuda_plugin_function>(dlsym(library, VOICE_CUDA_PLUGIN_SYMBOL));
    if (function == nullptr) {
        return {nullptr, path + ": it exports no " VOICE_CUDA_PLUGIN_SYMBOL ", hence is no CUDA plugin"};
    }
    const voice_cuda_plugin_table *table = function();
    if (table->version != VOICE_CUDA_PLUGIN_VERSION || table->struct_size != sizeof(voice_cuda_plugin_table)) {
        return {nullptr, path + ": version " + std::to_string(table->version) + " of the CUDA plugin; this library needs " +
                             std::to_string(VOICE_CUDA_PLUGIN_VERSION) + ", take both from one release"};
    }
    return {table, ""};
}

} // namespace

void look_for_plugin_at(const char *path) {
    const std::lock_guard<std::mutex> lock(place().mutex);
    place().path = path;
}

const voice_cuda_plugin_table &plugin() {
    static const Loaded loaded = load();
    if (loaded.table == nullptr) {
        throw Error(VOICE_ERROR_UNSUPPORTED, loaded.reason);
    }
    return *loaded.table;
}

} // namespace voice::cuda
