package dev.duplexvoice.internal;

import java.util.ArrayDeque;

/**
 * Memory for audio that is made ahead, shared by all sessions of an engine: what one does not use any more serves the next. Any
 * thread.
 */
final class ChunkPool {
    /** Samples of a chunk: 20 ms at 48 kHz, 43 ms at 22.05 kHz. */
    static final int CHUNK_SAMPLES = 960;

    /** 2 MB; more is left to the garbage collector. */
    private static final int MOST_KEPT = 1_024;

    private final ArrayDeque<short[]> free = new ArrayDeque<>();

    short[] take() {
        synchronized (this) {
            short[] chunk = free.pollLast();
            if (chunk != null) {
                return chunk;
            }
        }
        return new short[CHUNK_SAMPLES];
    }

    void give(short[] chunk) {
        synchronized (this) {
            if (free.size() < MOST_KEPT) {
                free.addLast(chunk);
            }
        }
    }
}
