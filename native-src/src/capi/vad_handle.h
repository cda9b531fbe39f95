#ifndef VOICE_CAPI_VAD_HANDLE_H
#define VOICE_CAPI_VAD_HANDLE_H

#include "vad/network.h"
#include "voice/voice.h"

/* What the opaque handle is: for the entry points that take one. */
struct voice_vad {
    voice::vad::Network network;
};

#endif
