package dev.duplexvoice.nativecore.internal;

import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that its last user left to the next one. Shared by threads.
 *
 * @param <M> what holds the memory
 */
final class MemoryPool<M> {
    private static final int KEPT = 64;

    private final ArrayDeque<M> free = new ArrayDeque<>();
    private final Supplier<M> allocate;

    MemoryPool(Supplier<M> allocate) {
        this.allocate = allocate;
    }

    M take() {
        @Nullable M memory;
        synchronized (free) {
            memory = free.pollLast();
        }
        return memory != null ? memory : allocate.get();
    }

    void give(M memory) {
        synchronized (free) {
            if (free.size() < KEPT) {
                free.addLast(memory);
            }
        }
    }
}
