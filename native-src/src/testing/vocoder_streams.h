#ifndef VOICE_TESTING_VOCODER_STREAMS_H
#define VOICE_TESTING_VOCODER_STREAMS_H

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "testing/noise.h"
#include "voice/voice.h"

namespace voice::testing {

struct CloseVocoder {
    void operator()(voice_vocoder *vocoder) const { voice_vocoder_close(vocoder); }
    void operator()(voice_vocoder_stream *stream) const { voice_vocoder_stream_close(stream); }
};
using Vocoder = std::unique_ptr<voice_vocoder, CloseVocoder>;
using VocoderStream = std::unique_ptr<voice_vocoder_stream, CloseVocoder>;

inline Vocoder open_vocoder(const std::string &path) {
    voice_vocoder *vocoder = nullptr;
    const int status = voice_vocoder_open(path.c_str(), nullptr, &vocoder);
    REQUIRE_MESSAGE(status == VOICE_OK, voice_last_error());
    return Vocoder(vocoder);
}

inline Vocoder open_memory(const std::string &bytes, const std::string &config) {
    voice_vocoder *vocoder = nullptr;
    const int status = voice_vocoder_open_memory(bytes.data(), bytes.size(), config.empty() ? nullptr : config.data(),
                                                 config.size(), &vocoder);
    REQUIRE_MESSAGE(status == VOICE_OK, voice_last_error());
    return Vocoder(vocoder);
}

inline VocoderStream open_stream(const voice_vocoder *vocoder, const voice_vocoder_stream_options *options = nullptr) {
    voice_vocoder_stream *stream = nullptr;
    const int status = voice_vocoder_stream_open(vocoder, options, &stream);
    REQUIRE_MESSAGE(status == VOICE_OK, voice_last_error());
    return VocoderStream(stream);
}

inline voice_vocoder_info info_of(const voice_vocoder *vocoder) {
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    REQUIRE(voice_vocoder_get_info(vocoder, &info) == VOICE_OK);
    return info;
}

/* An utterance, [channels][frames], cut into those chunks over and over again, and its end. */
inline std::vector<float> speak(voice_vocoder_stream *stream, const voice_vocoder_info &info,
                                const std::vector<float> &frames, const std::vector<uint32_t> &chunks) {
    const auto count = static_cast<uint32_t>(frames.size() / info.channels);
    std::vector<float> samples(size_t{count} * info.hop);
    uint32_t written = 0;
    uint32_t pushed = 0;
    uint32_t made = 0;
    for (size_t i = 0; pushed < count; i++) {
        const uint32_t step = std::min(chunks[i % chunks.size()], count - pushed);
        const uint32_t expected = voice_vocoder_stream_samples(stream, step);
        const int status = voice_vocoder_stream_push(stream, &frames[pushed], step, count, samples.data() + written,
                                                     static_cast<uint32_t>(samples.size()) - written, &made);
        REQUIRE_MESSAGE(status == VOICE_OK, voice_last_error());
        REQUIRE(made == expected);
        written += made;
        pushed += step;
        const uint64_t all = uint64_t{pushed} * info.hop;
        REQUIRE(written == (all > info.lookahead_samples ? all - info.lookahead_samples : 0));
    }
    REQUIRE(voice_vocoder_stream_flush(stream, samples.data() + written,
                                       static_cast<uint32_t>(samples.size()) - written, &made) == VOICE_OK);
    REQUIRE(written + made == samples.size());
    return samples;
}

} // namespace voice::testing

#endif
