// The vocoder's engine over the fake runtime, in float: also under a sanitizer.
#include "testing/cuda_vocoder.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <future>
#include <limits>
#include <string>
#include <thread>

#include "cuda/vocoder/vocoder_engine.h"
#include "testing/counted_new.h"
#include "testing/vocoder_model.h"
#include "vocoder/loader.h"

using namespace voice::testing;
using voice::vocoder::Generator;
using voice::vocoder::Network;

namespace {

Generator generator_of(const VocoderModel &model) {
    return voice::vocoder::read_generator(onnx_voice(model), "the voice", std::nullopt);
}

struct Shape {
    const char *name;
    VocoderModel model;
};

std::vector<Shape> shapes() {
    std::vector<Shape> list = {{"type 1", small_vocoder(true)}, {"type 2", small_vocoder(false)}};
    list.push_back({"wide", {{true, 20, 208, 0, {3, 5}, {3, 11}, {3}, {{1}}}, 0, 0, false}});
    list.push_back({"odd", {{false, 3, 44, 0, {2, 3, 2}, {8, 7, 2}, {1, 3, 7}, {{1, 2, 3}, {6}, {1, 4}}}, 0, 0, true}});
    list.push_back({"one channel", {{true, 1, 2, 0, {1}, {1}, {5}, {{9}}}, 0, 0, false}});
    list.push_back({"long kernel", {{false, 4, 8, 0, {2}, {12}, {11}, {{12, 1}}}, 0, 0, true}});
    list.push_back({"many rows", {{true, 7, 32, 0, {8, 9}, {16, 9}, {3, 5}, {{1, 3}, {1, 2, 5}}}, 0, 0, true}});
    return list;
}

const std::vector<std::vector<uint32_t>> ways_to_cut = {{1}, {3}, {7}, {5, 1, 0, 3}, {16}, {2, 13, 1, 1, 9}};

float largest_difference(const std::vector<float> &a, const std::vector<float> &b) {
    REQUIRE(a.size() == b.size());
    float worst = 0;
    for (size_t i = 0; i < a.size(); i++) {
        const float difference = std::abs(a[i] - b[i]);
        worst = difference <= worst ? worst : difference;
    }
    return worst;
}

} // namespace

TEST_CASE("shouldSpeakAsTheCpuWhateverTheShapeAndTheChunks") {
    for (const Shape &shape : shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        const Generator generator = generator_of(shape.model);
        const CudaGenerator cuda(generator);
        const auto network = std::make_shared<const Network>(generator);
        const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_float, 9, 7, 16});
        std::vector<CudaUtterance> utterances;
        for (uint32_t i = 0; i < ways_to_cut.size(); i++) {
            const size_t count = i == 3 ? 1 : 11 + 6 * i;
            utterances.push_back({8 - i, noise_frames(count * generator.channels, i), ways_to_cut[i], {}});
        }
        for (int round = 0; round < 2; round++) {
            speak(vocoder.get(), cuda.view(), utterances);
            for (CudaUtterance &utterance : utterances) {
                CAPTURE(utterance.slot);
                CHECK(largest_difference(utterance.samples, speak_on_cpu(network, utterance.frames)) <= 3e-6f);
                utterance.slot = (utterance.slot + 4) % 9; // where another one was
                std::rotate(utterance.frames.begin(), utterance.frames.begin() + 1, utterance.frames.end());
            }
        }
    }
}

namespace {

// Of one engine: the samples of an utterance that is cut in some way, beside another one.
std::vector<float> samples_of(voice_cuda_vocoder *vocoder, const voice_cuda_generator &generator,
                              const std::vector<float> &frames, const std::vector<uint32_t> &chunks,
                              const std::vector<float> &others) {
    std::vector<CudaUtterance> utterances = {{1, frames, chunks, {}}, {0, others, {5, 2}, {}}, {3, others, {16}, {}}};
    speak(vocoder, generator, utterances);
    return utterances[0].samples;
}

const std::vector<std::vector<uint32_t>> all_chunks = {{16}, {1}, {3}, {7}, {5, 1, 0, 3}};

} // namespace

