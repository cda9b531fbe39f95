package dev.duplexvoice.audio;

/**
 * Memory layout of a frame ring, shared byte for byte with the native core ({@code voice.h}). All fields are
 * little-endian.
 *
 * <pre>
 *   offset  size  field
 *        0     4  magic 0x474e5256 ("VRNG")
 *        4     4  layout version, 1
 *        8     4  slot count, a power of two
 *       12     4  slot bytes, payload capacity of a slot, a multiple of 8
 *       16   112  reserved, zero
 *  +----------------------------------------------------------------+
 *      128     8  producer position: frames ever written (release)
 *      136     8  producer's cached copy of the consumer position
 *      144     8  frames refused because the ring was full
 *  +----------------------------------------------------------------+
 *      256     8  consumer position: frames ever taken (release)
 *      264     8  consumer's cached copy of the producer position
 *  +----------------------------------------------------------------+
 *      512     -  slots; frame n is in slot n mod slot count
 *
 *   slot:   0     4  payload length in bytes
 *           4     4  flags
 *           8     8  timestamp
 *          16     -  payload, slot bytes long
 * </pre>
 *
 * The fields of the two sides are 128 bytes apart, two cache lines, because processors fetch lines in pairs.
 */
public final class FrameRingDescriptor {
    /** "VRNG". */
    public static final int MAGIC = 0x474e5256;
    /** The version of this layout. */
    public static final int VERSION = 1;
    /** Bytes before the first slot. */
    public static final int HEADER_BYTES = 512;
    /** Bytes of a slot before its payload. */
    public static final int SLOT_HEADER_BYTES = 16;
    /** Fewest slots. */
    public static final int MIN_SLOTS = 2;
    /** Most slots. */
    public static final int MAX_SLOTS = 65_536;
    /** Largest payload capacity of a slot, in bytes. */
    public static final int MAX_SLOT_BYTES = 65_536;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 4;
    static final int SLOT_COUNT_OFFSET = 8;
    static final int SLOT_BYTES_OFFSET = 12;
    static final int PRODUCER_OFFSET = 128;
    static final int PRODUCER_CACHE_OFFSET = 136;
    static final int REFUSED_OFFSET = 144;
    static final int CONSUMER_OFFSET = 256;
    static final int CONSUMER_CACHE_OFFSET = 264;
    static final int SLOT_FLAGS_OFFSET = 4;
    static final int SLOT_TIMESTAMP_OFFSET = 8;

    private FrameRingDescriptor() {}

    /**
     * Bytes that a ring needs.
     *
     * @throws IllegalArgumentException if {@code slots} is not a power of two from 2 to 65,536, {@code slotBytes} is not a
     *     multiple of 8 from 8 to 65,536, or the ring would not fit into one buffer
     */
    public static int requiredBytes(int slots, int slotBytes) {
        if (slots < MIN_SLOTS || slots > MAX_SLOTS || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(
                    "slots=" + slots + ": must be a power of two from " + MIN_SLOTS + " to " + MAX_SLOTS);
        }
        if (slotBytes < 8 || slotBytes > MAX_SLOT_BYTES || slotBytes % 8 != 0) {
            throw new IllegalArgumentException(
                    "slotBytes=" + slotBytes + ": must be a multiple of 8 from 8 to " + MAX_SLOT_BYTES);
        }
        long bytes = HEADER_BYTES + (long) slots * (SLOT_HEADER_BYTES + slotBytes);
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("slots=" + slots + ", slotBytes=" + slotBytes + ": the ring would need "
                    + bytes + " bytes, at most " + Integer.MAX_VALUE + " fit into one buffer");
        }
        return (int) bytes;
    }
}
