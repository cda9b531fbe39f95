#ifndef VOICE_CAPI_VOCODER_HANDLE_H
#define VOICE_CAPI_VOCODER_HANDLE_H

#include <memory>

#include "vocoder/network.h"
#include "voice/voice.h"

/* What the opaque handle is: for the entry points that take one. */
struct voice_vocoder {
    std::shared_ptr<const voice::vocoder::Network> network;
};

namespace voice::capi {

/* The speaker's vector that options ask for; NULL if the network takes none. Throws VOICE_ERROR_ARGUMENT. */
const float *choose_conditioning(const vocoder::Network &network, const voice_vocoder_stream_options &options);

} // namespace voice::capi

#endif
