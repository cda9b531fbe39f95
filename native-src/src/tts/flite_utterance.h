#ifndef VOICE_TTS_FLITE_UTTERANCE_H
#define VOICE_TTS_FLITE_UTTERANCE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "tts/flite_voices.h"
#include "tts/tokens.h"
#include "voice/voice.h"

namespace voice::tts {

/* Factors, 1 is the voice's own. */
struct Prosody {
    float rate = 1;
    float pitch = 1;
};

/* When the words of an utterance are said, known before its first sample is computed. */
struct Timing {
    std::vector<voice_tts_word> words; // in samples of the utterance
    int64_t samples = 0;               // of the whole utterance
};

/* Gets the audio as it is computed, at most 20 ms at a time. False stops the synthesis. */
using ChunkSink = std::function<bool(const Timing &timing, const int16_t *samples, size_t count)>;

/*
 * Speaks tokens[0..count) on the calling thread. Any number of threads may do so at once: what flite changes belongs
 * to the utterance, except the C library's rand(), from which it takes the noise in the voice's excitation.
 */
void synthesize(const FliteVoice &voice, const Prosody &prosody, const Token *tokens, size_t count,
                const ChunkSink &sink);

} // namespace voice::tts

#endif
