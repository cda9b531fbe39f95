package dev.duplexvoice.audio;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A frame ring of samples on the Java heap, for frames that never leave Java: it goes when nobody refers to it, while direct memory
 * waits for a collection that may be far away.
 */
final class HeapFrameRing implements FrameRing {
    private static final VarHandle PRODUCED = handle("produced");
    private static final VarHandle CONSUMED = handle("consumed");

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(HeapFrameRing.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int slots;
    private final int slotSamples;
    private final short[] samples;
    private final int[] lengths;
    private final int[] flags;
    private final long[] timestamps;

    // Each is written by one side with release and read by the other with acquire.
    private long produced;
    private long consumed;
    private volatile long refused;

    /**
     * @param slots frames that it holds, a power of two
     * @param slotSamples samples that a frame has at most
     */
    HeapFrameRing(int slots, int slotSamples) {
        if (slots < 2 || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots=" + slots + ": must be a power of two, at least 2");
        }
        if (slotSamples < 1 || (long) slots * slotSamples > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "slotSamples=" + slotSamples + ": must be 1 to " + Integer.MAX_VALUE / 2 / slots);
        }
        this.slots = slots;
        this.slotSamples = slotSamples;
        this.samples = new short[slots * slotSamples];
        this.lengths = new int[slots];
        this.flags = new int[slots];
        this.timestamps = new long[slots];
    }

    @Override
    public boolean offer(ByteBuffer frame, int flagsOfFrame, long timestamp) {
        int bytes = frame.remaining();
        if (bytes % Short.BYTES != 0) {
            throw new IllegalArgumentException("length=" + bytes + ": must be whole samples of 2 bytes");
        }
        int slot = claim(bytes / Short.BYTES);
        if (slot < 0) {
            return false;
        }
        ByteBuffer source = frame.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        source.asShortBuffer().get(samples, slot * slotSamples, bytes / Short.BYTES);
        publish(slot, bytes / Short.BYTES, flagsOfFrame, timestamp);
        return true;
    }

    @Override
    public boolean offer(short[] source, int offset, int length, int flagsOfFrame, long timestamp) {
        Objects.checkFromIndexSize(offset, length, source.length);
        int slot = claim(length);
        if (slot < 0) {
            return false;
        }
        System.arraycopy(source, offset, samples, slot * slotSamples, length);
        publish(slot, length, flagsOfFrame, timestamp);
        return true;
    }

    /** The next free slot, or -1 if there is none. */
    private int claim(int length) {
        if (length > slotSamples) {
            throw new IllegalArgumentException(
                    "length=" + length * Short.BYTES + ": a slot holds " + slotBytes() + " bytes");
        }
        if (produced - consumed() >= slots) {
            refused++;
            return -1;
        }
        return (int) (produced & (slots - 1));
    }

    private void publish(int slot, int length, int flagsOfFrame, long timestamp) {
        lengths[slot] = length;
        flags[slot] = flagsOfFrame;
        timestamps[slot] = timestamp;
        PRODUCED.setRelease(this, produced + 1);
    }

    @Override
    public int poll(short[] target, int offset, FrameHeader frame) {
        int slot = peek();
        if (slot < 0) {
            return EMPTY;
        }
        int length = lengths[slot];
        if (offset < 0 || length > target.length - offset) {
            throw new IllegalArgumentException("samples.length=" + target.length + ", offset=" + offset
                    + ": the frame has " + length + " samples");
        }
        System.arraycopy(samples, slot * slotSamples, target, offset, length);
        take(slot, frame);
        return length;
    }

    @Override
    public int poll(ByteBuffer target, FrameHeader frame) {
        int slot = peek();
        if (slot < 0) {
            return EMPTY;
        }
        int bytes = lengths[slot] * Short.BYTES;
        if (bytes > target.remaining()) {
            throw new IllegalArgumentException(
                    "target.remaining=" + target.remaining() + ": the frame has " + bytes + " bytes");
        }
        ByteBuffer sink = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        sink.asShortBuffer().put(samples, slot * slotSamples, lengths[slot]);
        target.position(target.position() + bytes);
        take(slot, frame);
        return bytes;
    }

    /** The oldest frame's slot, or -1 if there is none. */
    private int peek() {
        return consumed >= produced() ? -1 : (int) (consumed & (slots - 1));
    }

    private void take(int slot, FrameHeader frame) {
        frame.flags = flags[slot];
        frame.timestamp = timestamps[slot];
        CONSUMED.setRelease(this, consumed + 1);
    }

    @Override
    public int drop() {
        long end = produced();
        int dropped = (int) (end - consumed);
        CONSUMED.setRelease(this, end);
        return dropped;
    }

    @Override
    public int size() {
        // The consumer's position first: read the other way round, a frame taken in between would give a negative size.
        long taken = consumed();
        return (int) Math.min(produced() - taken, slots);
    }

    @Override
    public int capacity() {
        return slots;
    }

    @Override
    public int slotBytes() {
        return slotSamples * Short.BYTES;
    }

    @Override
    public long produced() {
        return (long) PRODUCED.getAcquire(this);
    }

    @Override
    public long consumed() {
        return (long) CONSUMED.getAcquire(this);
    }

    @Override
    public long refused() {
        return refused;
    }
}
