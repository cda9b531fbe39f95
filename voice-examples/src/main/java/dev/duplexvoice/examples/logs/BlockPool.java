package dev.duplexvoice.examples.logs;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/** The buffers that lines are read into: few of one size, and one at a time that is larger. So memory does not grow with the input. */
final class BlockPool {
    static final int SIZE = 512 << 10;

    private final BlockingQueue<byte[]> free;
    private final Semaphore large = new Semaphore(1);

    BlockPool(int blocks) {
        free = new ArrayBlockingQueue<>(blocks);
        for (int i = 0; i < blocks; i++) {
            free.add(new byte[SIZE]);
        }
    }

    /** A buffer with room for so many bytes and more; waits until there is one. */
    byte[] take(int least) throws InterruptedException {
        byte[] bytes = free.take();
        return least < bytes.length ? bytes : grow(bytes, least + SIZE);
    }

    /** The same content in a larger buffer. */
    byte[] grow(byte[] bytes, int length) throws InterruptedException {
        if (bytes.length == SIZE) {
            large.acquire();
        }
        byte[] larger = Arrays.copyOf(bytes, length);
        if (bytes.length == SIZE) {
            free.add(bytes);
        }
        return larger;
    }

    void release(byte[] bytes) {
        if (bytes.length == SIZE) {
            free.add(bytes);
        } else {
            large.release();
        }
    }
}
