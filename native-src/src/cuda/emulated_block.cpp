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

struct Thread {
    ucontext_t context;
    std::unique_ptr<char[]> stack;
    Wait wait = Wait::none;
    // What the warp exchanges at its next meeting.
    float shuffled;
    Fragment a;
    uint32_t b[2];
};

struct Block {
    ucontext_t scheduler;
    std::vector<Thread> threads;
    const std::function<void()> *body;
    int index;
    int current;
};

thread_local Block *running;

void pause(Wait wait) {
    Thread &self = running->threads[static_cast<size_t>(running->current)];
    self.wait = wait;
    swapcontext(&self.context, &running->scheduler);
}

void enter() {
    (*running->body)();
    pause(Wait::done);
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

float element(const uint32_t *registers, int index) {
    static const std::vector<float> table = [] {
        std::vector<float> values;
        for (uint32_t bits = 0; bits < 65536; bits++) {
            values.push_back(half_to_float(static_cast<uint16_t>(bits)));
        }
        return values;
    }();
    return table[(registers[index / 2] >> (16 * (index & 1))) & 0xffff];
}

} // namespace

void run_emulated_block(int thread_count, int index, uint32_t order_seed, const std::function<void()> &body) {
    Block block;
    block.threads = std::vector<Thread>(static_cast<size_t>(thread_count));
    block.body = &body;
    block.index = index;
    running = &block;
    for (Thread &thread : block.threads) {
        thread.stack.reset(new char[stack_bytes]);
        getcontext(&thread.context);
        thread.context.uc_stack.ss_sp = thread.stack.get();
        thread.context.uc_stack.ss_size = stack_bytes;
        thread.context.uc_link = nullptr;
        makecontext(&thread.context, enter, 0);
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
                        block.current = static_cast<int>(i);
                        swapcontext(&block.scheduler, &block.threads[i].context);
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
    return running->current;
}

int block_index() {
    return running->index;
}

void sync_block() {
    pause(Wait::block);
}

float shuffle_xor(float value, int mask) {
    const size_t self = static_cast<size_t>(running->current);
    running->threads[self].shuffled = value;
    pause(Wait::warp);
    const float other = running->threads[self ^ static_cast<size_t>(mask)].shuffled;
    pause(Wait::warp); // nobody overwrites before all have read
    return other;
}

void multiply_add(float (&c)[4], const Fragment &a, const uint32_t (&b)[2]) {
    const int self = running->current;
    Thread &thread = running->threads[static_cast<size_t>(self)];
    thread.a = a;
    std::copy_n(b, 2, thread.b);
    pause(Wait::warp);
    const Thread *warp = &running->threads[static_cast<size_t>(self / 32 * 32)];
    for (int i = 0; i < 4; i++) {
        const int row = self % 32 / 4 + 8 * (i >> 1);
        const int column = self % 4 * 2 + (i & 1);
        float sum = 0;
        for (int k = 0; k < 16; k++) {
            // The lane, and the place in it, that hold A[row][k] and B[k][column].
            const Thread &left = warp[row % 8 * 4 + k % 8 / 2];
            const Thread &right = warp[column * 4 + k % 8 / 2];
            sum += element(left.a.registers, 2 * (row / 8 + 2 * (k / 8)) + k % 2) *
                   element(right.b, 2 * (k / 8) + k % 2);
        }
        c[i] += sum;
    }
    pause(Wait::warp);
}

} // namespace voice::cuda
