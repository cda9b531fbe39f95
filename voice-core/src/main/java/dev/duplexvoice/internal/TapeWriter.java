package dev.duplexvoice.internal;

/**
 * Writes the fields of records into blocks; a record may go on in the next block. Owned by the audio loop; allocates nothing. When
 * there is no block to go on with, what follows is lost.
 */
final class TapeWriter {
    private static final int SEVEN_BITS = 0x7f;
    private static final int MORE = 0x80;

    private final BlockRing ring;
    private byte[] block;
    private int fill;
    private long time;
    private boolean lost;

    TapeWriter(BlockRing ring) {
        this.ring = ring;
        this.block = ring.filling();
    }

    /** Whether something could not be written. */
    boolean isLost() {
        return lost;
    }

    /** Hands over what there is. */
    void flush() {
        if (fill > 0) {
            next();
        }
    }

    /** Hands over what there is; nothing will follow. */
    void finish() {
        if (!lost) {
            ring.publishLast(fill);
        }
        lost = true;
    }

    private void next() {
        if (!lost && ring.publish(fill)) {
            block = ring.filling();
        } else {
            lost = true;
        }
        fill = 0;
    }

    private void put(int value) {
        if (fill == BlockRing.BLOCK_BYTES) {
            next();
        }
        block[fill++] = (byte) value;
    }

    void tag(TapeTag tag) {
        put(tag.code);
    }

    /** Not negative, or all 64 bits of it. */
    TapeWriter number(long value) {
        long rest = value;
        while ((rest & ~SEVEN_BITS) != 0) {
            put((int) rest & SEVEN_BITS | MORE);
            rest >>>= 7;
        }
        put((int) rest);
        return this;
    }

    TapeWriter signed(long value) {
        return number(value << 1 ^ value >> 63);
    }

    TapeWriter flag(boolean value) {
        put(value ? 1 : 0);
        return this;
    }

    /** The time that others are told relative to. */
    TapeWriter moment(long nanos) {
        signed(nanos - time);
        time = nanos;
        return this;
    }

    TapeWriter time(long nanos) {
        return signed(nanos - time);
    }

    TapeWriter real(float value) {
        int bits = Float.floatToRawIntBits(value);
        put(bits >>> 24);
        put(bits >>> 16);
        put(bits >>> 8);
        put(bits);
        return this;
    }

    /** As UTF-16 units: a text may hold half a pair, and must come back as it was. */
    TapeWriter text(String value) {
        number(value.length());
        for (int i = 0; i < value.length(); i++) {
            number(value.charAt(i));
        }
        return this;
    }

    /** The count, and the differences to what the samples before each lead one to expect. */
    void audio(short[] samples, int count) {
        number(count);
        if (count == 0) {
            return;
        }
        int order = bestOrder(samples, count);
        put(order);
        int last = 0;
        int before = 0;
        for (int i = 0; i < count; i++) {
            int sample = samples[i];
            int residual = sample - SampleCoding.expected(order, last, before);
            number((residual << 1 ^ residual >> 31) & 0xffff_ffffL);
            before = last;
            last = sample;
        }
    }

    /** Of silence, noise and tones each is best told with another. */
    private static int bestOrder(short[] samples, int count) {
        long zero = 0;
        long one = 0;
        long two = 0;
        int last = 0;
        int before = 0;
        for (int i = 0; i < count; i++) {
            int sample = samples[i];
            zero += Math.abs(sample);
            one += Math.abs(sample - last);
            two += Math.abs(sample - 2 * last + before);
            before = last;
            last = sample;
        }
        if (two < one && two < zero) {
            return 2;
        }
        return one < zero ? 1 : 0;
    }
}
