// In an object of its own: a compiler that sees both sides takes free() for the wrong end of operator new.
#include "testing/counted_new.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> count{0};
std::atomic<size_t> refused_from{SIZE_MAX};

void *allocate(size_t size, size_t alignment) {
    count++;
    void *memory = nullptr;
    if (size >= refused_from) {
        throw std::bad_alloc();
    }
    if (posix_memalign(&memory, alignment < sizeof(void *) ? sizeof(void *) : alignment, size) != 0) {
        throw std::bad_alloc();
    }
    return memory;
}

} // namespace

size_t voice::testing::allocations() {
    return count;
}

void voice::testing::refuse_allocations(size_t from_bytes) {
    refused_from = from_bytes;
}

void *operator new(size_t size) {
    return allocate(size, sizeof(void *));
}
void *operator new(size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<size_t>(alignment));
}
void *operator new(size_t size, const std::nothrow_t &) noexcept { // AddressSanitizer has one of its own
    try {
        return allocate(size, sizeof(void *));
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}
void operator delete(void *memory) noexcept {
    std::free(memory);
}
void operator delete(void *memory, size_t) noexcept {
    std::free(memory);
}
void operator delete(void *memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void *memory, size_t, std::align_val_t) noexcept {
    std::free(memory);
}
