#include "capi/call.h"
#include "ring/frame_ring.h"

using voice::FrameRing;
using voice::capi::call;
using voice::capi::require;

size_t voice_ring_required_bytes(uint32_t slot_count, uint32_t slot_bytes) {
    size_t bytes = 0;
    call([&] {
        bytes = FrameRing::required_bytes(slot_count, slot_bytes);
        return VOICE_OK;
    });
    return bytes;
}

int voice_ring_format(void *memory, size_t bytes, uint32_t slot_count, uint32_t slot_bytes) {
    return call([&] {
        FrameRing::format(memory, bytes, slot_count, slot_bytes);
        return VOICE_OK;
    });
}

int voice_ring_validate(const void *memory, size_t bytes) {
    return call([&] {
        FrameRing::validate(memory, bytes);
        return VOICE_OK;
    });
}

int voice_ring_offer(void *ring, const void *payload, uint32_t length, uint32_t flags, int64_t timestamp) {
    return call([&] {
        require(ring, "ring");
        if (length > 0) {
            require(payload, "payload");
        }
        return FrameRing(ring).offer(payload, length, flags, timestamp);
    });
}

int voice_ring_poll(void *ring, void *payload, uint32_t capacity, uint32_t *length, uint32_t *flags,
                    int64_t *timestamp) {
    return call([&] {
        require(ring, "ring");
        require(length, "length");
        if (capacity > 0) {
            require(payload, "payload");
        }
        return FrameRing(ring).poll(payload, capacity, length, flags, timestamp);
    });
}

uint32_t voice_ring_size(const void *ring) {
    return ring == nullptr ? 0 : FrameRing(const_cast<void *>(ring)).size();
}

uint64_t voice_ring_refused(const void *ring) {
    return ring == nullptr ? 0 : FrameRing(const_cast<void *>(ring)).refused();
}