TEST_CASE("shouldHaveTheSameBitsHoweverAnUtteranceIsCut") {
    for (bool paired : {true, false}) {
        const Generator generator = generator_of(small_vocoder(paired));
        const CudaGenerator cuda(generator);
        const voice_cuda_vocoder_options options = {0, gpu_float, 4, 3, 16};
        const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), options);
        const std::vector<float> frames = noise_frames(37 * generator.channels, 5);
        const std::vector<float> others = noise_frames(21 * generator.channels, 6);
        const std::vector<float> whole = samples_of(vocoder.get(), cuda.view(), frames, {16}, others);
        for (const std::vector<uint32_t> &chunks : all_chunks) {
            CHECK(samples_of(vocoder.get(), cuda.view(), frames, chunks, others) == whole);
        }
        // Pieces of work in which no job fits, too.
        for (uint64_t piece_frames : {1, 4, 9, 30}) {
            CAPTURE(piece_frames);
            voice_cuda_vocoder_figures figures = {};
            voice::cuda::vocoder::VocoderEngine engine(cuda.view(), options, figures, piece_frames);
            std::vector<float> samples(whole.size());
            engine.reset(2, generator.pre.bias.data());
            uint32_t written = 0;
            for (uint32_t done = 0; done < 37;) {
                const uint32_t step = std::min(16u, 37 - done);
                const bool ends = done + step == 37;
                const uint32_t all = (done + step) * cuda.view().hop;
                const uint32_t upto = ends ? all : all - std::min(all, cuda.view().lookahead_samples);
                const voice_cuda_vocoder_job job = {2, step, 37, ends ? 1u : 0u, &frames[done], &samples[written],
                                                    upto - written, 0};
                REQUIRE(engine.submit(&job, 1) == VOICE_OK);
                REQUIRE(engine.wait() == VOICE_OK);
                done += step;
                written = upto;
            }
            CHECK(samples == whole);
        }
    }
}

TEST_CASE("shouldBeginALaunchWithItsDearestLayers") {
    for (const Shape &shape : shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        const Generator generator = generator_of(shape.model);
        const CudaGenerator cuda(generator);
        const voice::cuda::vocoder::Plan plan(cuda.view(), false);
        for (const auto &launch : plan.launches) {
            CHECK(std::is_sorted(launch.begin(), launch.end(), [](const auto &a, const auto &b) {
                return a.products[0].layer->kernel > b.products[0].layer->kernel;
            }));
        }
    }
}

TEST_CASE("shouldStoreTheWeightsOfSplitRowsOnce") {
    namespace vocoder = voice::cuda::vocoder;
    const Generator generator = generator_of({{true, 80, 128, 0, {2}, {4}, {3}, {{1}}}, 0, 0, true});
    const CudaGenerator cuda(generator);
    vocoder::Plan plan(cuda.view(), true);
    plan.place({4, 4});
    const vocoder::Packed packed = vocoder::pack(cuda.view(), plan, gpu_half);
    const auto *layers = reinterpret_cast<const vocoder::Layer *>(packed.image.data() + packed.layers);
    for (int i = 0; i < 2; i++) { // the first convolution and the first upsampling
        const auto *products = reinterpret_cast<const vocoder::Product *>(packed.image.data() + layers[i].products);
        REQUIRE(layers[i].product_count == 2);
        REQUIRE(products[0].channels == 2 * products[1].channels);
        // As much for both parts of a row as for what rounding leaves of the weights, which one part is multiplied by.
        CHECK(products[1].weights - products[0].weights == layers[i].products - products[1].weights);
    }
}

TEST_CASE("shouldKeepAnOverflowInItsOwnStreamUntilItIsReset") {
    const Generator generator = generator_of(small_vocoder(true));
    const CudaGenerator cuda(generator);
    const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_float, 4, 4, 16});
    const std::vector<float> frames = noise_frames(30 * generator.channels, 1);
    const std::vector<float> others = noise_frames(33 * generator.channels, 2);
    const std::vector<float> clean = samples_of(vocoder.get(), cuda.view(), frames, {8}, others);
    const std::vector<float> huge(33 * generator.channels, std::numeric_limits<float>::max());
    CHECK(samples_of(vocoder.get(), cuda.view(), frames, {8}, huge) == clean);
    for (float sample : samples_of(vocoder.get(), cuda.view(), huge, {8}, frames)) {
        CHECK(!(std::abs(sample) > 1));
    }
    CHECK(samples_of(vocoder.get(), cuda.view(), frames, {8}, others) == clean);
}

