#ifndef VOICE_BASE_ERROR_H
#define VOICE_BASE_ERROR_H

#include <stdexcept>
#include <string>

#include "voice/voice.h"

namespace voice {

/* A failure on its way to the C ABI: a status and a sentence that names the value and the remedy. */
class Error : public std::runtime_error {
public:
    Error(voice_status status, const std::string &message) : std::runtime_error(message), status_(status) {}

    voice_status status() const { return status_; }

private:
    voice_status status_;
};

} // namespace voice

#endif
