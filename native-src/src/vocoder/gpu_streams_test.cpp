// The C ABI of the vocoder on a GPU, over a plugin that keeps to its table and computes on the CPU.
#include <limits>

#include "testing/counted_new.h"
#include "testing/vocoder_gpu.h"

using namespace voice::testing;

namespace {

std::string last_error() {
    return voice_last_error();
}

/* An engine over a small generator, and frames for it. */
struct Fixture {
    explicit Fixture(const voice_vocoder_gpu_options &options = gpu_options(4, 16))
        : vocoder(open_memory(onnx_voice(small_vocoder(true)), "")), info(info_of(vocoder.get())),
          gpu(open_gpu(vocoder.get(), options)), frames(noise(size_t{16} * info.channels, 3)),
          samples(16 * info.hop + info.lookahead_samples) {}

    voice_vocoder_gpu_job job(uint32_t stream, uint32_t count, uint32_t flush = 0) {
        return {stream, count, 16, flush, frames.data(), samples.data(), static_cast<uint32_t>(samples.size()), 0, -99, 0};
    }

    /* Submits and waits. */
    int process(voice_vocoder_gpu_job &job) {
        REQUIRE(voice_vocoder_gpu_submit(gpu.get(), &job, 1) == VOICE_OK);
        REQUIRE(voice_vocoder_gpu_wait(gpu.get()) == VOICE_OK);
        return job.status;
    }

    Vocoder vocoder;
    voice_vocoder_info info;
    VocoderGpu gpu;
    std::vector<float> frames;
    std::vector<float> samples;
};

} // namespace

TEST_CASE("shouldSayWhatTheCpuSaysHoweverTheFramesAreCut") {
    for (const VocoderShape &shape : vocoder_shapes()) {
        const std::string name = shape.name;
        CAPTURE(name);
        Vocoder vocoder = open_memory(onnx_voice(shape.model), "");
        const voice_vocoder_info info = info_of(vocoder.get());
        for (size_t under_way : {size_t{1}, size_t{2}}) {
            const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(8, 16));
            std::vector<GpuTalk> talks = several_talks(gpu.get(), info, 61);
            run(gpu, talks, under_way);
            for (const GpuTalk &talk : talks) {
                CHECK(!talk.bad());
                CHECK(talk.samples() == talk.expected(vocoder.get())); // to the bit: it is the same code
            }
            CHECK(info_of(gpu).lost == 0);
        }
    }
}

TEST_CASE("shouldSpeakAsEachSpeaker") {
    VocoderModel model = small_vocoder(true);
    model.conditioning = 6;
    model.speakers = 3;
    const Vocoder vocoder = open_memory(onnx_voice(model), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(4, 16));
    const std::vector<float> vector = noise(6, 77);
    std::vector<GpuTalk> talks;
    std::vector<voice_vocoder_stream_options> options(4, VOICE_VOCODER_STREAM_OPTIONS_INIT);
    options[3].conditioning = vector.data();
    for (uint32_t i = 0; i < 4; i++) {
        options[i].speaker = i;
        talks.emplace_back(gpu.get(), info, std::vector<std::vector<float>>(2, noise(size_t{30} * info.channels, 4)),
                           std::vector<uint32_t>{4}, false, &options[i]);
    }
    run(gpu, talks, 2);
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(talks[i].samples() == talks[i].expected(vocoder.get(), &options[i]));
        CHECK((i == 0 || talks[i].samples() != talks[0].samples()));
    }
    options[0].speaker = 3;
    uint32_t stream = 5;
    CHECK(voice_vocoder_gpu_stream_open(gpu.get(), options.data(), &stream) == VOICE_ERROR_ARGUMENT);
    CHECK(last_error() == "options.speaker=3: it must be below 3");
    CHECK(stream == 0);
}

