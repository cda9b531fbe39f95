// A GPU that fails at any of its calls: all streams go on on the CPU, each at its next sample.
#include "testing/counted_new.h"
#include "testing/vocoder_gpu.h"

using namespace voice::testing;

namespace {

// Runs talks on an engine that fails at a call; false if it ended before that call.
bool survives(const Vocoder &vocoder, const std::string &function, int call, size_t under_way) {
    const std::string order = function + " " + std::to_string(call);
    CAPTURE(order);
    CAPTURE(under_way);
    const GpuFault fault(order);
    const voice_vocoder_info info = info_of(vocoder.get());
    const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(5, 16));
    std::vector<GpuTalk> talks = several_talks(gpu.get(), info, 37);
    run(gpu, talks, under_way);
    const voice_vocoder_gpu_info after = info_of(gpu);
    bool all = true;
    for (const GpuTalk &talk : talks) {
        all = !talk.bad() && talk.samples() == talk.expected(vocoder.get()) && all; // to the bit
    }
    CHECK(all);
    CHECK(std::string(after.problem) == (after.lost == 1 ? "told to fail in " + function : ""));
    CHECK((after.device_bytes == 0) == (after.lost == 1));
    return after.lost == 1;
}

} // namespace

TEST_CASE("shouldGoOnAtTheNextSampleWhereverTheGpuFails") {
    const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    for (const std::string function : {"vocoder_reset", "vocoder_submit", "vocoder_wait"}) {
        for (size_t under_way : {size_t{1}, size_t{2}}) {
            int call = 1;
            while (survives(vocoder, function, call, under_way)) {
                call++;
            }
            CHECK(call > (function == "vocoder_reset" ? 10 : 50)); // ten utterances; the longest of one frame a job
        }
    }
}

TEST_CASE("shouldGoOnWithGeneratorsOfAllShapes") {
    for (const VocoderShape &shape : vocoder_shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        const Vocoder vocoder = open_memory(onnx_voice(shape.model), "");
        for (int call : {1, 12, 30}) {
            CHECK(survives(vocoder, "vocoder_wait", call, 2));
        }
    }
}

TEST_CASE("shouldGoOnAsTheSameSpeaker") {
    VocoderModel model = small_vocoder(false);
    model.conditioning = 6;
    model.speakers = 2;
    const Vocoder vocoder = open_memory(onnx_voice(model), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const GpuFault fault("vocoder_wait 4");
    const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(2, 16));
    voice_vocoder_stream_options options = VOICE_VOCODER_STREAM_OPTIONS_INIT;
    options.speaker = 1;
    std::vector<GpuTalk> talks;
    talks.emplace_back(gpu.get(), info, std::vector<std::vector<float>>(2, noise(size_t{30} * info.channels, 4)),
                       std::vector<uint32_t>{5}, false, &options);
    run(gpu, talks, 1);
    CHECK(info_of(gpu).lost == 1);
    CHECK(!talks[0].bad());
    CHECK(talks[0].samples() == talks[0].expected(vocoder.get(), &options));
}

TEST_CASE("shouldOpenCloseAndCancelStreamsOfALostEngine") {
    const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const GpuFault fault("vocoder_submit 1");
    const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(2, 16));
    for (int round = 0; round < 3; round++) {
        const uint32_t closed = open_stream(gpu);
        std::vector<GpuTalk> talks;
        talks.emplace_back(gpu.get(), info, std::vector<std::vector<float>>{noise(size_t{30} * info.channels, 4)},
                           std::vector<uint32_t>{5}, false);
        const std::vector<float> frames = noise(size_t{16} * info.channels, 5);
        std::vector<float> samples(16 * info.hop, -7.0f);
        voice_vocoder_gpu_job job = {closed, 16, 16, 1, frames.data(), samples.data(), 16 * info.hop, 9, -99, 0};
        REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &job, 1) == VOICE_OK);
        CHECK(info_of(gpu).lost == 1);
        REQUIRE(voice_vocoder_gpu_stream_close(gpu.get(), closed) == VOICE_OK);
        REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
        CHECK(job.status == VOICE_CANCELLED);
        CHECK(job.sample_count == 0);
        CHECK(samples == std::vector<float>(samples.size(), -7.0f)); // not even computed
        run(gpu, talks, 2);
        CHECK(talks[0].samples() == talks[0].expected(vocoder.get()));
        REQUIRE(voice_vocoder_gpu_stream_close(gpu.get(), talks[0].stream()) == VOICE_OK);
        CHECK(info_of(gpu).open_streams == 0);
    }
}

TEST_CASE("shouldTakeNoMemoryToBeLost") {
    const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const std::vector<float> frames = noise(size_t{16} * info.channels, 5);
    for (const std::string function : {"vocoder_submit", "vocoder_wait"}) {
        CAPTURE(function);
        const GpuFault fault(function + " 2");
        const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(2, 16));
        std::vector<float> samples(16 * info.hop);
        voice_vocoder_gpu_job job = {open_stream(gpu), 16, 16, 0, frames.data(), samples.data(), 16 * info.hop, 9, -99, 0};
        REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &job, 1) == VOICE_OK);
        REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
        REQUIRE(job.status == VOICE_OK);
        refuse_allocations(0);
        const int submitted = voice_vocoder_gpu_submit(gpu.get(), &job, 1);
        const int waited = voice_vocoder_gpu_wait(gpu.get());
        refuse_allocations(SIZE_MAX);
        CHECK(submitted == VOICE_OK);
        CHECK(waited == VOICE_OK);
        CHECK(job.status == VOICE_ERROR_MEMORY);
        CHECK(info_of(gpu).lost == 1);
        CHECK(std::string(info_of(gpu).problem) == "told to fail in " + function);
        CHECK(info_of(gpu).device_bytes == 0);
    }
}

TEST_CASE("shouldEndAnUtteranceWhenThereIsNoMemoryToGoOnIn") {
    const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const GpuFault fault("vocoder_wait 2");
    const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(2, 16));
    const uint32_t stream = open_stream(gpu);
    const std::vector<float> frames = noise(size_t{16} * info.channels, 5);
    std::vector<float> samples(3 * 16 * info.hop);
    std::vector<voice_vocoder_gpu_job> jobs(
        3, {stream, 16, 16, 0, frames.data(), samples.data(), 16 * info.hop, 9, -99, 0});
    REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &jobs[0], 1) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &jobs[1], 1) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    CHECK(jobs[0].status == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &jobs[2], 1) == VOICE_OK);
    refuse_allocations(info.stream_bytes / 2);
    REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    refuse_allocations(SIZE_MAX);
    CHECK(jobs[1].status == VOICE_ERROR_MEMORY);
    CHECK(jobs[1].sample_count == 0);
    REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    CHECK(jobs[2].status == VOICE_ERROR_MEMORY); // memory or not: what would be before it is missing
    REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &jobs[0], 1) == VOICE_OK);
    CHECK(jobs[0].status == VOICE_END);
    REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_stream_reset(gpu.get(), stream) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &jobs[0], 1) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
    CHECK(jobs[0].status == VOICE_OK);
    CHECK(jobs[0].sample_count == 16 * info.hop - info.lookahead_samples);
}
