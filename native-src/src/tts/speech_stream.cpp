#include "tts/speech_stream.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace voice::tts {

namespace {

void check_factor(const char *name, float value) {
    if (!(value >= 0.5f && value <= 2.0f)) { // also refuses NaN
        throw Error(VOICE_ERROR_ARGUMENT, std::string(name) + "=" + std::to_string(value) + ": it must be 0.5 to 2");
    }
}

Prosody checked(const Prosody &prosody) {
    check_factor("rate", prosody.rate);
    check_factor("pitch", prosody.pitch);
    return prosody;
}

std::string_view checked(std::string_view text) {
    if (text.size() > VOICE_TTS_MAX_TEXT_BYTES) {
        throw Error(VOICE_ERROR_ARGUMENT, "text_bytes=" + std::to_string(text.size()) + ": at most " +
                                              std::to_string(VOICE_TTS_MAX_TEXT_BYTES) +
                                              "; split the text into sentences");
    }
    return text;
}

} // namespace

SpeechStream::SpeechStream(const FliteVoice &voice, std::string_view text, const Prosody &prosody)
    : voice_(voice),
      prosody_(checked(prosody)),
      tokens_(tokenize(to_speech_text(checked(text)))),
      run_ends_(split_runs(tokens_)),
      lockstep_([this](Lockstep &lockstep) { speak(lockstep); }) {}

voice_status SpeechStream::next(int16_t *buffer, uint32_t capacity, uint32_t *samples) {
    *samples = 0;
    if (count_ == 0 || lockstep_.stopping()) {
        if (tokens_.empty() && !lockstep_.stopping()) {
            return VOICE_END; // nothing to say: no thread is started
        }
        count_ = 0;
        switch (lockstep_.next(&samples_, &count_)) {
        case Lockstep::Result::cancelled:
            return VOICE_CANCELLED;
        case Lockstep::Result::end:
            return VOICE_END;
        case Lockstep::Result::chunk:
            begun_ = true;
            break;
        }
    }
    const size_t copied = std::min<size_t>(capacity, count_);
    std::copy_n(samples_, copied, buffer);
    samples_ += copied;
    count_ -= copied;
    *samples = static_cast<uint32_t>(copied);
    return VOICE_OK;
}

const std::vector<voice_tts_word> &SpeechStream::words() const {
    static const std::vector<voice_tts_word> none;
    return begun_ ? words_ : none;
}

// The words of all runs are promised with the first sample, so all but a single run are timed first: the front end
// runs, and the synthesis is stopped at its first chunk.
void SpeechStream::measure(Lockstep &lockstep) {
    int64_t offset = 0;
    size_t begin = 0;
    for (size_t end : run_ends_) {
        if (lockstep.stopping()) {
            return;
        }
        Timing timing;
        synthesize(voice_, prosody_, &tokens_[begin], end - begin,
                   [&timing](const Timing &known, const int16_t *, size_t) {
                       timing = known;
                       return false;
                   });
        for (voice_tts_word word : timing.words) {
            word.start_sample += offset;
            word.end_sample += offset;
            words_.push_back(word);
        }
        offset += timing.samples;
        begin = end;
    }
}

void SpeechStream::speak(Lockstep &lockstep) {
    const bool single = run_ends_.size() == 1;
    if (!single) {
        measure(lockstep);
    }
    bool first = true;
    size_t begin = 0;
    for (size_t end : run_ends_) {
        if (lockstep.stopping()) {
            return;
        }
        synthesize(voice_, prosody_, &tokens_[begin], end - begin,
                   [&](const Timing &timing, const int16_t *samples, size_t count) {
                       if (single && first) {
                           words_ = timing.words;
                       }
                       first = false;
                       return lockstep.hand_over(samples, count);
                   });
        begin = end;
    }
}

} // namespace voice::tts
