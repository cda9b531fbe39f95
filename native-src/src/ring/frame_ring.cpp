#include "ring/frame_ring.h"

#include <cstring>
#include <string>

#include "base/error.h"

namespace voice {

namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the layout is little-endian");

constexpr uint32_t max_slot_count = 65536;
constexpr uint32_t max_slot_bytes = 65536;

struct Header {
    uint32_t magic;
    uint32_t version;
    uint32_t slot_count;
    uint32_t slot_bytes;
    unsigned char reserved[112];
    uint64_t producer_position;
    uint64_t cached_consumer_position;
    uint64_t refused;
    unsigned char producer_padding[104];
    uint64_t consumer_position;
    uint64_t cached_producer_position;
    unsigned char consumer_padding[112];
    unsigned char padding[128];
};
static_assert(offsetof(Header, producer_position) == 128);
static_assert(offsetof(Header, cached_consumer_position) == 136);
static_assert(offsetof(Header, refused) == 144);
static_assert(offsetof(Header, consumer_position) == 256);
static_assert(offsetof(Header, cached_producer_position) == 264);
static_assert(sizeof(Header) == VOICE_RING_HEADER_BYTES);

struct SlotHeader {
    uint32_t length;
    uint32_t flags;
    int64_t timestamp;
};
static_assert(sizeof(SlotHeader) == VOICE_RING_SLOT_HEADER_BYTES);

Header *header_of(unsigned char *memory) {
    return reinterpret_cast<Header *>(memory);
}

unsigned char *slot_at(unsigned char *memory, const Header &header, uint64_t position) {
    const size_t index = static_cast<size_t>(position & (header.slot_count - 1));
    return memory + VOICE_RING_HEADER_BYTES + index * (VOICE_RING_SLOT_HEADER_BYTES + size_t{header.slot_bytes});
}

// The builtins rather than std::atomic: the fields live in foreign memory, and std::atomic_ref is C++20.
uint64_t load_relaxed(const uint64_t &field) {
    return __atomic_load_n(&field, __ATOMIC_RELAXED);
}

uint64_t load_acquire(const uint64_t &field) {
    return __atomic_load_n(&field, __ATOMIC_ACQUIRE);
}

void store_relaxed(uint64_t &field, uint64_t value) {
    __atomic_store_n(&field, value, __ATOMIC_RELAXED);
}

void store_release(uint64_t &field, uint64_t value) {
    __atomic_store_n(&field, value, __ATOMIC_RELEASE);
}

[[noreturn]] void reject(const std::string &message) {
    throw Error(VOICE_ERROR_ARGUMENT, message);
}

void check_aligned(const void *memory) {
    if (memory == nullptr || reinterpret_cast<uintptr_t>(memory) % 8 != 0) {
        reject(memory == nullptr ? "memory=NULL: a ring needs memory"
                                 : "the memory of a ring must be aligned to 8 bytes");
    }
}

} // namespace

size_t FrameRing::required_bytes(uint32_t slot_count, uint32_t slot_bytes) {
    if (slot_count < 2 || slot_count > max_slot_count || (slot_count & (slot_count - 1)) != 0) {
        reject("slot_count=" + std::to_string(slot_count) + ": it must be a power of two, 2 to 65536");
    }
    if (slot_bytes < 8 || slot_bytes > max_slot_bytes || slot_bytes % 8 != 0) {
        reject("slot_bytes=" + std::to_string(slot_bytes) + ": it must be a multiple of 8, 8 to 65536");
    }
    return VOICE_RING_HEADER_BYTES + size_t{slot_count} * (VOICE_RING_SLOT_HEADER_BYTES + size_t{slot_bytes});
}

void FrameRing::format(void *memory, size_t bytes, uint32_t slot_count, uint32_t slot_bytes) {
    check_aligned(memory);
    const size_t required = required_bytes(slot_count, slot_bytes);
    if (bytes < required) {
        reject("bytes=" + std::to_string(bytes) + ": this ring needs " + std::to_string(required));
    }
    std::memset(memory, 0, required);
    Header &header = *header_of(static_cast<unsigned char *>(memory));
    header.magic = VOICE_RING_MAGIC;
    header.version = VOICE_RING_VERSION;
    header.slot_count = slot_count;
    header.slot_bytes = slot_bytes;
}

