// Milliseconds a tick over the number of streams, as a Markdown table, beside what the chip's rates allow.
// vad_gpu_bench MODEL [most streams]. vad_gpu_bench --emulated MODEL shows that it works, with a plugin on the fake runtime:
// few streams, floats, times of no meaning. Rates are an H200's data sheet's unless VOICE_LINK_GBS, VOICE_MEMORY_GBS and
// VOICE_TENSOR_TFLOPS say otherwise.
#include <algorithm>
#include <chrono>
#include <random>

#include "base/error.h"
#include "capi/vad_handle.h"
#include "cuda/flat_weights.h"
#include "cuda/gpu_check.h"
#include "cuda/plugin_loader.h"

using namespace voice::cuda;

namespace {

constexpr double window_ms = 32;
constexpr uint32_t all_stages = VOICE_CUDA_STAGE_COPY | VOICE_CUDA_STAGE_COMPUTE;

double rate(const char *name, double data_sheet) {
    const char *given = std::getenv(name);
    return given == nullptr ? data_sheet : std::atof(given);
}

/* Multiply-adds of one window at 16 kHz: the transform as a product, taps that meet padding left out. */
constexpr double multiply_adds() {
    return 4.0 * 256 * 256 + 10.0 * 128 * 128 + 5.0 * 64 * 128 + 2.0 * 64 * 64 + 128.0 * 64 + 512.0 * 256;
}

struct EngineClose {
    const voice_cuda_plugin_table *table;
    void operator()(voice_cuda_engine *engine) const { table->close(engine); }
};
using OwnedEngine = std::unique_ptr<voice_cuda_engine, EngineClose>;

class Bench {
public:
    Bench(const Vad &vad, uint32_t precision, uint32_t streams) : table_(plugin()), streams_(streams), probabilities_(streams) {
        const FlatWeights weights(vad->weights);
        const voice_cuda_options options = {0, precision, streams, 0, all_stages};
        voice_cuda_engine *engine = nullptr;
        voice_cuda_message message = {};
        status_ = table_.open(&weights.view(), &options, &engine, &message);
        message_ = message.text;
        engine_ = OwnedEngine(engine, EngineClose{&table_});
        if (status_ == VOICE_OK) {
            fill();
        }
    }

    int status() const { return status_; }
    const std::string &message() const { return message_; }

    // The median time from one tick's end to the next one's, two under way.
    double tick_ms(uint32_t stages) {
        require(table_.stages(engine_.get(), stages, &text_));
        std::vector<double> times;
        const auto start = std::chrono::steady_clock::now();
        auto last = start;
        require(table_.submit(engine_.get(), streams_, nullptr, &text_));
        for (int tick = 0; tick < 400 && (tick < 30 || last - start < std::chrono::milliseconds(1500)); tick++) {
            require(table_.submit(engine_.get(), streams_, nullptr, &text_));
            wait();
            const auto now = std::chrono::steady_clock::now();
            if (tick >= 10) { // until then graphs are recorded and clocks rise
                times.push_back(std::chrono::duration<double, std::milli>(now - last).count());
            }
            last = now;
        }
        wait();
        std::nth_element(times.begin(), times.begin() + static_cast<long>(times.size() / 2), times.end());
        return times[times.size() / 2];
    }

private:
    void require(int status) const {
        if (status != VOICE_OK) {
            stop(text_.text);
        }
    }

    void wait() {
        uint32_t count = 0;
        require(table_.wait(engine_.get(), probabilities_.data(), &count, &text_));
    }

    // Noise, not zeros, in both buffers: zeros draw less power and run faster than audio would.
    void fill() {
        std::mt19937 random(3);
        std::normal_distribution<float> normal(0, 3000);
        std::vector<int16_t> noise((size_t{1} << 20) + 512);
        std::generate(noise.begin(), noise.end(), [&] { return static_cast<int16_t>(normal(random)); });
        for (int slot = 0; slot < 2; slot++) {
            int16_t *windows = table_.windows(engine_.get());
            for (uint32_t stream = 0; stream < streams_; stream++) {
                std::copy_n(&noise[(stream * size_t{509} + static_cast<size_t>(slot) * 77) % (size_t{1} << 20)], 512,
                            windows + stream * size_t{512});
            }
            require(table_.submit(engine_.get(), streams_, nullptr, &text_));
        }
        wait();
        wait();
    }

