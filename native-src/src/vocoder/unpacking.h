#ifndef VOICE_VOCODER_UNPACKING_H
#define VOICE_VOCODER_UNPACKING_H

#include "vocoder/generator.h"
#include "vocoder/network.h"

namespace voice::vocoder {

/* The weights of a network in the order of the model's file, to the bit, for those who pack them in another way: so they are
   kept only once. Without speakers. */
Generator unpack(const Network &network);

} // namespace voice::vocoder

#endif
