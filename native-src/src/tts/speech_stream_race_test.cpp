// Streams on many threads and cancellation from outside, for ThreadSanitizer (flite itself is not instrumented).
#include <atomic>
#include <chrono>
#include <thread>

#include "testing/pronounced.h"
#include "testing/speech.h"

using namespace voice::testing;

TEST_CASE("shouldSpeakOnManyThreadsAtOnce") {
    constexpr int thread_count = 8;
    const char *names[] = {"rms", "slt", "awb", "kal16"};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < thread_count; t++) {
        threads.emplace_back([&wrong, name = names[t % 4]] {
            // No doctest macros here: they are not for several threads.
            voice_tts *tts = nullptr;
            wrong += voice_tts_open(name, &tts) != VOICE_OK;
            size_t expected = 0;
            for (int round = 0; round < 4; round++) {
                voice_tts_stream *stream = nullptr;
                const std::string text = "Dr. Jones paid $12.50 on 4/5, didn't she?";
                wrong += voice_tts_start(tts, text.data(), text.size(), nullptr, &stream) != VOICE_OK;
                int16_t buffer[1000];
                uint32_t samples = 0;
                size_t total = 0;
                while (voice_tts_stream_next(stream, buffer, 1000, &samples) == VOICE_OK) {
                    total += samples;
                }
                uint32_t words = 0;
                voice_tts_stream_words(stream, nullptr, 0, &words);
                wrong += words != 8;
                wrong += total < 16000 || (round > 0 && total != expected);
                expected = total;
                voice_tts_stream_close(stream);
            }
            voice_tts_close(tts);
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
}

TEST_CASE("shouldPronounceOnManyThreadsAtOnce") {
    const std::string text = "Dr. Jones paid $12.50 on 4/5 for zyxwqorbs, didn't she?";
    const std::string expected = pronounced(text).characters;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; t++) {
        threads.emplace_back([&] {
            for (int round = 0; round < 100; round++) {
                wrong += pronounced(text).characters != expected;
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(expected.size() > 100);
    CHECK(wrong == 0);
}

TEST_CASE("shouldStopWhenAnotherThreadCancels") {
    const Tts tts = open_voice("rms");
    std::string text;
    for (int i = 0; i < 100; i++) {
        text += "This goes on and on and on, and nobody stops it. ";
    }
    // From before the first sample (while the front end runs) to well into the audio.
    for (int delay_ms : {0, 1, 5, 20, 100, 1500}) {
        const Stream stream = start(tts, text);
        std::thread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
            voice_tts_stream_cancel(stream.get());
        });
        int16_t buffer[320];
        uint32_t samples = 0;
        int status;
        while ((status = voice_tts_stream_next(stream.get(), buffer, 320, &samples)) == VOICE_OK) {
        }
        canceller.join();
        CHECK(status == VOICE_CANCELLED);
        CHECK(samples == 0);
    }
}
