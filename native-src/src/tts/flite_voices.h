#ifndef VOICE_TTS_FLITE_VOICES_H
#define VOICE_TTS_FLITE_VOICES_H

#include <cstddef>
#include <cstdint>
#include <string_view>

struct cst_voice_struct;
struct cst_cg_db_struct;

namespace voice::tts {

/* One of flite's embedded voices. Registered once, shared by every utterance, never changed and never freed. */
struct FliteVoice {
    const char *name;
    cst_voice_struct *voice;
    const cst_cg_db_struct *clustergen; // NULL for a diphone voice
    float duration_stretch;             // of the voice itself
    uint32_t sample_rate;
};

size_t voice_count();

/* NULL if index is out of range. */
const char *voice_name(size_t index);

/* NULL if there is no such voice. */
const FliteVoice *find_voice(std::string_view name);

/* What the embedded voices have in common, and no sound: the analysis of English text and the lexicon. Made once, shared,
   never changed and never freed. */
cst_voice_struct *english_front_end();

} // namespace voice::tts

#endif
