package dev.duplexvoice.internal;

/**
 * Blocks of bytes on their way from an audio loop to who writes them to a file: one producer, one consumer, neither waits, nothing
 * is allocated.
 */
final class BlockRing {
    static final int BLOCK_BYTES = 32 * 1024;
    /** With a block every half second, the usual pace, the file may stall for 7 s. */
    private static final int BLOCKS = 16;

    private final byte[][] blocks = new byte[BLOCKS][BLOCK_BYTES];
    private final int[] lengths = new int[BLOCKS];
    private volatile long produced;
    private volatile long consumed;

    /** The block to fill. Producer only. */
    byte[] filling() {
        return blocks[(int) (produced % BLOCKS)];
    }

    /** Hands the block over; false, and nothing is, if there is no other to go on with. Producer only. */
    boolean publish(int length) {
        if (produced + 1 - consumed >= BLOCKS) {
            return false;
        }
        publishLast(length);
        return true;
    }

    /** Hands the block over; no other will be filled. Producer only. */
    void publishLast(int length) {
        lengths[(int) (produced % BLOCKS)] = length;
        produced = produced + 1;
    }

    boolean isEmpty() {
        return consumed == produced;
    }

    /** The oldest block; not if empty. Consumer only. */
    byte[] oldest() {
        return blocks[(int) (consumed % BLOCKS)];
    }

    /** Bytes of the oldest block. Consumer only. */
    int oldestLength() {
        return lengths[(int) (consumed % BLOCKS)];
    }

    /** Gives the oldest block back to be filled again. Consumer only. */
    void release() {
        consumed = consumed + 1;
    }
}