namespace {

int submit_one(voice_cuda_vocoder *vocoder, const voice_cuda_vocoder_job &job, std::string &text) {
    voice_cuda_message message = {};
    const int status = voice_cuda_plugin()->vocoder_submit(vocoder, &job, 1, &message);
    text = message.text;
    return status;
}

} // namespace

TEST_CASE("shouldSayWhatIsWrongWithAJobAndTakeNothing") {
    const Generator generator = generator_of(small_vocoder(true));
    const CudaGenerator cuda(generator);
    const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_float, 2, 2, 4});
    voice_cuda_message message = {};
    std::vector<float> frames = noise_frames(4 * generator.channels, 1);
    std::vector<float> samples(4 * generator.hop);
    const voice_cuda_vocoder_job good = {0, 4, 4, 1, frames.data(), samples.data(), 4 * cuda.view().hop, 0};
    std::string text;
    CHECK(submit_one(vocoder.get(), good, text) == VOICE_ERROR_ARGUMENT);
    CHECK(text == "jobs[0].slot=0: its utterance has ended, or never began; reset it first");
    REQUIRE(voice_cuda_plugin()->vocoder_reset(vocoder.get(), 0, generator.pre.bias.data(), &message) == VOICE_OK);
    CHECK(voice_cuda_plugin()->vocoder_reset(vocoder.get(), 2, generator.pre.bias.data(), &message) ==
          VOICE_ERROR_ARGUMENT);
    CHECK(std::string(message.text) == "slot=2: it must be below max_streams=2");
    voice_cuda_vocoder_job bad = good;
    bad.slot = 7;
    CHECK(submit_one(vocoder.get(), bad, text) == VOICE_ERROR_ARGUMENT);
    CHECK(text == "jobs[0].slot=7: it must be below max_streams=2");
    bad = good;
    bad.frame_count = 5;
    CHECK(submit_one(vocoder.get(), bad, text) == VOICE_ERROR_ARGUMENT);
    CHECK(text == "jobs[0].frame_count=5: it must be at most max_frames=4");
    bad = good;
    bad.sample_count--;
    CHECK(submit_one(vocoder.get(), bad, text) == VOICE_ERROR_ARGUMENT);
    CHECK(text == "jobs[0].sample_count=31: there will be 32");
    bad = good;
    bad.channel_stride = 3;
    CHECK(submit_one(vocoder.get(), bad, text) == VOICE_ERROR_ARGUMENT);
    const voice_cuda_vocoder_job twice[] = {good, good};
    CHECK(voice_cuda_plugin()->vocoder_submit(vocoder.get(), twice, 2, &message) == VOICE_ERROR_ARGUMENT);
    CHECK(std::string(message.text) == "jobs[1].slot=0: a slot can be named once in a batch");
    REQUIRE(submit_one(vocoder.get(), good, text) == VOICE_OK);
    CHECK(voice_cuda_plugin()->vocoder_wait(vocoder.get(), &message) == VOICE_OK);
    CHECK(voice_cuda_plugin()->vocoder_wait(vocoder.get(), &message) == VOICE_EMPTY);
    CHECK(largest_difference(samples, speak_on_cpu(std::make_shared<const Network>(generator), frames)) <= 3e-6f);
}

TEST_CASE("shouldRefuseWhatTheTensorCoreKernelHasNoRoomFor") {
    const Generator generator =
        generator_of({{true, 4, 64, 0, {2}, {4}, {11}, {{64}}}, 0, 0, true});
    const CudaGenerator cuda(generator);
    const voice_cuda_vocoder_options options = {0, gpu_half, 2, 2, 4};
    voice_cuda_vocoder *vocoder = nullptr;
    voice_cuda_vocoder_figures figures = {};
    voice_cuda_message message = {};
    CHECK(voice_cuda_plugin()->vocoder_open(&cuda.view(), &options, &vocoder, &figures, &message) ==
          VOICE_ERROR_UNSUPPORTED);
    const std::string text = message.text;
    CHECK(text.find("a convolution of 32 channels with a kernel of 11 and a dilation of 64") == 0);
    CHECK(text.find("; open with precision=VOICE_VOCODER_GPU_FLOAT") != std::string::npos);
    CHECK(vocoder == nullptr);
    CHECK(open_cuda_vocoder(cuda.view(), {0, gpu_float, 2, 2, 4}) != nullptr);
}

