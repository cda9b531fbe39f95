// Prints what this library tells of the machine's GPUs, as the rows of the metrics, next to what nvidia-smi tells.
//
//   gpu_figures [nvidia-smi.csv]
//
// The file is what this prints: nvidia-smi --format=csv,noheader,nounits
//     --query-gpu=index,memory.used,memory.total,utilization.gpu,temperature.gpu,power.draw
// Ends with 0, with 1 if they differ by more than they may in the time between, with 77 if there is no GPU.
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "voice/voice.h"

namespace {

constexpr double mebibyte = 1048576.0;
constexpr double any = INFINITY;

struct Row {
    const char *name;
    double voice_gpu_figures::*figure;
    double unit;      // of nvidia-smi's number
    double tolerance; // in that unit, of a GPU that others may be using
};

// Utilization is of another moment, and may be anything.
constexpr std::array<Row, 5> rows = {{
    {"worker_gpu_memory_used_bytes", &voice_gpu_figures::memory_used_bytes, mebibyte, 512},
    {"worker_gpu_memory_total_bytes", &voice_gpu_figures::memory_total_bytes, mebibyte, 1},
    {"worker_gpu_utilization_percent", &voice_gpu_figures::utilization_percent, 1, any},
    {"worker_gpu_temperature_celsius", &voice_gpu_figures::temperature_celsius, 1, 5},
    {"worker_gpu_power_watts", &voice_gpu_figures::power_watts, 1, 100},
}};

using Told = std::map<unsigned, std::vector<std::string>>; // by GPU, in the order of the rows

Told read_told(const char *path) {
    Told told;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        std::vector<std::string> values;
        for (std::string value; std::getline(fields >> std::ws, value, ',');) {
            values.push_back(value);
        }
        if (values.size() == rows.size() + 1) {
            told[static_cast<unsigned>(std::strtoul(values[0].c_str(), nullptr, 10))] = {values.begin() + 1, values.end()};
        }
    }
    return told;
}

// Both a number and near each other, or neither ("[N/A]").
bool agree(const Row &row, double ours, const std::string &theirs) {
    char *end = nullptr;
    const double number = std::strtod(theirs.c_str(), &end);
    if (end == theirs.c_str() || std::isnan(ours)) {
        return end == theirs.c_str() && std::isnan(ours);
    }
    return std::fabs(ours / row.unit - number) <= row.tolerance;
}

bool print(const voice_gpu_figures &gpu, const Told &told) {
    bool agreed = true;
    std::printf("GPU %u: %s, %s\n", gpu.index, gpu.name, gpu.uuid);
    if (gpu.problem[0] != '\0') {
        std::printf("  not told: %s\n", gpu.problem);
    }
    const auto theirs = told.find(gpu.index);
    for (size_t i = 0; i < rows.size(); i++) {
        const double ours = gpu.*rows[i].figure;
        std::printf("  %-31s gpu_id=\"%u\" %16.*f", rows[i].name, gpu.index, rows[i].unit == 1 ? 1 : 0, ours);
        if (theirs != told.end()) {
            const std::string &value = theirs->second[i];
            const bool same = agree(rows[i], ours, value);
            agreed = agreed && same;
            std::printf("   nvidia-smi: %10s%s%s", value.c_str(), rows[i].unit == 1 ? "" : " MiB", same ? "" : "   DIFFERS");
        }
        std::printf("\n");
    }
    if (!told.empty() && theirs == told.end()) {
        std::printf("  nvidia-smi has no such GPU   DIFFERS\n");
        return false;
    }
    return agreed;
}

} // namespace

int main(int argc, char **argv) {
    voice_gpus *gpus = nullptr;
    if (voice_gpus_open(nullptr, &gpus) != VOICE_OK) {
        std::printf("no GPU's figures: %s\n", voice_last_error());
        return 77;
    }
    std::array<voice_gpu_figures, 64> figures;
    uint32_t count = 0;
    if (voice_gpus_read(gpus, figures.data(), figures.size(), &count) != VOICE_OK) {
        std::printf("FAILED: %s\n", voice_last_error());
        return 1;
    }
    voice_gpus_close(gpus);
    const Told told = argc > 1 ? read_told(argv[1]) : Told();
    bool agreed = argc <= 1 || told.size() == count;
    std::printf("%u GPU(s)%s\n", count, agreed ? "" : ", of which nvidia-smi told another number   DIFFERS");
    for (uint32_t i = 0; i < count && i < figures.size(); i++) {
        agreed = print(figures[i], told) && agreed;
    }
    return agreed ? 0 : 1;
}
