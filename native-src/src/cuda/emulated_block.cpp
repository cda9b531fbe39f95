#include "cuda/emulated_block.h"

#include <ucontext.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace voice::cuda {

namespace {

constexpr size_t stack_bytes = 64 << 10;

enum class Wait { none, warp, block, done };

// What a thread brings to a meeting of its warp.
struct Exchanged {
    float shuffled;
    const void *row;
    float a[8];
    float b[4];
};

struct Thread {
    std::unique_ptr<char[]> stack;
    void *registers[5] = {}; // where it goes on, as __builtin_setjmp keeps it
    bool entered = false;
    Wait wait = Wait::none;
    // Two in turn: nobody comes to the meeting after the next before all have left this one.
    Exchanged exchanged[2];
    int meetings = 0;
};

struct Block {
    void *scheduler[5];
    std::vector<Thread> threads;
    const std::function<void()> *body;
};

thread_local Block *running; // NULL where threads run one after the other
thread_local BlockIndex current_block;
thread_local int current_thread;

// No caller may rely on what these do to registers.
#if defined(__clang__)
#define VOICE_OPAQUE __attribute__((noinline, optnone))
#else
#define VOICE_OPAQUE __attribute__((noipa))
#endif

// swapcontext() would ask the kernel for the signals that are blocked, each time: ten times as long as all the rest.
VOICE_OPAQUE void leave(void **to) {
    __builtin_longjmp(to, 1);
}

VOICE_OPAQUE void jump(void **from, void **to) {
    if (__builtin_setjmp(from) == 0) {
        leave(to); // not here: a compiler gives no function both
    }
}

void pause(Wait wait) {
    if (running == nullptr) {
        throw std::logic_error("a kernel whose threads meet must be run by run_emulated_block");
    }
    Thread &self = running->threads[static_cast<size_t>(current_thread)];
    self.wait = wait;
    jump(self.registers, running->scheduler);
}

void enter() {
    (*running->body)();
    pause(Wait::done);
}

// A thread's first steps are on a stack of its own, from which it never returns.
VOICE_OPAQUE void begin(Thread &thread) {
    ucontext_t context;
    getcontext(&context);
    context.uc_stack.ss_sp = thread.stack.get();
    context.uc_stack.ss_size = stack_bytes;
    context.uc_link = nullptr;
    makecontext(&context, enter, 0);
    setcontext(&context);
}

VOICE_OPAQUE void resume(Thread &thread) {
    if (thread.entered) {
        jump(running->scheduler, thread.registers);
        return;
    }
    thread.entered = true;
    if (__builtin_setjmp(running->scheduler) == 0) {
        begin(thread);
    }
}

// Shows the warp what this thread brings; once it is back, all others' are there, too.
Thread *meet(const Exchanged &brought, int &which) {
    Thread &self = running->threads[static_cast<size_t>(current_thread)];
    which = self.meetings++ % 2;
    self.exchanged[which] = brought;
    pause(Wait::warp);
    return &running->threads[static_cast<size_t>(current_thread / 32 * 32)];
}

// All of [begin, end) wait for the same thing: they may go on.
bool release(std::vector<Thread> &threads, size_t begin, size_t end, Wait wait) {
    const auto first = threads.begin() + static_cast<long>(begin);
    const auto last = threads.begin() + static_cast<long>(end);
    if (!std::all_of(first, last, [wait](const Thread &thread) { return thread.wait == wait; })) {
        return false;
    }
    std::for_each(first, last, [](Thread &thread) { thread.wait = Wait::none; });
    return true;
}

float as_float(uint32_t bits) {
    static const std::vector<float> table = [] {
        std::vector<float> values;
        for (uint32_t i = 0; i < 65536; i++) {
            values.push_back(half_to_float(static_cast<uint16_t>(i)));
        }
        return values;
    }();
    return table[bits & 0xffff];
}

} // namespace

void run_emulated_block(int thread_count, int index, uint32_t order_seed, const std::function<void()> &body) {
    run_emulated_block(thread_count, BlockIndex{index}, order_seed, body);
}