namespace {

int status_of_open(const voice_cuda_generator &generator, std::string &text) {
    const voice_cuda_vocoder_options options = {0, gpu_float, 2, 2, 4};
    voice_cuda_vocoder *vocoder = nullptr;
    voice_cuda_vocoder_figures figures = {};
    voice_cuda_message message = {};
    const int status = voice_cuda_plugin()->vocoder_open(&generator, &options, &vocoder, &figures, &message);
    const CudaVocoder closing(vocoder);
    text = message.text;
    return status;
}

} // namespace

TEST_CASE("shouldRefuseGeneratorsThatItsKernelsDoNotRun") {
    const Generator generator = generator_of(small_vocoder(true));
    const CudaGenerator cuda(generator);
    std::string text;
    voice_cuda_generator even = cuda.view();
    even.pre.kernel--;
    CHECK(status_of_open(even, text) == VOICE_ERROR_UNSUPPORTED);
    CHECK(text == "the first convolution: kernel=" + std::to_string(even.pre.kernel) + ": odd ones are run");
    even = cuda.view();
    even.post.kernel--;
    CHECK(status_of_open(even, text) == VOICE_ERROR_UNSUPPORTED);
    CHECK(text == "the last convolution: kernel=" + std::to_string(even.post.kernel) + ": odd ones are run");
    std::vector<voice_cuda_vocoder_stage> stages(cuda.view().stages, cuda.view().stages + cuda.view().stage_count);
    voice_cuda_generator changed = cuda.view();
    changed.stages = stages.data();
    voice_cuda_block block = stages[0].block[0];
    std::vector<voice_cuda_layer> first(block.first, block.first + block.steps);
    block.first = first.data();
    first[0].kernel++;
    stages[0].block = &block;
    stages[0].blocks = 1;
    CHECK(status_of_open(changed, text) == VOICE_ERROR_UNSUPPORTED);
    CHECK(text.find("a residual block: kernel=") == 0);
    first[0].kernel--;
    first[0].spread = 1 << 16;
    CHECK(status_of_open(changed, text) == VOICE_ERROR_UNSUPPORTED);
    CHECK(text.find("a residual block: spread=65536: 1 to ") == 0);
    stages[0].up.spread = 0;
    CHECK(status_of_open(changed, text) == VOICE_ERROR_UNSUPPORTED);
    CHECK(text.find("an upsampling: spread=0: 1 to ") == 0);
    stages[0].up.spread = 1 << 15;
    stages[0].up.kernel = 1;
    CHECK(status_of_open(changed, text) == VOICE_ERROR_ARGUMENT);
    stages[0].up.inputs++;
    CHECK(status_of_open(changed, text) == VOICE_ERROR_ARGUMENT);
    CHECK(text.find("an upsampling: inputs=" + std::to_string(stages[0].up.inputs) + ": what comes before it has ") == 0);
    changed = cuda.view();
    changed.pre.outputs = (1 << 16) + 1;
    CHECK(status_of_open(changed, text) == VOICE_ERROR_UNSUPPORTED);
    CHECK(text == "the first convolution: outputs=65537: 1 to 65536 are run");
}

