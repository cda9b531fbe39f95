#ifndef VOICE_TESTING_SPEECH_H
#define VOICE_TESTING_SPEECH_H

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "voice/voice.h"

namespace voice::testing {

struct TtsClose {
    void operator()(voice_tts *tts) const { voice_tts_close(tts); }
};
using Tts = std::unique_ptr<voice_tts, TtsClose>;

struct StreamClose {
    void operator()(voice_tts_stream *stream) const { voice_tts_stream_close(stream); }
};
using Stream = std::unique_ptr<voice_tts_stream, StreamClose>;

inline Tts open_voice(const std::string &name) {
    voice_tts *tts = nullptr;
    REQUIRE_MESSAGE(voice_tts_open(name.c_str(), &tts) == VOICE_OK, voice_last_error());
    return Tts(tts);
}

inline voice_tts_options prosody(float rate, float pitch) {
    voice_tts_options options = VOICE_TTS_OPTIONS_INIT;
    options.rate = rate;
    options.pitch = pitch;
    return options;
}

inline Stream start(const Tts &tts, const std::string &text, const voice_tts_options &options = prosody(1, 1)) {
    voice_tts_stream *stream = nullptr;
    REQUIRE_MESSAGE(voice_tts_start(tts.get(), text.data(), text.size(), &options, &stream) == VOICE_OK,
                    voice_last_error());
    return Stream(stream);
}

/* Reads to the end, capacity samples at a time. */
inline std::vector<int16_t> read_all(const Stream &stream, uint32_t capacity = 4096) {
    std::vector<int16_t> audio;
    std::vector<int16_t> buffer(capacity);
    uint32_t samples = 0;
    int status;
    while ((status = voice_tts_stream_next(stream.get(), buffer.data(), capacity, &samples)) == VOICE_OK) {
        REQUIRE(samples > 0);
        REQUIRE(samples <= capacity);
        audio.insert(audio.end(), buffer.begin(), buffer.begin() + samples);
    }
    REQUIRE(status == VOICE_END);
    REQUIRE(samples == 0);
    return audio;
}

inline std::vector<voice_tts_word> words_of(const Stream &stream) {
    uint32_t count = 0;
    REQUIRE(voice_tts_stream_words(stream.get(), nullptr, 0, &count) == VOICE_OK);
    std::vector<voice_tts_word> words(count);
    REQUIRE(voice_tts_stream_words(stream.get(), words.data(), count, &count) == VOICE_OK);
    return words;
}

} // namespace voice::testing

#endif
