#ifndef VOICE_CAPI_VAD_HANDLE_H
#define VOICE_CAPI_VAD_HANDLE_H

#include <utility>

#include "vad/network.h"
#include "vad/weights.h"
#include "voice/voice.h"

/* What the opaque handle is: for the entry points that take one. */
struct voice_vad {
    voice_vad(voice::vad::Weights read, const voice::vad::Kernels &kernels)
        : weights(std::move(read)), network(weights, kernels) {}

    const voice::vad::Weights weights; // for voice_vad_gpu_open: the network has them in its kernels' order only
    const voice::vad::Network network;
};

#endif