TEST_CASE("shouldNotAllocateWhenItBeginsSubmitsAndWaits") {
    const Generator generator = generator_of(small_vocoder(true));
    const CudaGenerator cuda(generator);
    const voice_cuda_plugin_table &plugin = *voice_cuda_plugin();
    const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_float, 2, 2, 4});
    const std::vector<float> frames = noise_frames(4 * generator.channels, 1);
    std::vector<float> samples(2 * 4 * generator.hop);
    const uint32_t count = 4 * cuda.view().hop;
    const voice_cuda_vocoder_job jobs[] = {{0, 4, 4, 1, frames.data(), samples.data(), count, 0},
                                           {1, 4, 4, 1, frames.data(), samples.data() + count, count, 0}};
    voice_cuda_message message = {};
    int failures = 0;
    const int pageable = fake_pinned.pageable_copies;
    const size_t before = allocations();
    for (int round = 0; round < 3; round++) {
        for (const voice_cuda_vocoder_job &job : jobs) { // two batches under way
            failures += plugin.vocoder_reset(vocoder.get(), job.slot, cuda.view().pre.bias, &message) != VOICE_OK;
            failures += plugin.vocoder_submit(vocoder.get(), &job, 1, &message) != VOICE_OK;
        }
        failures += plugin.vocoder_wait(vocoder.get(), &message) != VOICE_OK;
        failures += plugin.vocoder_wait(vocoder.get(), &message) != VOICE_OK;
    }
    CHECK(allocations() == before);
    CHECK(fake_pinned.pageable_copies == pageable);
    CHECK(failures == 0);
}

TEST_CASE("shouldBeginMoreUtterancesThanABatchHasJobsAndWhileAllBatchesAreUnderWay") {
    const Generator generator = generator_of(small_vocoder(true));
    const CudaGenerator cuda(generator);
    const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_float, 5, 2, 4});
    const voice_cuda_plugin_table &plugin = *voice_cuda_plugin();
    voice_cuda_message message = {};
    const std::vector<float> frames = noise_frames(4 * generator.channels, 1);
    std::vector<std::vector<float>> samples(5, std::vector<float>(4 * generator.hop));
    std::vector<voice_cuda_vocoder_job> jobs;
    std::vector<std::vector<float>> expected;
    for (uint32_t slot = 0; slot < 5; slot++) { // each of a speaker of its own
        Generator speaker = generator;
        for (float &value : speaker.pre.bias) {
            value += 0.1f * static_cast<float>(slot);
        }
        expected.push_back(speak_on_cpu(std::make_shared<const Network>(speaker), frames));
        jobs.push_back({slot, 4, 4, 1, frames.data(), samples[slot].data(), 4 * cuda.view().hop, 0});
        if (slot == 4) { // with two batches under way
            REQUIRE(plugin.vocoder_submit(vocoder.get(), &jobs[0], 2, &message) == VOICE_OK);
            REQUIRE(plugin.vocoder_submit(vocoder.get(), &jobs[2], 2, &message) == VOICE_OK);
        }
        REQUIRE(plugin.vocoder_reset(vocoder.get(), slot, speaker.pre.bias.data(), &message) == VOICE_OK);
    }
    REQUIRE(plugin.vocoder_wait(vocoder.get(), &message) == VOICE_OK);
    REQUIRE(plugin.vocoder_submit(vocoder.get(), &jobs[4], 1, &message) == VOICE_OK);
    REQUIRE(plugin.vocoder_wait(vocoder.get(), &message) == VOICE_OK);
    REQUIRE(plugin.vocoder_wait(vocoder.get(), &message) == VOICE_OK);
    for (size_t slot = 0; slot < 5; slot++) {
        CAPTURE(slot);
        CHECK(largest_difference(samples[slot], expected[slot]) <= 3e-6f);
        CHECK((slot == 0 || largest_difference(samples[slot], expected[0]) > 1e-4f));
    }
}

TEST_CASE("shouldRefuseBatchesThatTakeTooMuchOfTheHost") {
    const Generator generator = generator_of({{true, 4, 4, 0, {64, 64}, {64, 64}, {3}, {{1}}}, 0, 0, true});
    const CudaGenerator cuda(generator);
    const voice_cuda_vocoder_options options = {0, gpu_float, 65536, 65536, 64};
    voice_cuda_vocoder *vocoder = nullptr;
    voice_cuda_vocoder_figures figures = {};
    voice_cuda_message message = {};
    CHECK(voice_cuda_plugin()->vocoder_open(&cuda.view(), &options, &vocoder, &figures, &message) ==
          VOICE_ERROR_ARGUMENT);
    const std::string text = message.text;
    CHECK(text.find("max_batch=65536, max_frames=64: ") == 0);
    CHECK(text.find(" bytes of pinned host memory are wanted, at most 4294967296 are taken; lower one of them") !=
          std::string::npos);
    CHECK(open_cuda_vocoder(cuda.view(), {0, gpu_float, 4, 2, 64}) != nullptr);
}

