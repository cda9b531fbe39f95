// What bounds a vocoder on this processor: voice_roofline_bench [--svg FILE] FRAMES MODEL…
// Peaks are measured. Operations of a stage come from its shape. Bytes are those that each of its convolutions has to
// touch, once a call: its weights, its input and its output. Times are those of a stream that is pushed all frames at
// once; the clock is read when another stage begins. The clock of a core changes with what its neighbours do, so each
// round measures the peak, too, and what is told is the median share of it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "processor.h"
#include "roofline_chart.h"
#include "vocoder/loader.h"
#include "vocoder/network.h"
#include "vocoder/stream.h"

using namespace voice::vocoder;
using namespace voice::bench;

namespace {

constexpr int rounds = 15;

struct Effort {
    double bytes = 0;
    double seconds = 0;
};

// The kernels have no context, so what they are timed for is here. One thread.
const Kernels *timed = nullptr;
std::unordered_map<const float *, size_t> stage_of;
std::vector<Effort> efforts; // conv_pre, the stages, conv_post
size_t running = 0;
double since = 0;

void enter(size_t stage) {
    if (stage != running) {
        const double now = seconds();
        efforts[running].seconds += now - since;
        running = stage;
        since = now;
    }
}

double bytes_of(const ConvolutionJob &job) {
    const PackedConvolution &layer = job.convolution;
    const size_t reach = (layer.taps - 1) * (job.tap_stride / job.input_stride);
    size_t rows = 0; // of the output's width
    for (const float *each : {job.residual, job.sum, static_cast<const float *>(job.raw),
                              static_cast<const float *>(job.activated)}) {
        rows += each == nullptr ? 0 : job.rows;
    }
    return static_cast<double>(sizeof(float) * (layer.taps * layer.inputs * layer.columns +
                                                (job.rows + reach) * job.input_stride + rows * layer.columns));
}

void convolve_timed(const ConvolutionJob &job) {
    const size_t stage = stage_of.at(job.convolution.weights);
    enter(stage);
    efforts[stage].bytes += bytes_of(job);
    timed->convolve(job);
}

void output_timed(const OutputJob &job) {
    enter(efforts.size() - 1);
    efforts.back().bytes += static_cast<double>(sizeof(float) * (job.width + job.rows * (job.input_stride + 1)));
    timed->output(job);
}

double multiply_adds(const Convolution &layer) {
    return static_cast<double>(layer.inputs * layer.outputs * layer.kernel);
}

/* Operations for a frame: conv_pre's, each stage's, conv_post's. */
std::vector<double> flops_of(const Generator &generator) {
    std::vector<double> all = {2 * multiply_adds(generator.pre)};
    double rows = 1;
    for (const Stage &stage : generator.stages) {
        double flops = rows * static_cast<double>(stage.up.inputs * stage.up.outputs * stage.up.kernel);
        rows *= static_cast<double>(stage.up.rate);
        for (const ResidualBlock &block : stage.blocks) {
            for (const std::vector<Convolution> *layers : {&block.first, &block.second}) {
                for (const Convolution &layer : *layers) {
                    flops += rows * multiply_adds(layer);
                }
            }
        }
        all.push_back(2 * flops);
    }
    all.push_back(2 * rows * multiply_adds(generator.post));
    return all;
}

size_t index_stages(const Network &network, std::vector<size_t> &weight_bytes) {
    stage_of = {{network.pre().weights, 0}};
    weight_bytes = {network.pre().taps * network.pre().inputs * network.pre().columns * sizeof(float)};
    for (const StagePlan &plan : network.stages()) {
        const size_t index = weight_bytes.size();
        stage_of[plan.up.layer().weights] = index;
        size_t bytes = plan.up.bytes();
        for (const std::vector<Step> &block : plan.blocks) {
            for (const Step &step : block) {
                stage_of[step.first.layer().weights] = index;
                bytes += step.first.bytes() + step.second.bytes();
                if (step.second.bytes() > 0) {
                    stage_of[step.second.layer().weights] = index;
                }
            }
        }
        weight_bytes.push_back(bytes);
    }
    weight_bytes.push_back(network.post_kernel() * network.last().stride * sizeof(float));
    return weight_bytes.size();
}

std::string name_of(const std::string &path) {
    const size_t slash = path.rfind('/');
    const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
    return name.substr(0, name.rfind('.'));
}

void measure(const std::string &model, size_t count, const Processor &processor, const Roofs &roofs,
             RooflineChart &chart) {
    const Generator generator = read_generator_file(model, "");
    Kernels kernels = choose_kernels();
    timed = &choose_kernels();
    kernels.convolve = convolve_timed;
    kernels.output = output_timed;
    const auto network = std::make_shared<const Network>(generator, kernels);
    std::vector<size_t> weight_bytes;
    const size_t stages = index_stages(*network, weight_bytes);

    std::vector<float> frames(count * generator.channels);
    std::mt19937 random(7);
    std::normal_distribution<float> noise(0, 1);
    for (float &value : frames) {
        value = noise(random);
    }
    std::vector<float> samples(count * generator.hop);
    Stream stream(network, nullptr);
    const std::vector<double> flops = flops_of(generator);
    const double all_flops = std::accumulate(flops.begin(), flops.end(), 0.0);
    std::vector<std::vector<double>> of_peak(stages + 1); // and of all
    std::vector<std::vector<double>> of_time(stages);
    for (int round = 0; round <= rounds; round++) {
        efforts.assign(stages, {});
        stream.reset();
        const double before = processor.flops();
        running = 0;
        const double start = since = seconds();
        stream.push(frames.data(), count, count, samples.data());
        enter(stages); // none: ends the last
        const double total = since - start;
        if (round == 0) { // warms up
            continue;
        }
        const double peak = (before + processor.flops()) / 2 / static_cast<double>(count);
        for (size_t i = 0; i < stages; i++) {
            of_peak[i].push_back(flops[i] / efforts[i].seconds / peak);
            of_time[i].push_back(efforts[i].seconds / total);
        }
        of_peak[stages].push_back(all_flops / total / peak);
    }
    const std::string name = name_of(model);
    std::printf("\n%s: %zu frames\n", name.c_str(), count);
    std::printf("| stage | MFLOP a frame | weights | FLOP a byte | of the peak | share of the time |\n");
    std::printf("| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (size_t i = 0; i < stages; i++) {
        const double intensity = flops[i] * static_cast<double>(count) / efforts[i].bytes;
        const std::string stage = i == 0 ? "conv_pre" : i + 1 == stages ? "conv_post" : std::to_string(i);
        std::printf("| %s | %.2f | %.0f kB | %.0f | %.0f %% | %.1f %% |\n", stage.c_str(), flops[i] * 1e-6,
                    static_cast<double>(weight_bytes[i]) * 1e-3, intensity, median(of_peak[i]) * 100,
                    median(of_time[i]) * 100);
        if (i > 0 && i + 1 < stages) {
            chart.add(name, stage, intensity, median(of_peak[i]) * roofs.flops);
        }
    }
    std::printf("| all | %.2f | %.0f kB | | %.0f %% | |\n", all_flops * 1e-6,
                static_cast<double>(network->weight_bytes()) * 1e-3, median(of_peak[stages]) * 100);
    std::fflush(stdout);
}

Roofs measure_roofs(const Processor &processor) {
    Roofs roofs;
    std::vector<double> peaks(51);
    std::generate(peaks.begin(), peaks.end(), [&] { return processor.flops(); });
    roofs.flops = median(peaks);
    for (const auto &[name, bytes] : {std::pair<const char *, size_t>{"first-level", size_t{24} << 10},
                                      {"second-level", size_t{600} << 10},
                                      {"third-level", size_t{6} << 20},
                                      {"memory", size_t{256} << 20}}) {
        roofs.levels.push_back({name, bytes, processor.bandwidth(bytes)});
    }
    return roofs;
}

} // namespace

