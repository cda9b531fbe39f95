#include "cuda/rates.h"

#include "cuda/runtime.h"

namespace voice::cuda {

namespace {

/* Operations of a multiprocessor at each tick of its clock, by compute capability: dense products of halves with sums of floats on
   tensor cores, and those of floats. From the white papers of the A100 and the H100; others differ within a capability. */
struct Width {
    int major;
    int minor;
    double half;
    double single;
};
constexpr Width widths[] = {{8, 0, 2048, 128}, {9, 0, 4096, 256}};

double attribute(cudaDeviceAttr name, uint32_t device) {
    int value = 0;
    check(cudaDeviceGetAttribute(&value, name, static_cast<int>(device)), "asking for the GPU's rates");
    return value;
}

} // namespace

voice_cuda_rates read_rates(uint32_t device) {
    constexpr double kilohertz = 1000;
    constexpr double transfers = 2; // at each tick of the memory's clock
    voice_cuda_rates rates = {};
    rates.memory_bytes = attribute(cudaDevAttrMemoryClockRate, device) * kilohertz * transfers *
                         attribute(cudaDevAttrGlobalMemoryBusWidth, device) / 8;
    const double ticks = attribute(cudaDevAttrClockRate, device) * kilohertz *
                         attribute(cudaDevAttrMultiProcessorCount, device);
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, static_cast<int>(device)), "asking for the GPU's rates");
    for (const Width &width : widths) {
        if (properties.major == width.major && properties.minor == width.minor) {
            rates.half_operations = ticks * width.half;
            rates.float_operations = ticks * width.single;
        }
    }
    return rates;
}

} // namespace voice::cuda
