// The vocoder on a GPU, as Markdown tables: first chunk, load by batch size, what a batch's time goes into, memory, and what the
// GPU's rates allow. vocoder_gpu_bench [MODEL...]: generators with made-up weights in the shapes of HiFi-GAN V1, V2 and V3, and
// those given. vocoder_gpu_bench --small shows that it works, with a plugin on the fake runtime: times of no meaning.
// VOICE_MEMORY_GBS, VOICE_TENSOR_TFLOPS and VOICE_LINK_GBS take the place of the rates that the GPU tells.
#include <algorithm>

#include "base/error.h"
#include "cuda/vocoder_load.h"

using namespace voice::cuda;

namespace {

struct Plan {
    std::vector<uint32_t> batches = {1, 16, 64, 256, 1024, 4096};
    std::vector<uint32_t> frames = {1, 4, 8, 16};
    Measured measured;
    uint32_t chunk = 8;           // frames
    uint32_t round_batch = 1024;  // streams of one batch when all streams are given a chunk
    std::vector<uint32_t> rounds = {1000, 5000, 10000, 20000};
    bool fill_memory = true;
};

double asked(const char *name, double told) {
    const char *given = std::getenv(name);
    return given == nullptr ? told : std::atof(given);
}

/* Rates in 1 / s. */
struct Rates {
    double memory;
    double arithmetic;
    double link;
};

Rates rates() {
    voice_cuda_rates told = {};
    voice_cuda_message message = {};
    if (plugin().rates(0, &told, &message) != VOICE_OK) {
        stop(message.text);
    }
    return {asked("VOICE_MEMORY_GBS", told.memory_bytes / 1e9) * 1e9,
            asked("VOICE_TENSOR_TFLOPS", told.half_operations / 1e12) * 1e12, asked("VOICE_LINK_GBS", 64) * 1e9};
}

void print_first_chunk(const std::vector<Model> &models, const Plan &plan) {
    std::printf("\n## First chunk\n\nOne stream, alone on the GPU: %u frames in mid-utterance, and an utterance's first frames "
                "up to %u frames of sound. From submit to samples on the host; device time by CUDA events.\n\n",
                plan.chunk, plan.chunk);
    std::puts("| generator | ms a chunk | device, ms | copies of it, ms | frames to first sound | ms to it | device, ms |");
    std::puts("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (const Model &model : models) {
        const uint32_t first = std::min(model.info.lookahead_frames + plan.chunk, VOICE_VOCODER_GPU_MAX_FRAMES);
        const double chunk_ms = Load(model, plan.measured, 1, 1, plan.chunk).alone_ms(1, plan.chunk);
        const double first_ms = Load(model, plan.measured, 1, 1, first).first_ms(first);
        const voice_cuda_vocoder_times chunk = Device(model, plan.measured, 1, plan.chunk).times(1, plan.chunk);
        const voice_cuda_vocoder_times sound = Device(model, plan.measured, 1, first).times(1, first);
        const auto copies = static_cast<double>(chunk.frames_in + chunk.samples_out);
        std::printf("| %s | %.3f | %.3f | %.3f | %u | %.3f | %.3f |\n", model.name.c_str(), chunk_ms,
                    copies + static_cast<double>(chunk.layers), copies, first, first_ms,
                    static_cast<double>(sound.frames_in + sound.layers + sound.samples_out));
        std::fflush(stdout);
    }
}

void print_load(const Model &model, const Plan &plan) {
    std::printf("\n## Load: %s\n\nMilliseconds a batch, two under way, and streams in real time: those that a GPU busy with such "
                "batches keeps up with. The real-time factor of one batch is its streams divided by them.\n\n",
                model.name.c_str());
    std::printf("| streams in a batch |");
    for (uint32_t frames : plan.frames) {
        std::printf(" %u frame%s: ms | streams |", frames, frames == 1 ? "" : "s");
    }
    std::printf("\n| ---: |");
    for (size_t i = 0; i < plan.frames.size(); i++) {
        std::printf(" ---: | ---: |");
    }
    std::puts("");
    const uint32_t most = plan.batches.back();
    Load load(model, plan.measured, most, most, plan.frames.back());
    for (uint32_t batch : plan.batches) {
        std::printf("| %u |", batch);
        for (uint32_t frames : plan.frames) {
            const double ms = load.steady_ms(batch, frames);
            std::printf(" %.3f | %.0f |", ms, batch * (1000 * frames / model.frames_a_second) / ms);
            std::fflush(stdout);
        }
        std::puts("");
    }
}

void print_rounds(const Model &model, const Plan &plan) {
    const double real_ms = 1000 * plan.chunk / model.frames_a_second;
    std::printf("\n## All streams: %s\n\nA chunk of %u frames, %.1f ms of audio, for each of the open streams, in batches of %u, two "
                "under way.\n\n| open streams | ms for all | share of real time |\n| ---: | ---: | ---: |\n",
                model.name.c_str(), plan.chunk, real_ms, plan.round_batch);
    for (uint32_t streams : plan.rounds) {
        voice_vocoder_gpu *gpu = nullptr;
        const voice_vocoder_gpu_options options = vocoder_options(plan.measured.precision, streams, plan.chunk);
        if (voice_vocoder_gpu_open(model.vocoder.get(), &options, &gpu) == VOICE_ERROR_MEMORY) { // a small GPU
            std::printf("| %u | %s | |\n", streams, voice_last_error());
            return;
        }
        voice_vocoder_gpu_close(gpu);
        Load load(model, plan.measured, streams, std::min(plan.round_batch, streams), plan.chunk);
        const double ms = load.round_ms(std::min(plan.round_batch, streams), plan.chunk);
        std::printf("| %u | %.2f | %.1f %% |\n", streams, ms, 100 * ms / real_ms);
        std::fflush(stdout);
    }
}

/* Where a batch's time goes, and what it would be at the device's rates. */
void print_roofline(const std::vector<Model> &models, const Plan &plan) {
    const Rates device = rates();
    std::printf("\n## Roofline\n\nBatches of %u streams and %u frames. A second of audio takes so many operations, at %.0f TFLOP/s, "
                "and so many bytes of device memory, at %.0f GB/s: at the least its weights and the streams' state in and out once "
                "a batch; with every layer's values through memory as much as said. The link is taken for %.0f GB/s.\n\n",
                plan.round_batch, plan.chunk, device.arithmetic / 1e12, device.memory / 1e9, device.link / 1e9);
    std::puts("| generator | GFLOP/s of audio | least MB | MB through memory | floor: arithmetic, ms | floor: least memory, ms "
              "| floor: layers through memory, ms | device: layers, ms | of the floor | copies, ms | copies' share | link, GB/s |");
    std::puts("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (const Model &model : models) {
        const double audio = plan.round_batch * plan.chunk / model.frames_a_second; // seconds of a batch
        voice_cuda_vocoder_times times = {};
        {
            Device engine(model, plan.measured, plan.round_batch, plan.chunk);
            times = engine.times(plan.round_batch, plan.chunk);
        }
        const uint64_t state = info_of(open_gpu(model.vocoder, vocoder_options(plan.measured.precision, 1, plan.chunk))).stream_bytes;
        const double exchanged = plan.round_batch * plan.chunk * 4.0 * (model.info.channels + model.info.hop);
        const double least = 2 * model.cost.weights + 2.0 * static_cast<double>(state) * plan.round_batch + exchanged;
        const double through = 2 * model.cost.layer_values * audio + least;
        const auto floor_ms = [](double amount, double rate) { return rate > 0 ? 1000 * amount / rate : 0; };
        const double arithmetic_ms = floor_ms(model.cost.operations * audio, device.arithmetic);
        const double least_ms = floor_ms(least, device.memory);
        const auto layers = static_cast<double>(times.layers);
        const auto copies = static_cast<double>(times.frames_in + times.samples_out);
        std::printf("| %s | %.2f | %.2f | %.1f | %.3f | %.3f | %.3f | %.3f | %.2f× | %.3f | %.0f %% | %.1f |\n",
                    model.name.c_str(), model.cost.operations / 1e9, least / audio / 1e6, through / audio / 1e6,
                    arithmetic_ms, least_ms, floor_ms(through, device.memory), layers,
                    layers / std::max({arithmetic_ms, least_ms, 1e-9}), copies, 100 * copies / std::max(layers + copies, 1e-9),
                    exchanged / std::max(copies, 1e-9) / 1e6);
        std::fflush(stdout);
    }
}

void print_memory(const std::vector<Model> &models, const Plan &plan) {
    std::puts("\n## Memory\n");
    std::puts("| generator | device, bytes a stream | host, bytes a stream | engine without streams, MB |");
    std::puts("| --- | ---: | ---: | ---: |");
    for (const Model &model : models) {
        voice_vocoder_gpu_options options = vocoder_options(plan.measured.precision, plan.batches.back(), plan.chunk);
        const voice_vocoder_gpu_info info = info_of(open_gpu(model.vocoder, options));
        std::printf("| %s | %llu | %llu | %.1f |\n", model.name.c_str(), static_cast<unsigned long long>(info.stream_bytes),
                    static_cast<unsigned long long>(info.host_stream_bytes),
                    static_cast<double>(info.device_bytes - info.stream_bytes * info.max_streams) / 1e6);
    }
}

/* Engines until no more fit. */
void print_admission(const Model &model, const Plan &plan) {
    voice_vocoder_gpu_options options = vocoder_options(plan.measured.precision, VOICE_VOCODER_GPU_MAX_STREAMS, plan.chunk);
    options.max_batch = plan.round_batch;
    std::vector<VocoderGpu> engines;
    int status = VOICE_OK;
    while (status == VOICE_OK && engines.size() < 200) {
        voice_vocoder_gpu *gpu = nullptr;
        status = voice_vocoder_gpu_open(model.vocoder.get(), &options, &gpu);
        engines.emplace_back(gpu);
    }
    std::printf("\nStreams of %s were admitted until the memory was full: %zu, and then: \"%s\"\n", model.name.c_str(),
                (engines.size() - 1) * VOICE_VOCODER_GPU_MAX_STREAMS, voice_last_error());
    if (status != VOICE_ERROR_MEMORY) {
        stop("admission did not end with the memory");
    }
}

int run(const Plan &plan, const std::vector<Model> &models) {
    std::puts("# The vocoder on a GPU");
    const char *description = nullptr;
    voice_vad_gpu_available(&description);
    std::printf("\n%s, precision %s. Times are medians.\n\n", description, name_of(plan.measured.precision));
    std::puts("| generator | parameters | look-ahead, samples | CPU: bytes a stream |");
    std::puts("| --- | ---: | ---: | ---: |");
    for (const Model &model : models) {
        std::printf("| %s | %llu | %u | %llu |\n", model.name.c_str(),
                    static_cast<unsigned long long>(model.info.parameters), model.info.lookahead_samples,
                    static_cast<unsigned long long>(model.info.stream_bytes));
    }
    print_first_chunk(models, plan);
    for (const Model &model : models) {
        print_load(model, plan);
    }
    const Model &typical = models.size() > 1 ? models[1] : models[0]; // V2
    print_rounds(typical, plan);
    print_roofline(models, plan);
    print_memory(models, plan);
    if (plan.fill_memory) {
        print_admission(typical, plan);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    const bool small = argc > 1 && std::strcmp(argv[1], "--small") == 0;
    const char *description = nullptr;
    if (voice_vad_gpu_available(&description) == 0) {
        std::printf("SKIPPED: %s\n", description);
        return skipped;
    }
    try {
        Plan plan;
        std::vector<Model> models;
        if (small) {
            plan.batches = {1, 3};
            plan.frames = {1, 4};
            plan.chunk = 2;
            plan.round_batch = 3;
            plan.rounds = {2, 5};
            plan.measured.least = 2;
            plan.measured.most = 2;
            plan.fill_memory = false;
            models.emplace_back("small", made_up(voice::testing::small_vocoder(true)));
        } else {
            models.emplace_back("HiFi-GAN V1, made up", made_up(hifigan_v1()));
            models.emplace_back("HiFi-GAN V2, made up", made_up(hifigan_v2()));
            models.emplace_back("HiFi-GAN V3, made up", made_up(hifigan_v3()));
        }
        for (int i = small ? 2 : 1; i < argc; i++) {
            const std::string path = argv[i];
            models.emplace_back(path.substr(path.rfind('/') + 1), open_vocoder(path));
        }
        return run(plan, models);
    } catch (const std::exception &error) {
        stop(error.what());
    }
}
