// A libnvidia-ml.so.1 for tests, without a driver. What it tells is in the file beside it with ".script" at its end, which is read
// at each call, so a test may change it at any time:
//
//     gpu 2147483648 536870912 85899345920 37 61 310500 NVIDIA H200    used, reserved, total, %, degrees, milliwatts, name
//     fail nvmlDeviceGetPowerUsage 1 3                                 GPU 1 (* for any) answers 3 to that
//     wait nvmlDeviceGetCount_v2                                       does not come back before this line is gone
//
// Without that file there are two GPUs. With FAKE_NVML_OLD it is as before driver 510.
#include <dlfcn.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "nvml/nvml.h"

#define FAKE_API extern "C" __attribute__((visibility("default")))

namespace {

using namespace voice::nvml;

std::atomic<int> users{0};

struct Gpu {
    unsigned long long used = 0;
    unsigned long long reserved = 0;
    unsigned long long total = 0;
    unsigned utilization = 0;
    unsigned degrees = 0;
    unsigned milliwatts = 0;
    std::string name;
};

struct Script {
    std::vector<Gpu> gpus;
    Return answer = success; // to the call it was read for
    bool waits = false;
};

std::string script_path() {
    Dl_info info = {};
    dladdr(reinterpret_cast<const void *>(&users), &info);
    return std::string(info.dli_fname) + ".script";
}

Script script(const char *call, const std::string &gpu) {
    Script read;
    std::ifstream file(script_path());
    if (!file) {
        read.gpus = {{2147483648, 536870912, 85899345920, 37, 61, 310500, "Fake GPU A"},
                     {1073741824, 536870912, 85899345920, 0, 30, 60250, "Fake GPU B"}};
    }
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string what;
        words >> what;
        if (what == "gpu") {
            Gpu told;
            words >> told.used >> told.reserved >> told.total >> told.utilization >> told.degrees >> told.milliwatts;
            std::getline(words >> std::ws, told.name);
            read.gpus.push_back(told);
        } else if (what == "fail") {
            std::string function;
            std::string which;
            Return answer = success;
            words >> function >> which >> answer;
            if (function == call && (which == "*" || which == gpu)) {
                read.answer = answer;
            }
        } else if (what == "wait") {
            std::string function;
            words >> function;
            read.waits = read.waits || function == call;
        }
    }
    return read;
}

// Of one call; NVML counts GPUs from 0, handles here from 1.
template <typename Body>
Return answer(const char *call, const Device *device, const Body &body) {
    const size_t index = device == nullptr ? 0 : reinterpret_cast<size_t>(*device) - 1;
    const std::string gpu = device == nullptr ? "" : std::to_string(index);
    Script now = script(call, gpu);
    while (now.waits) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        now = script(call, gpu);
    }
    if (users == 0 && std::strcmp(call, "nvmlInit_v2") != 0) {
        return uninitialized;
    }
    if (now.answer != success) {
        return now.answer;
    }
    if (device != nullptr && index >= now.gpus.size()) {
        return gpu_is_lost;
    }
    return body(now, device == nullptr ? Gpu() : now.gpus[index]);
}

Return write(const std::string &text, char *to, unsigned length) {
    if (text.size() >= length) {
        return insufficient_size;
    }
    std::memcpy(to, text.c_str(), text.size() + 1);
    return success;
}

} // namespace

FAKE_API Return nvmlInit_v2() {
    return answer("nvmlInit_v2", nullptr, [](const Script &, const Gpu &) {
        users++;
        return success;
    });
}

FAKE_API Return nvmlShutdown() {
    users--;
    return success;
}

// Not NVML's: what a test asks.
FAKE_API int fake_nvml_users() {
    return users;
}

FAKE_API const char *nvmlErrorString(Return error) {
    switch (error) {
    case success: return "Success";
    case uninitialized: return "Uninitialized";
    case invalid_argument: return "Invalid Argument";
    case not_supported: return "Not Supported";
    case 4: return "Insufficient Permissions";
    case insufficient_size: return "Insufficient Size";
    case 9: return "Driver Not Loaded";
    case function_not_found: return "Function Not Found";
    case gpu_is_lost: return "GPU is lost";
    case argument_version_mismatch: return "Argument version mismatch";
    default: return "Unknown Error";
    }
}

FAKE_API Return nvmlDeviceGetCount_v2(unsigned *count) {
    return answer("nvmlDeviceGetCount_v2", nullptr, [&](const Script &now, const Gpu &) {
        *count = static_cast<unsigned>(now.gpus.size());
        return success;
    });
}

FAKE_API Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device *device) {
    const auto handle = reinterpret_cast<Device>(static_cast<size_t>(index) + 1);
    return answer("nvmlDeviceGetHandleByIndex_v2", &handle, [&](const Script &, const Gpu &) {
        *device = handle;
        return success;
    });
}

FAKE_API Return nvmlDeviceGetName(Device device, char *name, unsigned length) {
    return answer("nvmlDeviceGetName", &device,
                  [&](const Script &, const Gpu &gpu) { return write(gpu.name, name, length); });
}

FAKE_API Return nvmlDeviceGetUUID(Device device, char *uuid, unsigned length) {
    return answer("nvmlDeviceGetUUID", &device, [&](const Script &, const Gpu &) {
        const std::string index = std::to_string(reinterpret_cast<size_t>(device) - 1);
        return write("GPU-00000000-0000-0000-0000-00000000000" + index, uuid, length);
    });
}

FAKE_API Return nvmlDeviceGetMemoryInfo(Device device, Memory *memory) {
    return answer("nvmlDeviceGetMemoryInfo", &device, [&](const Script &, const Gpu &gpu) {
        *memory = {gpu.total, gpu.total - gpu.used - gpu.reserved, gpu.used + gpu.reserved};
        return success;
    });
}

#ifndef FAKE_NVML_OLD
FAKE_API Return nvmlDeviceGetMemoryInfo_v2(Device device, Memory2 *memory) {
    return answer("nvmlDeviceGetMemoryInfo_v2", &device, [&](const Script &, const Gpu &gpu) {
        if (memory->version != memory2_version) {
            return argument_version_mismatch;
        }
        *memory = {memory2_version, gpu.total, gpu.reserved, gpu.total - gpu.used - gpu.reserved, gpu.used};
        return success;
    });
}
#endif

FAKE_API Return nvmlDeviceGetUtilizationRates(Device device, Utilization *utilization) {
    return answer("nvmlDeviceGetUtilizationRates", &device, [&](const Script &, const Gpu &gpu) {
        *utilization = {gpu.utilization, 99};
        return success;
    });
}

FAKE_API Return nvmlDeviceGetTemperature(Device device, unsigned sensor, unsigned *degrees) {
    return answer("nvmlDeviceGetTemperature", &device, [&](const Script &, const Gpu &gpu) {
        *degrees = gpu.degrees;
        return sensor == sensor_gpu ? success : invalid_argument;
    });
}

FAKE_API Return nvmlDeviceGetPowerUsage(Device device, unsigned *milliwatts) {
    return answer("nvmlDeviceGetPowerUsage", &device, [&](const Script &, const Gpu &gpu) {
        *milliwatts = gpu.milliwatts;
        return success;
    });
}