int main(int argc, char **argv) {
    const bool drawn = argc > 2 && std::strcmp(argv[1], "--svg") == 0;
    const int first = drawn ? 3 : 1;
    const int frames = argc < first + 2 ? 0 : std::atoi(argv[first]);
    if (frames < 1 || frames > 65536) {
        std::fprintf(stderr, "usage: %s [--svg FILE] FRAMES MODEL...\n", argv[0]);
        return 2;
    }
    try {
        const std::string path = choose_kernels().name;
        const Processor processor(path);
        const Roofs roofs = measure_roofs(processor);
        std::printf("%s: %.0f GFLOP/s from registers\n", path.c_str(), roofs.flops * 1e-9);
        for (const Roofs::Level &level : roofs.levels) {
            std::printf("%s, %zu kB: %.0f GB/s\n", level.name, level.bytes >> 10, level.bandwidth * 1e-9);
        }
        RooflineChart chart(roofs, path);
        for (int i = first + 1; i < argc; i++) {
            measure(argv[i], static_cast<size_t>(frames), processor, roofs, chart);
        }
        if (drawn && !chart.write(argv[2])) {
            std::fprintf(stderr, "%s cannot be written: give a file in a folder that takes one\n", argv[2]);
            return 1;
        }
    } catch (const voice::Error &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
