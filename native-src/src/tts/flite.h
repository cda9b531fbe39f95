#ifndef VOICE_TTS_FLITE_H
#define VOICE_TTS_FLITE_H

// flite's headers are C without guards for C++.
extern "C" {
#include <flite/flite.h>
#include <cst_cg.h>

void usenglish_init(cst_voice *voice);
cst_lexicon *cmu_lex_init();
cst_utterance *cmu_postlex(cst_utterance *utterance);

cst_voice *register_cmu_us_rms(const char *voxdir);
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_awb(const char *voxdir);
cst_voice *register_cmu_us_kal16(const char *voxdir);
}

#endif
