#ifndef VOICE_NVML_NVML_H
#define VOICE_NVML_NVML_H

/*
 * What is used of NVML's documented ABI (docs.nvidia.com/deploy/nvml-api), declared here so that neither NVIDIA's header nor its
 * library is needed to build. Sizes, orders and numbers are NVML's and never change: a new form gets a new name.
 */
namespace voice::nvml {

using Device = struct DeviceOfNvml *;
using Return = int;

constexpr Return success = 0;
constexpr Return uninitialized = 1;
constexpr Return invalid_argument = 2;
constexpr Return not_supported = 3;
constexpr Return insufficient_size = 7;
constexpr Return function_not_found = 13;
constexpr Return gpu_is_lost = 15;
constexpr Return argument_version_mismatch = 25;

constexpr unsigned sensor_gpu = 0;

struct Memory {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used; // with what is reserved
};

struct Memory2 {
    unsigned version;
    unsigned long long total;
    unsigned long long reserved;
    unsigned long long free;
    unsigned long long used; // without
};
static_assert(sizeof(Memory2) == 40, "NVML's layout");
constexpr unsigned memory2_version = sizeof(Memory2) | 2u << 24;

struct Utilization {
    unsigned gpu;
    unsigned memory;
};

using InitFunction = Return();                                        // nvmlInit_v2
using ShutdownFunction = Return();                                    // nvmlShutdown
using ErrorStringFunction = const char *(Return);                     // nvmlErrorString
using CountFunction = Return(unsigned *);                             // nvmlDeviceGetCount_v2
using HandleFunction = Return(unsigned, Device *);                    // nvmlDeviceGetHandleByIndex_v2
using TextFunction = Return(Device, char *, unsigned);                // nvmlDeviceGetName, nvmlDeviceGetUUID
using MemoryFunction = Return(Device, Memory *);                      // nvmlDeviceGetMemoryInfo
using Memory2Function = Return(Device, Memory2 *);                    // nvmlDeviceGetMemoryInfo_v2, from driver 510 on
using UtilizationFunction = Return(Device, Utilization *);            // nvmlDeviceGetUtilizationRates
using TemperatureFunction = Return(Device, unsigned, unsigned *);     // nvmlDeviceGetTemperature, degrees Celsius
using PowerFunction = Return(Device, unsigned *);                     // nvmlDeviceGetPowerUsage, milliwatts

} // namespace voice::nvml

#endif
