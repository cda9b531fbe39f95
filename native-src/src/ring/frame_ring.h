#ifndef VOICE_RING_FRAME_RING_H
#define VOICE_RING_FRAME_RING_H

#include <cstddef>
#include <cstdint>

#include "voice/voice.h"

namespace voice {

/*
 * The lock-free ring of voice.h over memory that the caller owns. voice.h has the layout; this is a view that holds
 * nothing but the address.
 *
 * The two positions count frames and never wrap in practice (2^64 frames of 10 ms are 5.8 billion years). Each side
 * keeps a cached copy of the other's position on its own cache line, so that a side touches the other's line only when
 * the ring looks full (or empty).
 */
class FrameRing {
public:
    /* Throws Error if a value is out of range. */
    static size_t required_bytes(uint32_t slot_count, uint32_t slot_bytes);
    static void format(void *memory, size_t bytes, uint32_t slot_count, uint32_t slot_bytes);
    static void validate(const void *memory, size_t bytes);

    explicit FrameRing(void *memory) : memory_(static_cast<unsigned char *>(memory)) {}

    voice_status offer(const void *payload, uint32_t length, uint32_t flags, int64_t timestamp);
    voice_status poll(void *payload, uint32_t capacity, uint32_t *length, uint32_t *flags, int64_t *timestamp);
    uint32_t size() const;
    uint64_t refused() const;

private:
    unsigned char *memory_;
};

} // namespace voice

#endif
