// One producer and one consumer at full speed; ThreadSanitizer watches the order of their stores.
#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "voice/voice.h"

namespace {

constexpr uint32_t frames = 300000;

uint32_t length_of(uint32_t frame) {
    return frame % 65;
}

unsigned char byte_of(uint32_t frame, uint32_t i) {
    return static_cast<unsigned char>(frame * 31 + i);
}

} // namespace

TEST_CASE("shouldPassEveryFrameInOrderWhenTwoThreadsRace") {
    for (uint32_t slots : {2u, 64u}) {
        const size_t bytes = voice_ring_required_bytes(slots, 64);
        std::vector<uint64_t> memory(bytes / 8);
        void *ring = memory.data();
        REQUIRE(voice_ring_format(ring, bytes, slots, 64) == VOICE_OK);

        std::atomic<uint64_t> refused{0};
        std::thread producer([&] {
            unsigned char payload[64];
            uint64_t full = 0;
            for (uint32_t frame = 0; frame < frames;) {
                const uint32_t length = length_of(frame);
                for (uint32_t i = 0; i < length; i++) {
                    payload[i] = byte_of(frame, i);
                }
                if (voice_ring_offer(ring, payload, length, frame, frame * int64_t{7}) == VOICE_OK) {
                    frame++;
                } else {
                    full++;
                    std::this_thread::yield();
                }
            }
            refused = full;
        });

        uint32_t mistakes = 0;
        unsigned char payload[64];
        for (uint32_t frame = 0; frame < frames;) {
            uint32_t length = 0;
            uint32_t flags = 0;
            int64_t timestamp = 0;
            if (voice_ring_poll(ring, payload, sizeof payload, &length, &flags, &timestamp) != VOICE_OK) {
                std::this_thread::yield();
                continue;
            }
            mistakes += length != length_of(frame) || flags != frame || timestamp != frame * int64_t{7};
            for (uint32_t i = 0; i < length; i++) {
                mistakes += payload[i] != byte_of(frame, i);
            }
            mistakes += voice_ring_size(ring) > slots;
            frame++;
        }
        producer.join();
        CHECK(mistakes == 0);
        CHECK(voice_ring_size(ring) == 0);
        CHECK(voice_ring_refused(ring) == refused);
    }
}