void FrameRing::validate(const void *memory, size_t bytes) {
    check_aligned(memory);
    if (bytes < VOICE_RING_HEADER_BYTES) {
        reject("bytes=" + std::to_string(bytes) + ": a ring has a header of 512 bytes");
    }
    // Only these 16 bytes, which never change after format: the rest may be in use by other threads.
    uint32_t fields[4];
    std::memcpy(fields, memory, sizeof fields);
    if (fields[0] != VOICE_RING_MAGIC) {
        reject("magic=" + std::to_string(fields[0]) + ": this memory does not hold a ring");
    }
    if (fields[1] != VOICE_RING_VERSION) {
        reject("version=" + std::to_string(fields[1]) + ": this library reads version 1 of the ring's layout");
    }
    const size_t required = required_bytes(fields[2], fields[3]);
    if (bytes < required) {
        reject("bytes=" + std::to_string(bytes) + ": this ring needs " + std::to_string(required));
    }
}

voice_status FrameRing::offer(const void *payload, uint32_t length, uint32_t flags, int64_t timestamp) {
    Header &header = *header_of(memory_);
    if (length > header.slot_bytes) {
        reject("length=" + std::to_string(length) + ": a slot of this ring holds " +
               std::to_string(header.slot_bytes) + " bytes");
    }
    const uint64_t position = load_relaxed(header.producer_position);
    if (position - header.cached_consumer_position >= header.slot_count) {
        header.cached_consumer_position = load_acquire(header.consumer_position);
        if (position - header.cached_consumer_position >= header.slot_count) {
            store_relaxed(header.refused, load_relaxed(header.refused) + 1);
            return VOICE_FULL;
        }
    }
    unsigned char *slot = slot_at(memory_, header, position);
    const SlotHeader slot_header = {length, flags, timestamp};
    std::memcpy(slot, &slot_header, sizeof slot_header);
    if (length > 0) {
        std::memcpy(slot + sizeof slot_header, payload, length);
    }
    store_release(header.producer_position, position + 1);
    return VOICE_OK;
}

voice_status FrameRing::poll(void *payload, uint32_t capacity, uint32_t *length, uint32_t *flags,
                             int64_t *timestamp) {
    Header &header = *header_of(memory_);
    const uint64_t position = load_relaxed(header.consumer_position);
    if (position == header.cached_producer_position) {
        header.cached_producer_position = load_acquire(header.producer_position);
        if (position == header.cached_producer_position) {
            *length = 0;
            return VOICE_EMPTY;
        }
    }
    const unsigned char *slot = slot_at(memory_, header, position);
    SlotHeader slot_header;
    std::memcpy(&slot_header, slot, sizeof slot_header);
    if (slot_header.length > header.slot_bytes) {
        throw Error(VOICE_ERROR_INTERNAL, "length=" + std::to_string(slot_header.length) +
                                              " in a slot of the ring: its producer does not keep to the layout");
    }
    if (slot_header.length > capacity) {
        reject("capacity=" + std::to_string(capacity) + ": the next frame has " +
               std::to_string(slot_header.length) + " bytes");
    }
    if (slot_header.length > 0) {
        std::memcpy(payload, slot + sizeof slot_header, slot_header.length);
    }
    *length = slot_header.length;
    if (flags != nullptr) {
        *flags = slot_header.flags;
    }
    if (timestamp != nullptr) {
        *timestamp = slot_header.timestamp;
    }
    store_release(header.consumer_position, position + 1);
    return VOICE_OK;
}

uint32_t FrameRing::size() const {
    const Header &header = *header_of(memory_);
    // The consumer's position first: the producer's is never behind it, so the difference cannot be negative.
    const uint64_t consumed = load_acquire(header.consumer_position);
    const uint64_t produced = load_acquire(header.producer_position);
    const uint64_t size = produced - consumed;
    return size > header.slot_count ? header.slot_count : static_cast<uint32_t>(size);
}

uint64_t FrameRing::refused() const {
    return load_relaxed(header_of(memory_)->refused);
}

} // namespace voice
