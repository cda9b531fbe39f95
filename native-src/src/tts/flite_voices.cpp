#include "tts/flite_voices.h"

#include <array>

#include "base/error.h"
#include "tts/flite.h"

namespace voice::tts {

namespace {

struct Embedded {
    const char *name;
    cst_voice *(*register_voice)(const char *);
};

constexpr Embedded embedded[] = {
    {"rms", register_cmu_us_rms},
    {"slt", register_cmu_us_slt},
    {"awb", register_cmu_us_awb},
    {"kal16", register_cmu_us_kal16},
};
constexpr size_t count = sizeof embedded / sizeof embedded[0];

FliteVoice load(const Embedded &entry) {
    cst_voice *voice = entry.register_voice(nullptr);
    if (voice == nullptr) {
        throw Error(VOICE_ERROR_INTERNAL, std::string("flite could not register its voice ") + entry.name);
    }
    const cst_val *database = feat_val(voice->features, "cg_db");
    return {entry.name, voice, database == nullptr ? nullptr : val_cg_db(database),
            get_param_float(voice->features, "duration_stretch", 1.0f),
            static_cast<uint32_t>(get_param_int(voice->features, "sample_rate", 16000))};
}

// Registering writes flite's globals (its lexicon, its voices), so it happens once and all at a time, under the lock
// of a static's initialisation. Afterwards synthesis only reads them. The lexicon comes with the front end, first.
const std::array<FliteVoice, count> &voices() {
    static const std::array<FliteVoice, count> all = [] {
        english_front_end();
        std::array<FliteVoice, count> loaded;
        for (size_t i = 0; i < count; i++) {
            loaded[i] = load(embedded[i]);
        }
        return loaded;
    }();
    return all;
}

} // namespace

size_t voice_count() {
    return count;
}

const char *voice_name(size_t index) {
    return index < count ? embedded[index].name : nullptr;
}

const FliteVoice *find_voice(std::string_view name) {
    for (size_t i = 0; i < count; i++) {
        if (name == embedded[i].name) {
            return &voices()[i];
        }
    }
    return nullptr;
}

cst_voice *english_front_end() {
    static cst_voice *const front_end = [] {
        flite_init();
        cst_voice *voice = new_voice();
        usenglish_init(voice);
        feat_set(voice->features, "lexicon", lexicon_val(cmu_lex_init()));
        return voice;
    }();
    return front_end;
}

} // namespace voice::tts
