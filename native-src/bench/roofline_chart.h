#ifndef VOICE_BENCH_ROOFLINE_CHART_H
#define VOICE_BENCH_ROOFLINE_CHART_H

#include <cstddef>
#include <string>
#include <vector>

namespace voice::bench {

/* What one core can do at most. */
struct Roofs {
    struct Level {
        const char *name;
        size_t bytes;
        double bandwidth; // bytes a second
    };
    double flops = 0; // a second
    std::vector<Level> levels;
};

class RooflineChart {
public:
    RooflineChart(const Roofs &, const std::string &) {}
    void add(const std::string &, const std::string &, double, double) {}
    bool write(const char *) { return true; }
};
}
#endif
