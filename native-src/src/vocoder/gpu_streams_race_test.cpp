// Streams that come and go in many threads while one submits and waits. For ThreadSanitizer; the samples are checked, too.
#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "testing/vocoder_gpu.h"

using namespace voice::testing;

namespace {

/* Numbers of streams that other threads open and close, and that may be closed by the time that they are used. */
class Board {
public:
    void set(size_t place, uint32_t stream) { places_[place] = stream; }
    uint32_t get(size_t place) const { return places_[place]; }

private:
    std::atomic<uint32_t> places_[4] = {};
};

// No doctest macros here: they are not for several threads. Returns how often something was not as it should be.
int come_and_go(voice_vocoder_gpu *gpu, Board &board, size_t place, const std::atomic<bool> &over) {
    std::mt19937 random(static_cast<unsigned>(place));
    int wrong = 0;
    while (!over) {
        uint32_t stream = 0;
        const int status = voice_vocoder_gpu_stream_open(gpu, nullptr, &stream);
        if (status == VOICE_FULL) { // until the batches of those that were closed are over
            std::this_thread::yield();
            continue;
        }
        wrong += status == VOICE_OK ? 0 : 1;
        board.set(place, stream);
        for (unsigned i = random() % 8; i > 0; i--) {
            if (random() % 2 == 0) {
                wrong += voice_vocoder_gpu_stream_reset(gpu, stream) == VOICE_OK ? 0 : 1;
            }
            voice_vocoder_gpu_stream_samples(gpu, stream, 3, random() % 2);
            voice_vocoder_gpu_info info = VOICE_VOCODER_GPU_INFO_INIT;
            wrong += voice_vocoder_gpu_get_info(gpu, &info) == VOICE_OK && info.open_streams > 0 ? 0 : 1;
            std::this_thread::yield();
        }
        wrong += voice_vocoder_gpu_stream_close(gpu, stream) == VOICE_OK ? 0 : 1;
    }
    return wrong;
}

bool may_be(const voice_vocoder_gpu_job &job) {
    return job.status == VOICE_OK || job.status == VOICE_CANCELLED || job.status == VOICE_END ||
           job.status == VOICE_ERROR_ARGUMENT;
}

// One stream of its own among those that come and go, through both utterances of a talk.
int speak_among_others(voice_vocoder_gpu *gpu, GpuTalk &talk, const Board &board, const voice_vocoder_info &info) {
    std::mt19937 random(99);
    const std::vector<float> frames = noise(size_t{3} * info.channels, 1);
    std::vector<std::vector<float>> samples(8, std::vector<float>(3 * info.hop + info.lookahead_samples));
    std::vector<voice_vocoder_gpu_job> batches[2];
    int wrong = 0;
    size_t submitted = 0;
    size_t waited = 0;
    while (waited < submitted || !talk.over()) {
        if (submitted - waited < 2 && !talk.over()) {
            std::vector<voice_vocoder_gpu_job> &jobs = batches[submitted % 2];
            jobs.assign(1, talk.next());
            for (size_t i = 0; i < 4; i++) {
                std::vector<float> &own = samples[submitted % 2 * 4 + i];
                jobs.push_back({board.get(i), static_cast<uint32_t>(random() % 4), 3, random() % 5 == 0 ? 1u : 0u,
                                frames.data(), own.data(), static_cast<uint32_t>(own.size()), 0, -99, 0});
            }
            wrong += voice_vocoder_gpu_submit(gpu, jobs.data(), 5) == VOICE_OK ? 0 : 1;
            talk.submitted();
            submitted++;
        } else {
            wrong += voice_vocoder_gpu_wait(gpu) == VOICE_OK ? 0 : 1;
            const std::vector<voice_vocoder_gpu_job> &jobs = batches[waited++ % 2];
            talk.done(jobs[0]);
            for (const voice_vocoder_gpu_job &job : jobs) {
                wrong += may_be(job) ? 0 : 1;
            }
        }
    }
    return wrong;
}

void race(const char *order) {
    const GpuFault fault(order);
    const Vocoder vocoder = open_memory(onnx_voice(small_vocoder(true)), "");
    const voice_vocoder_info info = info_of(vocoder.get());
    const VocoderGpu gpu = open_gpu(vocoder.get(), gpu_options(6, 3));
    GpuTalk talk(gpu.get(), info, {noise(size_t{200} * info.channels, 4), noise(size_t{200} * info.channels, 5)}, {1, 3, 2},
                 true);
    Board board;
    std::atomic<bool> over{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (size_t place = 0; place < 4; place++) {
        threads.emplace_back([&, place] { wrong += come_and_go(gpu.get(), board, place, over); });
    }
    wrong += speak_among_others(gpu.get(), talk, board, info);
    over = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
    CHECK(!talk.bad());
    CHECK(talk.samples() == talk.expected(vocoder.get()));
    CHECK(info_of(gpu).open_streams == 1); // the talk's
    CHECK(info_of(gpu).lost == (*order == '\0' ? 0 : 1));
}

} // namespace

TEST_CASE("shouldNotMixStreamsThatComeAndGoInOtherThreads") {
    race("");
}

TEST_CASE("shouldNotMixThemWhenTheGpuFailsEither") {
    race("vocoder_wait 60");
    race("vocoder_submit 1");
}
