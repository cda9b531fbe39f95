package dev.duplexvoice.http;

/** Samples that have come and were not read yet: a ring that grows to what is needed. Guarded by its stream. */
final class SampleBuffer {
    private static final int FIRST_CAPACITY = 1 << 13;

    private short[] ring = new short[0];
    private int head;
    private int size;

    int size() {
        return size;
    }

    void add(short[] samples, int length) {
        if (size + length > ring.length) {
            grow(size + length);
        }
        int at = (head + size) & (ring.length - 1);
        int first = Math.min(length, ring.length - at);
        System.arraycopy(samples, 0, ring, at, first);
        System.arraycopy(samples, first, ring, 0, length - first);
        size += length;
    }

    int take(short[] to, int offset, int length) {
        int taken = Math.min(length, size);
        if (taken == 0) {
            return 0;
        }
        int first = Math.min(taken, ring.length - head);
        System.arraycopy(ring, head, to, offset, first);
        System.arraycopy(ring, 0, to, offset + first, taken - first);
        head = (head + taken) & (ring.length - 1);
        size -= taken;
        return taken;
    }

    /** Forgets all and gives its memory back. */
    void clear() {
        ring = new short[0];
        head = 0;
        size = 0;
    }

    private void grow(int needed) {
        int capacity = Math.max(FIRST_CAPACITY, Integer.highestOneBit(needed - 1) << 1);
        short[] larger = new short[capacity];
        int kept = take(larger, 0, size);
        ring = larger;
        head = 0;
        size = kept;
    }
}