TEST_CASE("shouldTellWhatItIs") {
    Fixture f(gpu_options(5, 7));
    voice_vocoder_gpu_info info = info_of(f.gpu);
    CHECK(info.struct_size == sizeof info);
    CHECK(info.precision == VOICE_VOCODER_GPU_FLOAT);
    CHECK(info.max_streams == 5);
    CHECK(info.max_batch == 5);
    CHECK(info.max_frames == 7);
    CHECK(info.open_streams == 0);
    CHECK(info.lost == 0);
    CHECK(info.device_bytes == 5 * info.stream_bytes);
    // small_vocoder looks 13 frames back; two batches of 7 frames may be under way.
    CHECK(info.host_stream_bytes > (13 + 14) * f.info.channels * sizeof(float));
    CHECK(info.host_stream_bytes < (13 + 14) * f.info.channels * sizeof(float) + 600);
    CHECK(std::string(info.name) == "a CPU that is taken for a GPU");
    CHECK(std::string(info.problem).empty());
    info.struct_size = 8;
    CHECK(voice_vocoder_gpu_get_info(f.gpu.get(), &info) == VOICE_ERROR_ARGUMENT);
    const char *name = nullptr;
    CHECK(voice_vad_gpu_available(&name) == 1);
    CHECK(std::string(name) == "a CPU that is taken for a GPU");
}

TEST_CASE("shouldRefuseOptionsThatMakeNoSense") {
    const Fixture f;
    voice_vocoder_gpu *gpu = nullptr;
    const auto refuses = [&](voice_vocoder_gpu_options options, const std::string &message) {
        CHECK(voice_vocoder_gpu_open(f.vocoder.get(), &options, &gpu) == VOICE_ERROR_ARGUMENT);
        CHECK(last_error() == message);
        CHECK(gpu == nullptr);
    };
    refuses(gpu_options(0, 16), "options.max_streams=0: it must be 1 .. 65536");
    refuses(gpu_options(65537, 16), "options.max_streams=65537: it must be 1 .. 65536");
    refuses(gpu_options(1, 0), "options.max_frames=0: it must be 1 .. 64");
    refuses(gpu_options(1, 65), "options.max_frames=65: it must be 1 .. 64");
    refuses(gpu_options(4, 16, 5), "options.max_batch=5: it must be 1 .. 4");
    voice_vocoder_gpu_options options = gpu_options(4, 16);
    options.precision = 2;
    refuses(options, "options.precision=2: there are 0 (half) and 1 (float)");
    options = gpu_options(4, 16);
    options.device = 1;
    refuses(options, "device: there is but one, 0");
    options = gpu_options(4, 16);
    options.struct_size = 4;
    CHECK(voice_vocoder_gpu_open(f.vocoder.get(), &options, &gpu) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_open(nullptr, nullptr, &gpu) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_open(f.vocoder.get(), nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    const GpuFault fault("vocoder_open 1");
    CHECK(voice_vocoder_gpu_open(f.vocoder.get(), nullptr, &gpu) == VOICE_ERROR_MEMORY);
    CHECK(last_error() == "a stream takes 1 byte: 0 streams would fit");
    CHECK(voice_vocoder_gpu_open(nullptr, nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    voice_vocoder_gpu_close(nullptr);
}

TEST_CASE("shouldRefuseAJobAndLeaveTheOthersAlone") {
    Fixture f;
    const std::vector<float> alone = [&] {
        const VocoderStream stream = open_stream(f.vocoder.get());
        std::vector<float> samples(16 * f.info.hop);
        uint32_t count = 0;
        REQUIRE(voice_vocoder_stream_push(stream.get(), f.frames.data(), 16, 16, samples.data(), 16 * f.info.hop,
                                          &count) == VOICE_OK);
        samples.resize(count);
        return samples;
    }();
    std::vector<float> nan = f.frames;
    nan[2 * 16 + 15] = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> infinite = f.frames;
    infinite[0] = -std::numeric_limits<float>::infinity();
    struct Case {
        const char *message;
        int status;
        void (*spoil)(voice_vocoder_gpu_job &job, const float *nan, const float *infinite);
    };
    const Case cases[] = {
        {"stream=4711: no such stream is open", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *) { job.stream = 4711; }},
        {"stream=0: no such stream is open", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *) { job.stream = 0; }},
        {"frame_count=17: it must be at most max_frames=16", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *) { job.frame_count = 17; }},
        {"flush=2: it must be 0 or 1", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *) { job.flush = 2; }},
        {"channel_stride=15: it must be at least frame_count=16", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *) { job.channel_stride = 15; }},
        {"frames=NULL: a pointer is required", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *) { job.frames = nullptr; }},
        {"samples=NULL: a pointer is required", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *) { job.samples = nullptr; }},
        {"frames: channel=2 of frame=15 is nan: it must be finite", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *bad, const float *) { job.frames = bad; }},
        {"frames: channel=0 of frame=0 is -inf: it must be finite", VOICE_ERROR_ARGUMENT,
         [](voice_vocoder_gpu_job &job, const float *, const float *bad) { job.frames = bad; }},
        {"", VOICE_FULL, [](voice_vocoder_gpu_job &job, const float *, const float *) { job.capacity = 1; }},
    };
    const uint32_t bad = open_stream(f.gpu);
    const uint32_t good = open_stream(f.gpu);
    std::vector<float> samples(f.samples.size());
    for (const Case &c : cases) {
        CAPTURE(c.message);
        REQUIRE(voice_vocoder_gpu_stream_reset(f.gpu.get(), good) == VOICE_OK);
        voice_vocoder_gpu_job jobs[] = {f.job(bad, 16), f.job(good, 16)};
        c.spoil(jobs[0], nan.data(), infinite.data());
        jobs[1].samples = samples.data();
        REQUIRE(voice_vocoder_gpu_submit(f.gpu.get(), jobs, 2) == VOICE_OK);
        CHECK(jobs[0].status == c.status);
        CHECK((c.status == VOICE_FULL || last_error() == std::string("jobs[0].") + c.message));
        CHECK(jobs[0].sample_count == (c.status == VOICE_FULL ? alone.size() : 0));
        REQUIRE(voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_OK);
        CHECK(jobs[0].status == c.status);
        CHECK(jobs[1].status == VOICE_OK);
        CHECK(std::vector<float>(samples.begin(), samples.begin() + jobs[1].sample_count) == alone);
    }
    // Nothing of all that was taken.
    voice_vocoder_gpu_job job = f.job(bad, 16);
    CHECK(f.process(job) == VOICE_OK);
    CHECK(std::vector<float>(f.samples.begin(), f.samples.begin() + job.sample_count) == alone);
}