void run_emulated_threads(int thread_count, const BlockIndex &index, const std::function<void()> &body) {
    running = nullptr;
    current_block = index;
    for (current_thread = 0; current_thread < thread_count; current_thread++) {
        body();
    }
}

void run_emulated_block(int thread_count, const BlockIndex &index, uint32_t order_seed,
                        const std::function<void()> &body) {
    Block block;
    block.threads = std::vector<Thread>(static_cast<size_t>(thread_count));
    block.body = &body;
    current_block = index;
    running = &block;
    for (Thread &thread : block.threads) {
        thread.stack.reset(new char[stack_bytes]);
    }
    const size_t warp_count = block.threads.size() / 32;
    std::vector<size_t> order(warp_count);
    std::iota(order.begin(), order.end(), size_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937(order_seed));
    for (;;) {
        bool progress = false;
        // A warp runs as far as it can before the next one starts, so that warps are as far apart as barriers allow.
        for (size_t warp : order) {
            bool again = true;
            while (again) {
                for (size_t i = warp * 32; i < warp * 32 + 32; i++) {
                    if (block.threads[i].wait == Wait::none) {
                        current_thread = static_cast<int>(i);
                        resume(block.threads[i]);
                        progress = true;
                    }
                }
                again = release(block.threads, warp * 32, warp * 32 + 32, Wait::warp);
            }
        }
        if (release(block.threads, 0, block.threads.size(), Wait::block)) {
            continue;
        }
        if (release(block.threads, 0, block.threads.size(), Wait::done)) {
            return;
        }
        if (!progress) {
            throw std::logic_error("threads of a block wait for different things");
        }
    }
}

int thread_index() {
    return current_thread;
}

int block_index() {
    return current_block.x;
}

int block_index_y() {
    return current_block.y;
}

int block_index_z() {
    return current_block.z;
}

void sync_block() {
    pause(Wait::block);
}

float shuffle_xor(float value, int mask) {
    Exchanged brought = {};
    brought.shuffled = value;
    int which = 0;
    const Thread *warp = meet(brought, which);
    return warp[current_thread % 32 ^ mask].exchanged[which].shuffled;
}

void multiply_add(float (&c)[4], const Fragment &a, const uint32_t (&b)[2]) {
    Exchanged brought = {};
    for (int i = 0; i < 8; i++) {
        brought.a[i] = as_float(a.registers[i / 2] >> (16 * (i % 2)));
    }
    for (int i = 0; i < 4; i++) {
        brought.b[i] = as_float(b[i / 2] >> (16 * (i % 2)));
    }
    int which = 0;
    const Thread *warp = meet(brought, which);
    const int lane = current_thread % 32;
    for (int i = 0; i < 4; i++) {
        const int row = lane / 4 + 8 * (i >> 1);
        const int column = lane % 4 * 2 + (i & 1);
        float sum = 0;
        for (int quad = 0; quad < 4; quad++) {
            // The lane, and the place in it, that hold A[row][k] and B[k][column], for k of 2 quad + {0, 1} and 8 more.
            const float *left = &warp[row % 8 * 4 + quad].exchanged[which].a[2 * (row / 8)];
            const float *right = warp[column * 4 + quad].exchanged[which].b;
            sum += left[0] * right[0] + left[1] * right[1] + left[4] * right[2] + left[5] * right[3];
        }
        c[i] += sum;
    }
}

Fragment load_rows(const void *shared) {
    Exchanged brought = {};
    brought.row = shared;
    int which = 0;
    const Thread *warp = meet(brought, which);
    const int lane = current_thread % 32;
    Fragment a;
    for (int i = 0; i < 4; i++) {
        const void *row = warp[i * 8 + lane / 4].exchanged[which].row;
        std::memcpy(&a.registers[i], static_cast<const char *>(row) + lane % 4 * 4, 4);
    }
    return a;
}

} // namespace voice::cuda