    const voice_cuda_plugin_table &table_;
    uint32_t streams_;
    std::vector<float> probabilities_;
    OwnedEngine engine_{nullptr, EngineClose{nullptr}};
    int status_;
    std::string message_;
    voice_cuda_message text_ = {};
};

void print_row(Bench &bench, uint32_t streams) {
    const double both = bench.tick_ms(all_stages);
    const double copy = bench.tick_ms(VOICE_CUDA_STAGE_COPY);
    const double compute = bench.tick_ms(VOICE_CUDA_STAGE_COMPUTE);
    const double link_bytes = streams * (1024.0 + 4);
    const double memory_bytes = streams * (2 * 1024.0 + 2 * 1152 + 2 * 4);
    const double operations = streams * 2 * multiply_adds() * 3; // each product is three of halves
    std::printf("| %u | %.3f | %.3f | %.3f | %.1f | %.3g | %.3f | %.3f | %.3f |\n", streams, both, copy, compute,
                link_bytes / copy / 1e6, streams * window_ms / both, link_bytes / rate("VOICE_LINK_GBS", 64) / 1e6,
                memory_bytes / rate("VOICE_MEMORY_GBS", 4800) / 1e6,
                operations / rate("VOICE_TENSOR_TFLOPS", 990) / 1e9);
    std::fflush(stdout);
}

struct Plan {
    uint32_t precision;
    std::vector<uint32_t> streams;
};

int run(const std::string &model, const Plan &plan) {
    const char *description = nullptr;
    if (voice_vad_gpu_available(&description) == 0) {
        std::printf("SKIPPED: %s\n", description);
        return skipped;
    }
    const Vad vad = open_vad(model, 16000);
    std::printf("%s. 16 kHz, a tick is %.0f ms of audio; median, two ticks under way. Floors: bytes over a link of "
                "%.0f GB/s each way, bytes over device memory of %.0f GB/s, and %.2f M multiply-adds a stream, three "
                "times, over %.0f TFLOP/s of tensor cores.\n\n",
                description, window_ms, rate("VOICE_LINK_GBS", 64), rate("VOICE_MEMORY_GBS", 4800),
                multiply_adds() / 1e6, rate("VOICE_TENSOR_TFLOPS", 990));
    std::puts("| streams | ms a tick | copies alone, ms | compute alone, ms | link, GB/s | streams in real time "
              "| floor: link, ms | floor: memory, ms | floor: arithmetic, ms |");
    std::puts("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (uint32_t streams : plan.streams) {
        Bench bench(vad, plan.precision, streams);
        if (bench.status() != VOICE_OK) {
            std::printf("\n%u streams: %s\n", streams, bench.message().c_str());
            return bench.status() == VOICE_ERROR_MEMORY ? 0 : 1;
        }
        print_row(bench, streams);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    const bool emulated = argc > 2 && std::strcmp(argv[1], "--emulated") == 0;
    if (argc < 2) {
        std::puts("usage: vad_gpu_bench MODEL [most streams]");
        return 2;
    }
    Plan plan = {VOICE_VAD_GPU_TENSOR, {1000, 10000, 100000, 250000, 500000, 1000000}};
    if (emulated) {
        plan = {VOICE_VAD_GPU_FLOAT, {3, 10}};
    } else if (argc > 2) {
        const unsigned long most = std::strtoul(argv[2], nullptr, 10);
        const auto more = std::upper_bound(plan.streams.begin(), plan.streams.end(), most);
        plan.streams.erase(more, plan.streams.end());
        if (plan.streams.empty()) {
            std::printf("most streams=%s: it must be a number from 1000 on\n", argv[2]);
            return 2;
        }
    }
    try {
        return run(emulated ? argv[2] : argv[1], plan);
    } catch (const std::exception &error) {
        stop(error.what());
    }
}
