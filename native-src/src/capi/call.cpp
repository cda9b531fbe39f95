#include "capi/call.h"

#include <cstring>
#include <new>

#include "vad/simd.h"

namespace voice::capi {

namespace {

// A plain array: it needs no allocation to report that memory ran out, and no destructor at thread exit.
thread_local char last_error[1024] = "";

} // namespace

int fail(int status, const char *message) noexcept {
    size_t length = std::strlen(message);
    if (length >= sizeof last_error) {
        length = sizeof last_error - 1;
        while (length > 0 && (static_cast<unsigned char>(message[length]) & 0xc0) == 0x80) {
            length--; // do not cut a UTF-8 sequence in two
        }
    }
    std::memcpy(last_error, message, length);
    last_error[length] = '\0';
    return status;
}

int fail_with_current_exception() noexcept {
    try {
        throw;
    } catch (const Error &error) {
        return fail(error.status(), error.what());
    } catch (const std::bad_alloc &) {
        return fail(VOICE_ERROR_MEMORY, "out of memory");
    } catch (const std::exception &error) {
        return fail(VOICE_ERROR_INTERNAL, error.what());
    } catch (...) {
        return fail(VOICE_ERROR_INTERNAL, "an exception of unknown type");
    }
}

void reject(const std::string &message) {
    throw Error(VOICE_ERROR_ARGUMENT, message);
}

} // namespace voice::capi

const char *voice_last_error(void) {
    return voice::capi::last_error;
}

const char *voice_version(void) {
    return VOICE_VERSION_STRING;
}

const char *voice_simd(void) {
    return voice::vad::simd_name();
}
