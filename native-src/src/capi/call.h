#ifndef VOICE_CAPI_CALL_H
#define VOICE_CAPI_CALL_H

#include <string>

#include "base/error.h"

namespace voice::capi {

/* Keeps message as the calling thread's last error and returns status. */
int fail(int status, const char *message) noexcept;

/* Maps the exception in flight; to be called from a catch block. */
int fail_with_current_exception() noexcept;

/* Runs body, which returns a status, and maps whatever it throws. Every entry point that can fail goes through here. */
template <typename Body>
int call(Body &&body) noexcept {
    try {
        return body();
    } catch (...) {
        return fail_with_current_exception();
    }
}

[[noreturn]] void reject(const std::string &message);

/* Throws VOICE_ERROR_ARGUMENT if a pointer is NULL. */
inline void require(const void *pointer, const char *name) {
    if (pointer == nullptr) {
        reject(std::string(name) + "=NULL: a pointer is required");
    }
}

/* Options structs grow at their end: a caller built against a newer header may pass more, never less. */
template <typename Options>
Options options_or(const Options *given, const Options &defaults) {
    if (given == nullptr) {
        return defaults;
    }
    if (given->struct_size < sizeof(Options)) {
        reject("options.struct_size=" + std::to_string(given->struct_size) + ": it must be " +
               std::to_string(sizeof(Options)) + "; start from the header's ..._OPTIONS_INIT");
    }
    return *given;
}

} // namespace voice::capi

#endif