TEST_CASE("shouldSayHowManyStreamsWouldFit") {
    const Generator generator = generator_of(small_vocoder(true));
    const CudaGenerator cuda(generator);
    voice_cuda_vocoder_options options = {0, gpu_float, 1000, 4, 4};
    voice_cuda_vocoder_figures figures = {};
    voice_cuda_message message = {};
    const auto open = [&] {
        voice_cuda_vocoder *vocoder = nullptr;
        const int status = voice_cuda_plugin()->vocoder_open(&cuda.view(), &options, &vocoder, &figures, &message);
        CHECK((status == VOICE_OK) == (vocoder != nullptr));
        CudaVocoder closing(vocoder);
        return status;
    };
    REQUIRE(open() == VOICE_OK);
    const uint64_t wanted = figures.device_bytes;
    CHECK(figures.stream_bytes > 0);
    const uint64_t spare = uint64_t{64} << 20;
    const std::string available = std::to_string(wanted + spare - 10 * figures.stream_bytes);
    setenv("VOICE_FAKE_CUDA_MEMORY", available.c_str(), 1);
    figures = {};
    CHECK(open() == VOICE_ERROR_MEMORY);
    CHECK(figures.device_bytes == wanted);
    const std::string text = message.text;
    CHECK(text.find("max_streams=1000: " + std::to_string(wanted) + " bytes of device memory are wanted, and " +
                    std::to_string(spare) + " to spare; " + available) == 0);
    CHECK(text.find("990 streams would fit") != std::string::npos);
    options.max_streams = 990;
    CHECK(open() == VOICE_OK);
    setenv("VOICE_FAKE_CUDA_FAIL", "cudaMalloc 3", 1); // it was there when it was asked how much there is
    fake_fault = FakeFault();
    CHECK(open() == VOICE_ERROR_MEMORY);
    CHECK(std::string(message.text).find("max_streams=990: ") == 0);
    CHECK(std::string(message.text).find(" bytes of device memory for the streams' biases") != std::string::npos);
    CHECK(std::string(message.text).find("; 989 streams would fit") != std::string::npos);
    unsetenv("VOICE_FAKE_CUDA_FAIL");
    fake_fault = FakeFault();
    setenv("VOICE_FAKE_CUDA_MEMORY", "10", 1);
    CHECK(open() == VOICE_ERROR_MEMORY);
    CHECK(std::string(message.text).find("no stream would fit") != std::string::npos);
    unsetenv("VOICE_FAKE_CUDA_MEMORY");
}

namespace {

// A thread that records something for as long as this lives.
class Recording {
public:
    Recording() {
        std::promise<void> begun;
        std::future<void> end = over_.get_future();
        thread_ = std::thread([&begun, end = std::move(end)] {
            cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeThreadLocal);
            begun.set_value();
            end.wait();
            cudaGraph_t graph = nullptr;
            cudaStreamEndCapture(nullptr, &graph);
            cudaGraphDestroy(graph);
        });
        begun.get_future().wait();
    }
    ~Recording() {
        over_.set_value();
        thread_.join();
    }
    Recording(const Recording &) = delete;
    Recording &operator=(const Recording &) = delete;

private:
    std::promise<void> over_;
    std::thread thread_;
};

} // namespace

TEST_CASE("shouldOpenWhileAnotherThreadRecords") {
    const Generator generator = generator_of(small_vocoder(true));
    const CudaGenerator cuda(generator);
    const std::vector<float> frames = noise_frames(9 * generator.channels, 1);
    const std::vector<float> zeros(1 << 20); // as many as any of a network's weights
    const float *const some = zeros.data();
    const voice_cuda_weights weights = {16000, 256, 129, some, {some, some, some, some}, {some, some, some, some},
                                        some, some, some, 0};
    const Recording recording;
    REQUIRE(cudaDeviceSynchronize() != cudaSuccess);
    const CudaVocoder vocoder = open_cuda_vocoder(cuda.view(), {0, gpu_float, 2, 2, 4});
    std::vector<CudaUtterance> utterances = {{0, frames, {4}, {}}};
    speak(vocoder.get(), cuda.view(), utterances);
    CHECK(largest_difference(utterances[0].samples,
                             speak_on_cpu(std::make_shared<const Network>(generator), frames)) <= 3e-6f);
    const voice_cuda_options options = {0, VOICE_VAD_GPU_FLOAT, 2, 0, VOICE_CUDA_STAGE_COPY | VOICE_CUDA_STAGE_COMPUTE};
    voice_cuda_engine *engine = nullptr;
    voice_cuda_message message = {};
    CHECK(voice_cuda_plugin()->open(&weights, &options, &engine, &message) == VOICE_OK);
    CHECK(std::string(message.text) == "");
    voice_cuda_plugin()->close(engine);
}

