#ifndef VOICE_TTS_SPEECH_STREAM_H
#define VOICE_TTS_SPEECH_STREAM_H

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tts/flite_utterance.h"
#include "tts/flite_voices.h"
#include "tts/lockstep.h"
#include "tts/tokens.h"
#include "voice/voice.h"

namespace voice::tts {

/* One text being spoken: voice_tts_stream without the C. */
class SpeechStream {
public:
    /* Throws Error if the text or the prosody cannot be used. */
    SpeechStream(const FliteVoice &voice, std::string_view text, const Prosody &prosody);

    /* VOICE_OK, VOICE_END or VOICE_CANCELLED; capacity > 0. */
    voice_status next(int16_t *buffer, uint32_t capacity, uint32_t *samples);

    /* All words once the first samples were read, none before. */
    const std::vector<voice_tts_word> &words() const;

    /* From any thread. */
    void cancel() { lockstep_.cancel(); }

private:
    void speak(Lockstep &lockstep);
    void measure(Lockstep &lockstep);

    const FliteVoice &voice_;
    const Prosody prosody_;
    const std::vector<Token> tokens_;
    const std::vector<size_t> run_ends_;
    std::vector<voice_tts_word> words_; // written by the body before its first chunk, then constant
    bool begun_ = false;
    const int16_t *samples_ = nullptr; // what is left of the current chunk
    size_t count_ = 0;
    Lockstep lockstep_; // last: its thread uses the other members
};

} // namespace voice::tts

#endif
