package dev.duplexvoice.onnx.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The life of something that several hold: it is freed by whoever is the last to let go. Its owner's {@link #close} lets nobody new in.
 */
final class SharedLife {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final String name;
    private final Runnable free;
    /** How many hold it; with the sign bit set it is closed. */
    private final AtomicInteger holders = new AtomicInteger();

    SharedLife(String name, Runnable free) {
        this.name = name;
        this.free = free;
    }

    /** @throws IllegalStateException if it is closed */
    void enter() {
        if (holders.updateAndGet(count -> count < 0 ? count : count + 1) < 0) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    /** Lets go; once for each {@link #enter}. */
    void exit() {
        if (holders.decrementAndGet() == CLOSED) {
            free.run();
        }
    }

    /** Closes; frees as soon as nobody is in it. Idempotent. */
    void close() {
        if (holders.getAndUpdate(count -> count < 0 ? count : count + CLOSED) == 0) {
            free.run();
        }
    }
}