namespace {

// Opens, begins an utterance, runs two batches, closes; the first failure.
int run_once(const CudaGenerator &cuda, const std::vector<float> &frames, std::vector<float> &samples,
             std::string &text) {
    const voice_cuda_plugin_table &plugin = *voice_cuda_plugin();
    const voice_cuda_vocoder_options options = {0, gpu_float, 2, 2, 4};
    voice_cuda_vocoder *opened = nullptr;
    voice_cuda_vocoder_figures figures = {};
    voice_cuda_message message = {};
    int status = plugin.vocoder_open(&cuda.view(), &options, &opened, &figures, &message);
    const CudaVocoder vocoder(opened);
    const uint32_t first = 4 * cuda.view().hop - std::min(4 * cuda.view().hop, cuda.view().lookahead_samples);
    const voice_cuda_vocoder_job jobs[] = {
        {1, 4, 8, 0, frames.data(), samples.data(), first, 0},
        {1, 4, 8, 1, frames.data() + 4, samples.data() + first, 8 * cuda.view().hop - first, 0}};
    if (status == VOICE_OK) {
        status = plugin.vocoder_reset(opened, 1, cuda.view().pre.bias, &message);
    }
    for (const voice_cuda_vocoder_job &job : jobs) {
        status = status == VOICE_OK ? plugin.vocoder_submit(opened, &job, 1, &message) : status;
    }
    for (int i = 0; i < 2; i++) {
        status = status == VOICE_OK ? plugin.vocoder_wait(opened, &message) : status;
    }
    text = message.text;
    return status;
}

} // namespace

TEST_CASE("shouldEndWithAnErrorWhicheverCallFails") {
    const Generator generator = generator_of(small_vocoder(false));
    const CudaGenerator cuda(generator);
    const std::vector<float> frames = noise_frames(8 * generator.channels, 1);
    std::vector<float> samples(8 * generator.hop);
    std::string text;
    REQUIRE(run_once(cuda, frames, samples, text) == VOICE_OK);
    const std::vector<float> expected = samples;
    for (const char *function :
         {"cudaSetDevice", "cudaMemGetInfo", "cudaMalloc", "cudaMallocHost", "cudaMemsetAsync", "cudaMemcpyAsync",
          "cudaStreamSynchronize", "cudaStreamCreateWithFlags", "cudaEventCreateWithFlags",
          "cudaStreamBeginCapture", "cudaStreamEndCapture", "cudaGraphInstantiate", "cudaGraphLaunch", "cudaEventRecord",
          "cudaEventSynchronize"}) {
        CAPTURE(function);
        int failures = 0;
        for (;; failures++) {
            setenv("VOICE_FAKE_CUDA_FAIL", (function + (" " + std::to_string(failures + 1))).c_str(), 1);
            fake_fault = FakeFault();
            const int status = run_once(cuda, frames, samples, text);
            if (status == VOICE_OK) {
                break;
            }
            const std::string name = function;
            CHECK(status == (name == "cudaMalloc" || name == "cudaMallocHost" ? VOICE_ERROR_MEMORY : VOICE_ERROR_INTERNAL));
            CHECK(text.find("cudaErrorEmulated") != std::string::npos);
        }
        CHECK(failures > 0);
    }
    unsetenv("VOICE_FAKE_CUDA_FAIL");
    fake_fault = FakeFault();
    std::fill(samples.begin(), samples.end(), 9.0f);
    REQUIRE(run_once(cuda, frames, samples, text) == VOICE_OK);
    CHECK(samples == expected);
}