TEST_CASE("shouldRefuseAStreamThatIsTwiceInABatch") {
    Fixture f;
    const uint32_t stream = open_stream(f.gpu);
    voice_vocoder_gpu_job jobs[] = {f.job(stream, 1), f.job(stream, 1)};
    REQUIRE(voice_vocoder_gpu_submit(f.gpu.get(), jobs, 2) == VOICE_OK);
    CHECK(jobs[1].status == VOICE_ERROR_ARGUMENT);
    CHECK(last_error().find("jobs[1].stream=" + std::to_string(stream) + ": it has a job in this batch before") == 0);
    REQUIRE(voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_OK);
    CHECK(jobs[0].status == VOICE_OK);
    CHECK(jobs[1].status == VOICE_ERROR_ARGUMENT);
}

TEST_CASE("shouldEndAnUtteranceOnce") {
    Fixture f;
    const uint32_t stream = open_stream(f.gpu);
    voice_vocoder_gpu_job job = f.job(stream, 16, 1);
    CHECK(voice_vocoder_gpu_stream_samples(f.gpu.get(), stream, 16, 1) == 16 * f.info.hop);
    CHECK(voice_vocoder_gpu_stream_samples(f.gpu.get(), stream, 16, 0) == 16 * f.info.hop - f.info.lookahead_samples);
    CHECK(f.process(job) == VOICE_OK);
    CHECK(job.sample_count == 16 * f.info.hop);
    CHECK(voice_vocoder_gpu_stream_samples(f.gpu.get(), stream, 16, 1) == 0);
    for (uint32_t flush : {0u, 1u}) {
        job = f.job(stream, 0, flush);
        CHECK(f.process(job) == VOICE_END);
        CHECK(job.sample_count == 0);
    }
    REQUIRE(voice_vocoder_gpu_stream_reset(f.gpu.get(), stream) == VOICE_OK);
    // An utterance without frames has no samples; a job without anything is one, too.
    job = f.job(stream, 0);
    job.frames = nullptr;
    job.samples = nullptr;
    job.capacity = 0;
    CHECK(f.process(job) == VOICE_OK);
    job.flush = 1;
    CHECK(f.process(job) == VOICE_OK);
    CHECK(job.sample_count == 0);
    CHECK(f.process(job) == VOICE_END);
}

