#include "ring/frame_ring.h"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "base/error.h"

namespace {

struct Memory {
    explicit Memory(uint32_t slot_count, uint32_t slot_bytes)
        : words(voice_ring_required_bytes(slot_count, slot_bytes) / 8, ~uint64_t{0}) {
        REQUIRE(voice_ring_format(data(), bytes(), slot_count, slot_bytes) == VOICE_OK);
    }
    void *data() { return words.data(); }
    size_t bytes() const { return words.size() * 8; }
    uint32_t word32(size_t offset) {
        uint32_t value;
        std::memcpy(&value, static_cast<char *>(data()) + offset, 4);
        return value;
    }
    uint64_t word64(size_t offset) { return words[offset / 8]; }

    std::vector<uint64_t> words;
};

} // namespace

TEST_CASE("shouldKeepToTheLayoutWhenWritten") {
    Memory memory(4, 24);
    CHECK(memory.bytes() == 512 + 4 * (16 + 24));
    CHECK(memory.word32(0) == 0x474e5256);
    CHECK(std::memcmp(memory.data(), "VRNG", 4) == 0);
    CHECK(memory.word32(4) == 1);
    CHECK(memory.word32(8) == 4);
    CHECK(memory.word32(12) == 24);
    for (size_t offset = 16; offset < memory.bytes(); offset += 8) {
        CHECK(memory.word64(offset) == 0);
    }
    for (int i = 0; i < 2; i++) {
        CHECK(voice_ring_offer(memory.data(), "abcdefgh", 5, 0x01020304, -2) == VOICE_OK);
    }
    CHECK(memory.word64(128) == 2);
    CHECK(memory.word64(256) == 0);
    const size_t second = 512 + 16 + 24;
    CHECK(memory.word32(second) == 5);
    CHECK(memory.word32(second + 4) == 0x01020304);
    CHECK(static_cast<int64_t>(memory.word64(second + 8)) == -2);
    CHECK(std::memcmp(static_cast<char *>(memory.data()) + second + 16, "abcde\0\0\0", 8) == 0);

    char payload[24];
    uint32_t length = 0;
    CHECK(voice_ring_poll(memory.data(), payload, sizeof payload, &length, nullptr, nullptr) == VOICE_OK);
    CHECK(memory.word64(256) == 1);
}

TEST_CASE("shouldRefuseAndCountWhenFull") {
    Memory memory(2, 8);
    CHECK(voice_ring_offer(memory.data(), "1", 1, 0, 0) == VOICE_OK);
    CHECK(voice_ring_offer(memory.data(), "2", 1, 0, 0) == VOICE_OK);
    CHECK(voice_ring_offer(memory.data(), "3", 1, 0, 0) == VOICE_FULL);
    CHECK(voice_ring_offer(memory.data(), "3", 1, 0, 0) == VOICE_FULL);
    CHECK(voice_ring_refused(memory.data()) == 2);
    CHECK(voice_ring_size(memory.data()) == 2);
    char payload[8];
    uint32_t length = 0;
    CHECK(voice_ring_poll(memory.data(), payload, 8, &length, nullptr, nullptr) == VOICE_OK);
    CHECK(payload[0] == '1');
    CHECK(voice_ring_offer(memory.data(), "4", 1, 0, 0) == VOICE_OK);
    CHECK(voice_ring_refused(memory.data()) == 2);
}

