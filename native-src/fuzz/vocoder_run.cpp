#include "vocoder_run.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "promise.h"

namespace voice::fuzz {

namespace {

void expect_refusal(int status) {
    expect(status == VOICE_ERROR_MODEL || status == VOICE_ERROR_UNSUPPORTED, "a model that does not open says why");
    bool named = false;
    for (const char *start : {"the model in memory: ", "the configuration in memory: "}) {
        named = named || std::strncmp(voice_last_error(), start, std::strlen(start)) == 0;
    }
    expect(named, "the message says what it is about");
    expect(is_plain_text(voice_last_error()), "the message has no bytes of the file");
}

// Loud, quiet and silent values, a little more frames than are looked ahead.
std::vector<float> make_frames(const voice_vocoder_info &info, uint32_t count) {
    std::vector<float> frames(size_t{count} * info.channels);
    for (size_t i = 0; i < frames.size(); i++) {
        const float loud = i % 7 < 3 ? 10.0f : -1.0f;
        frames[i] = i % 5 == 0 ? 0 : loud;
    }
    return frames;
}

std::vector<float> speak(voice_vocoder_stream *stream, const voice_vocoder_info &info, const std::vector<float> &frames,
                         uint32_t chunk) {
    const auto count = static_cast<uint32_t>(frames.size() / info.channels);
    std::vector<float> samples(size_t{count} * info.hop);
    const auto capacity = static_cast<uint32_t>(samples.size());
    uint32_t written = 0;
    uint32_t made = 0;
    for (uint32_t done = 0; done < count; done += chunk) {
        const int status = voice_vocoder_stream_push(stream, &frames[done], std::min(chunk, count - done), count,
                                                     samples.data() + written, capacity - written, &made);
        expect(status == VOICE_OK, "a stream that is open takes frames");
        written += made;
        const uint64_t all = std::min<uint64_t>(done + uint64_t{chunk}, count) * info.hop;
        const uint64_t due = all > info.lookahead_samples ? all - info.lookahead_samples : 0;
        expect(written == due, "samples come when they are due");
    }
    expect(voice_vocoder_stream_flush(stream, samples.data() + written, capacity - written, &made) == VOICE_OK,
           "a stream that is open ends");
    expect(written + made == capacity, "each frame makes hop samples");
    expect(voice_vocoder_stream_reset(stream) == VOICE_OK, "a stream is reset");
    return samples;
}

void run(const voice_vocoder *vocoder) {
    voice_vocoder_info info = VOICE_VOCODER_INFO_INIT;
    expect(voice_vocoder_get_info(vocoder, &info) == VOICE_OK, "a vocoder that is open tells of itself");
    expect(info.channels >= 1 && info.hop >= 1 && info.hop <= 4096, "sizes are in range");
    const std::vector<float> conditioning(info.conditioning_channels, 0.5f);
    voice_vocoder_stream_options options = VOICE_VOCODER_STREAM_OPTIONS_INIT;
    options.conditioning = info.speakers == 0 && info.conditioning_channels > 0 ? conditioning.data() : nullptr;
    voice_vocoder_stream *stream = nullptr;
    expect(voice_vocoder_stream_open(vocoder, &options, &stream) == VOICE_OK, "a vocoder that is open has streams");
    const std::vector<float> frames = make_frames(info, std::min(info.lookahead_frames, 40u) + 3);
    const std::vector<float> whole = speak(stream, info, frames, 1000);
    const std::vector<float> pieces = speak(stream, info, frames, 2);
    for (size_t i = 0; i < whole.size(); i++) {
        expect(!(std::abs(whole[i]) > 1), "a sample is from -1 to 1 or NaN");
        expect(whole[i] == pieces[i] || (std::isnan(whole[i]) && std::isnan(pieces[i])), "pieces make the whole");
    }
    voice_vocoder_stream_close(stream);
}

} // namespace

void open_and_speak(std::string_view file, std::string_view config) {
    if (file.empty()) {
        return; // an argument, not a model
    }
    voice_vocoder *vocoder = nullptr;
    const int status =
        voice_vocoder_open_memory(file.data(), file.size(), config.data(), config.size(), &vocoder);
    expect((vocoder != nullptr) == (status == VOICE_OK), "a handle if and only if it opens");
    if (vocoder == nullptr) {
        expect_refusal(status);
        return;
    }
    run(vocoder);
    voice_vocoder_close(vocoder);
}

} // namespace voice::fuzz