TEST_CASE("shouldTakeTwoBatchesAndNoMore") {
    Fixture f;
    const uint32_t stream = open_stream(f.gpu);
    CHECK(voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_EMPTY);
    voice_vocoder_gpu_job jobs[] = {f.job(stream, 1), f.job(stream, 1), f.job(stream, 1)};
    CHECK(voice_vocoder_gpu_submit(f.gpu.get(), jobs, 0) == VOICE_ERROR_ARGUMENT);
    CHECK(last_error() == "count=0: it must be 1 .. max_batch=4");
    CHECK(voice_vocoder_gpu_submit(f.gpu.get(), jobs, 5) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_submit(f.gpu.get(), nullptr, 1) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_submit(nullptr, jobs, 1) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_wait(nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_submit(f.gpu.get(), &jobs[0], 1) == VOICE_OK);
    jobs[1].stream = 0; // a batch all the same
    CHECK(voice_vocoder_gpu_submit(f.gpu.get(), &jobs[1], 1) == VOICE_OK);
    CHECK(voice_vocoder_gpu_submit(f.gpu.get(), &jobs[2], 1) == VOICE_FULL);
    CHECK(jobs[2].status == -99);
    CHECK(voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_OK);
    CHECK(jobs[0].status == VOICE_OK);
    CHECK(voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_OK);
    CHECK(voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_EMPTY);
}

TEST_CASE("shouldFreeASlotAndForgetItsNumberWhenAStreamIsClosed") {
    Fixture f(gpu_options(2, 16));
    const uint32_t first = open_stream(f.gpu);
    const uint32_t second = open_stream(f.gpu);
    uint32_t third = 9;
    CHECK(voice_vocoder_gpu_stream_open(f.gpu.get(), nullptr, &third) == VOICE_FULL);
    CHECK(third == 0);
    CHECK(info_of(f.gpu).open_streams == 2);
    REQUIRE(voice_vocoder_gpu_stream_close(f.gpu.get(), first) == VOICE_OK);
    CHECK(info_of(f.gpu).open_streams == 1);
    CHECK(voice_vocoder_gpu_stream_close(f.gpu.get(), first) == VOICE_ERROR_ARGUMENT);
    CHECK(last_error() == "stream=" + std::to_string(first) + ": no such stream is open");
    third = open_stream(f.gpu);
    CHECK(third != first);
    CHECK(third != second);
    voice_vocoder_gpu_job job = f.job(first, 16);
    CHECK(f.process(job) == VOICE_ERROR_ARGUMENT); // not the third one's slot
    CHECK(voice_vocoder_gpu_stream_samples(f.gpu.get(), first, 16, 1) == 0);
    CHECK(voice_vocoder_gpu_stream_reset(f.gpu.get(), first) == VOICE_ERROR_ARGUMENT);
    job = f.job(third, 16);
    CHECK(f.process(job) == VOICE_OK);
    CHECK(voice_vocoder_gpu_stream_samples(nullptr, third, 16, 1) == 0);
    CHECK(voice_vocoder_gpu_stream_close(nullptr, third) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_stream_reset(nullptr, third) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_stream_open(nullptr, nullptr, &third) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vocoder_gpu_stream_open(f.gpu.get(), nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
}

TEST_CASE("shouldCancelOnlyTheJobOfAStreamThatIsClosedUnderWay") {
    Fixture f(gpu_options(2, 16));
    const uint32_t closed = open_stream(f.gpu);
    const uint32_t other = open_stream(f.gpu);
    std::vector<float> samples(f.samples.size());
    voice_vocoder_gpu_job first[] = {f.job(closed, 16), f.job(other, 16)};
    voice_vocoder_gpu_job second[] = {f.job(closed, 16), f.job(other, 16)};
    first[1].samples = second[1].samples = samples.data();
    REQUIRE(voice_vocoder_gpu_submit(f.gpu.get(), first, 2) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_submit(f.gpu.get(), second, 2) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_stream_close(f.gpu.get(), closed) == VOICE_OK);
    CHECK(voice_vocoder_gpu_stream_close(f.gpu.get(), closed) == VOICE_ERROR_ARGUMENT);
    uint32_t next = 0;
    for (auto *jobs : {first, second}) {
        CHECK(voice_vocoder_gpu_stream_open(f.gpu.get(), nullptr, &next) == VOICE_FULL); // its slot is in use
        CHECK(info_of(f.gpu).open_streams == 2);
        REQUIRE(voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_OK);
        CHECK(jobs[0].status == VOICE_CANCELLED);
        CHECK(jobs[0].sample_count == 0);
        CHECK(jobs[1].status == VOICE_OK);
        CHECK(jobs[1].sample_count > 0);
    }
    CHECK(info_of(f.gpu).open_streams == 1);
    next = open_stream(f.gpu);
    voice_vocoder_gpu_job job = f.job(next, 16); // an utterance of its own
    CHECK(f.process(job) == VOICE_OK);
    CHECK(job.sample_count == 16 * f.info.hop - f.info.lookahead_samples);
}

TEST_CASE("shouldOutliveItsVocoderAndDropWhatIsUnderWayWhenItIsClosed") {
    Fixture f;
    f.vocoder.reset();
    const uint32_t stream = open_stream(f.gpu);
    voice_vocoder_gpu_job jobs[] = {f.job(stream, 3), f.job(stream, 3)};
    REQUIRE(voice_vocoder_gpu_submit(f.gpu.get(), &jobs[0], 1) == VOICE_OK);
    REQUIRE(voice_vocoder_gpu_submit(f.gpu.get(), &jobs[1], 1) == VOICE_OK);
    f.gpu.reset();
}

TEST_CASE("shouldNotAllocateWhenItSubmitsAndWaits") {
    Fixture f;
    uint32_t streams[] = {open_stream(f.gpu), open_stream(f.gpu)};
    voice_vocoder_gpu_job jobs[] = {f.job(streams[0], 16), f.job(streams[1], 7)};
    std::vector<float> samples(f.samples.size());
    jobs[1].samples = samples.data();
    bool good = true;
    size_t before = 0;
    for (int utterance = 0; utterance < 4; utterance++) {
        if (utterance == 1) { // the test's plugin makes its streams in the first one
            before = allocations();
        }
        for (uint32_t i = 0; i < 5; i++) {
            jobs[0].flush = jobs[1].flush = i == 4 ? 1 : 0;
            good = voice_vocoder_gpu_submit(f.gpu.get(), jobs, 2) == VOICE_OK && good;
            good = voice_vocoder_gpu_wait(f.gpu.get()) == VOICE_OK && good;
            good = jobs[0].status == VOICE_OK && jobs[1].status == VOICE_OK && good;
        }
        good = voice_vocoder_gpu_stream_reset(f.gpu.get(), streams[0]) == VOICE_OK && good;
        good = voice_vocoder_gpu_stream_reset(f.gpu.get(), streams[1]) == VOICE_OK && good;
    }
    CHECK(allocations() == before);
    CHECK(good);
}
