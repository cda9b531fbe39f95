#include "capi/call.h"

#include <doctest/doctest.h>

#include <cstring>
#include <new>
#include <stdexcept>
#include <thread>

#include "voice/voice.h"

using voice::capi::call;

TEST_CASE("shouldMapEachExceptionToItsStatus") {
    CHECK(call([]() -> int { throw voice::Error(VOICE_ERROR_IO, "a"); }) == VOICE_ERROR_IO);
    CHECK(std::strcmp(voice_last_error(), "a") == 0);
    CHECK(call([]() -> int { throw std::bad_alloc(); }) == VOICE_ERROR_MEMORY);
    CHECK(call([]() -> int { throw std::runtime_error("b"); }) == VOICE_ERROR_INTERNAL);
    CHECK(std::strcmp(voice_last_error(), "b") == 0);
    CHECK(call([]() -> int { throw 1; }) == VOICE_ERROR_INTERNAL);
}

TEST_CASE("shouldKeepTheMessagePerThreadAndThroughSuccess") {
    CHECK(voice_resampler_reset(nullptr) == VOICE_ERROR_ARGUMENT);
    const std::string message = voice_last_error();
    CHECK(message == "resampler=NULL: a pointer is required");
    CHECK(call([] { return VOICE_OK; }) == VOICE_OK);
    CHECK(message == voice_last_error());
    std::thread([] { CHECK(std::strcmp(voice_last_error(), "") == 0); }).join();
}

TEST_CASE("shouldCutAtACharacterWhenTheMessageIsTooLong") {
    std::string text = "x";
    while (text.size() < 2000) {
        text += "\u00e9";
    }
    voice::capi::fail(VOICE_ERROR_IO, text.c_str());
    const std::string kept = voice_last_error();
    CHECK(kept.size() == 1023);
    CHECK(kept == text.substr(0, kept.size()));
    CHECK(kept.size() % 2 == 1); // x and whole pairs
}

TEST_CASE("shouldRefuseNullAndShortStructsWhereverTheyAreGiven") {
    voice_vad *vad = nullptr;
    voice_tts *tts = nullptr;
    voice_resampler *resampler = nullptr;
    CHECK(voice_vad_open_file(nullptr, nullptr, &vad) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vad_open_file("x", nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vad_open_memory(nullptr, 1, nullptr, &vad) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_vad_open_memory("", 0, nullptr, &vad) == VOICE_ERROR_MODEL);
    CHECK(voice_vad_process(nullptr, 0, nullptr, nullptr, nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_tts_open(nullptr, &tts) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_tts_open("nobody", &tts) == VOICE_ERROR_NOT_FOUND);
    CHECK(std::string(voice_last_error()).find("rms, slt, awb, kal16") != std::string::npos);
    CHECK(voice_resampler_open(16000, 48000, nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_resampler_open(16000, 12345, nullptr, &resampler) == VOICE_ERROR_UNSUPPORTED);
    const voice_resampler_options empty = {0, 5};
    CHECK(voice_resampler_open(16000, 48000, &empty, &resampler) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_offer(nullptr, "", 0, 0, 0) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_size(nullptr) == 0);
    CHECK(voice_vad_window_samples(nullptr) == 0);
    voice_vad_close(nullptr);
    voice_tts_close(nullptr);
    voice_tts_stream_close(nullptr);
    voice_resampler_close(nullptr);
}

TEST_CASE("shouldConvertThroughTheAbi") {
    voice_resampler *resampler = nullptr;
    REQUIRE(voice_resampler_open(16000, 48000, nullptr, &resampler) == VOICE_OK);
    const int16_t input[160] = {};
    int16_t output[1000];
    uint32_t used = 160;
    uint32_t made = 1000;
    CHECK(voice_resampler_process(resampler, input, &used, output, &made) == VOICE_OK);
    CHECK(used == 160);
    uint32_t rest = 10;
    CHECK(voice_resampler_flush(resampler, output, &rest) == VOICE_OK);
    CHECK(rest == 10);
    uint32_t last = 1000;
    CHECK(voice_resampler_flush(resampler, output, &last) == VOICE_END);
    CHECK(made + rest + last == 480);
    CHECK(voice_resampler_process(resampler, input, &used, output, &made) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_resampler_reset(resampler) == VOICE_OK);
    voice_resampler_close(resampler);
}
