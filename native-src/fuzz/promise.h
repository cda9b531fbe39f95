#ifndef VOICE_FUZZ_PROMISE_H
#define VOICE_FUZZ_PROMISE_H

#include <cstdio>
#include <cstdlib>

#include "voice/voice.h"

namespace voice::fuzz {

inline void expect(bool kept, const char *promise) {
    if (!kept) {
        std::fprintf(stderr, "broken promise: %s; last error: %s\n", promise, voice_last_error());
        std::abort();
    }
}

inline bool is_plain_text(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            return false;
        }
    }
    return true;
}

} // namespace voice::fuzz

#endif