TEST_CASE("shouldGiveBackFramesInOrderWhenItWrapsAround") {
    Memory memory(4, 16);
    uint64_t next_in = 0;
    uint64_t next_out = 0;
    for (int round = 0; round < 1000; round++) {
        for (int i = 0; i < 1 + round % 4; i++) {
            if (voice_ring_offer(memory.data(), &next_in, 8, static_cast<uint32_t>(next_in),
                                 static_cast<int64_t>(next_in * 3)) == VOICE_OK) {
                next_in++;
            }
        }
        for (int i = 0; i < 1 + (round + 1) % 3; i++) {
            uint64_t value = 0;
            uint32_t length = 0;
            uint32_t flags = 0;
            int64_t timestamp = 0;
            if (voice_ring_poll(memory.data(), &value, 8, &length, &flags, &timestamp) == VOICE_OK) {
                CHECK(value == next_out);
                CHECK(length == 8);
                CHECK(flags == next_out);
                CHECK(timestamp == static_cast<int64_t>(next_out * 3));
                next_out++;
            }
        }
        CHECK(voice_ring_size(memory.data()) == next_in - next_out);
    }
    CHECK(next_out > 500);
}

TEST_CASE("shouldKeepTheFrameWhenTheBufferIsTooSmall") {
    Memory memory(2, 16);
    CHECK(voice_ring_offer(memory.data(), "0123456789", 10, 0, 0) == VOICE_OK);
    char payload[16] = {};
    uint32_t length = 0;
    CHECK(voice_ring_poll(memory.data(), payload, 9, &length, nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_size(memory.data()) == 1);
    CHECK(voice_ring_poll(memory.data(), payload, 10, &length, nullptr, nullptr) == VOICE_OK);
    CHECK(voice_ring_poll(memory.data(), payload, 10, &length, nullptr, nullptr) == VOICE_EMPTY);
    CHECK(length == 0);
    CHECK(voice_ring_offer(memory.data(), payload, 17, 0, 0) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_offer(memory.data(), nullptr, 0, 0, 0) == VOICE_OK);
    CHECK(voice_ring_poll(memory.data(), nullptr, 0, &length, nullptr, nullptr) == VOICE_OK);
}

TEST_CASE("shouldRefuseWhenSizesAreOutOfRange") {
    for (uint32_t slots : {0u, 1u, 3u, 6u, 65537u, 131072u, 0x80000000u}) {
        CHECK(voice_ring_required_bytes(slots, 8) == 0);
    }
    for (uint32_t bytes : {0u, 4u, 12u, 65544u, 0xfffffff8u}) {
        CHECK(voice_ring_required_bytes(2, bytes) == 0);
    }
    CHECK(voice_ring_required_bytes(65536, 65536) == 512 + size_t{65536} * (16 + 65536));
}

TEST_CASE("shouldRefuseWhenTheHeaderIsNotARing") {
    Memory memory(4, 24);
    CHECK(voice_ring_validate(memory.data(), memory.bytes()) == VOICE_OK);
    CHECK(voice_ring_validate(memory.data(), memory.bytes() - 1) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_validate(memory.data(), 511) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_validate(static_cast<char *>(memory.data()) + 4, memory.bytes() - 4) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_validate(nullptr, 1000) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_ring_format(memory.data(), memory.bytes(), 8, 24) == VOICE_ERROR_ARGUMENT);
    const uint32_t bad[][2] = {{0, 0x474e5257}, {4, 2}, {8, 3}, {8, 1 << 20}, {12, 20}, {12, 0}};
    for (const auto &[offset, value] : bad) {
        Memory damaged(4, 24);
        std::memcpy(static_cast<char *>(damaged.data()) + offset, &value, 4);
        CHECK(voice_ring_validate(damaged.data(), damaged.bytes()) == VOICE_ERROR_ARGUMENT);
    }
}

TEST_CASE("shouldNotCopyWhenTheOtherSideWroteAnImpossibleLength") {
    Memory memory(2, 8);
    CHECK(voice_ring_offer(memory.data(), "1", 1, 0, 0) == VOICE_OK);
    const uint32_t length = 1 << 30;
    std::memcpy(static_cast<char *>(memory.data()) + 512, &length, 4);
    char payload[8];
    uint32_t read = 0;
    CHECK(voice_ring_poll(memory.data(), payload, 0xffffffff, &read, nullptr, nullptr) == VOICE_ERROR_INTERNAL);
}
