package dev.duplexvoice.audio;

import java.nio.ByteBuffer;

/**
 * A bounded queue of audio frames from exactly one producing thread to exactly one consuming thread. Neither side ever
 * blocks, locks or allocates. "Full" and "empty" are return values; a frame that could never fit is an exception.
 *
 * <p>A frame is up to {@link #slotBytes()} bytes with an {@code int} of flags and a {@code long} timestamp, whose
 * meaning is the user's.
 */
public interface FrameRing {

    /**
     * A ring on the Java heap, for whole samples that stay in Java; {@link SpscFrameRing} is the one that native code can share.
     *
     * @param slots frames that it holds, a power of two, at least 2
     * @param slotSamples samples that a frame has at most
     */
    static FrameRing onHeap(int slots, int slotSamples) {
        return new HeapFrameRing(slots, slotSamples);
    }

    /** What {@link #poll} returns when there is no frame. */
    int EMPTY = -1;

    /**
     * Copies the remaining bytes of {@code frame} in; its position is unchanged. Producer only.
     *
     * @return false if the ring is full; the refusal is counted and nothing is written
     * @throws IllegalArgumentException if the frame is longer than {@link #slotBytes()}
     */
    boolean offer(ByteBuffer frame, int flags, long timestamp);

    /**
     * Copies samples in as little-endian 16-bit. Producer only.
     *
     * @return false if the ring is full; the refusal is counted and nothing is written
     * @throws IllegalArgumentException if the frame is longer than {@link #slotBytes()}
     */
    boolean offer(short[] samples, int offset, int length, int flags, long timestamp);

    /**
     * Takes the oldest frame as samples. Consumer only.
     *
     * @param frame set to the flags and timestamp of the frame; may be reused from call to call
     * @return samples written from {@code offset} on, or {@link #EMPTY}
     * @throws IllegalArgumentException if the frame does not fit; it stays in the ring
     */
    int poll(short[] samples, int offset, FrameHeader frame);

    /**
     * Takes the oldest frame as bytes, put at the position of {@code target}. Consumer only.
     *
     * @return bytes written, or {@link #EMPTY}
     * @throws IllegalArgumentException if the frame does not fit; it stays in the ring
     */
    int poll(ByteBuffer target, FrameHeader frame);

    /** Discards all frames that are in the ring now. Consumer only. */
    int drop();

    /** Frames in the ring: exact for the two sides, a moment old for others. */
    int size();

    /** Frames that the ring holds at most. */
    int capacity();

    /** Bytes that a frame has at most. */
    int slotBytes();

    /** Frames ever written. */
    long produced();

    /** Frames ever taken. */
    long consumed();

    /** Frames refused because the ring was full. */
    long refused();

    /** The flags and timestamp of a polled frame, reused by the consumer. */
    final class FrameHeader {
        int flags;
        long timestamp;

        /** A header with flags 0 and timestamp 0. */
        public FrameHeader() {}

        /** The flags given to {@code offer}. */
        public int flags() {
            return flags;
        }

        /** The timestamp given to {@code offer}. */
        public long timestamp() {
            return timestamp;
        }
    }
}
