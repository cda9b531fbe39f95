#ifndef VOICE_TTS_TOKEN_UTTERANCE_H
#define VOICE_TTS_TOKEN_UTTERANCE_H

#include <cstddef>
#include <memory>

#include "tts/flite.h"
#include "tts/tokens.h"

namespace voice::tts {

struct UtteranceDeleter {
    void operator()(cst_utterance *utterance) const { delete_utterance(utterance); }
};
using Utterance = std::unique_ptr<cst_utterance, UtteranceDeleter>;

/* An utterance of tokens[0..count), as flite's own tokenizer would leave it. */
Utterance token_utterance(cst_voice *voice, const Token *tokens, size_t count);

} // namespace voice::tts

#endif
