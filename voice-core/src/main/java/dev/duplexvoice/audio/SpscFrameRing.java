package dev.duplexvoice.audio;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The frame ring over a direct buffer; see {@link FrameRingDescriptor} for its layout. The native core reads and writes
 * the same memory, so either side may be Java or C++.
 *
 * <p>Each side publishes its own position with release order and reads the other's with acquire order, and keeps a
 * copy of the other's position so that a run of frames touches the other side's cache line only once.
 */
public final class SpscFrameRing implements FrameRing {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer memory;
    private final int slots;
    private final int mask;
    private final int slotBytes;
    private final int stride;

    private SpscFrameRing(ByteBuffer memory, int slots, int slotBytes) {
        this.memory = memory;
        this.slots = slots;
        this.mask = slots - 1;
        this.slotBytes = slotBytes;
        this.stride = FrameRingDescriptor.SLOT_HEADER_BYTES + slotBytes;
    }

    /**
     * Makes an empty ring in new direct memory.
     *
     * @param slots frames it holds, a power of two from 2 to 65,536
     * @param slotBytes bytes of the longest frame, a multiple of 8 from 8 to 65,536
     */
    public static SpscFrameRing allocate(int slots, int slotBytes) {
        int bytes = FrameRingDescriptor.requiredBytes(slots, slotBytes);
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes + 128).alignedSlice(64);
        memory.limit(bytes);
        return format(memory.slice(), slots, slotBytes);
    }

    /**
     * Makes an empty ring in the given memory, from its index 0 on. No other thread may be using it.
     *
     * @throws IllegalArgumentException if the memory is not direct, not aligned to 8 bytes or too small
     */
    public static SpscFrameRing format(ByteBuffer memory, int slots, int slotBytes) {
        int bytes = FrameRingDescriptor.requiredBytes(slots, slotBytes);
        ByteBuffer view = checked(memory, bytes);
        for (int i = 0; i < FrameRingDescriptor.HEADER_BYTES; i++) {
            view.put(i, (byte) 0);
        }
        view.putInt(FrameRingDescriptor.SLOT_COUNT_OFFSET, slots);
        view.putInt(FrameRingDescriptor.SLOT_BYTES_OFFSET, slotBytes);
        view.putInt(FrameRingDescriptor.VERSION_OFFSET, FrameRingDescriptor.VERSION);
        view.putInt(FrameRingDescriptor.MAGIC_OFFSET, FrameRingDescriptor.MAGIC);
        VarHandle.fullFence();
        return new SpscFrameRing(view, slots, slotBytes);
    }

    /**
     * Uses a ring that someone else has formatted in the given memory, the native core for one.
     *
     * @throws IllegalArgumentException if the memory does not hold a ring of this layout
     */
    public static SpscFrameRing attach(ByteBuffer memory) {
        ByteBuffer view = checked(memory, FrameRingDescriptor.HEADER_BYTES);
        int magic = view.getInt(FrameRingDescriptor.MAGIC_OFFSET);
        int version = view.getInt(FrameRingDescriptor.VERSION_OFFSET);
        if (magic != FrameRingDescriptor.MAGIC || version != FrameRingDescriptor.VERSION) {
            throw new IllegalArgumentException("magic=0x" + Integer.toHexString(magic) + ", version=" + version
                    + ": not a frame ring of version " + FrameRingDescriptor.VERSION);
        }
        int slots = view.getInt(FrameRingDescriptor.SLOT_COUNT_OFFSET);
        int slotBytes = view.getInt(FrameRingDescriptor.SLOT_BYTES_OFFSET);
        checked(memory, FrameRingDescriptor.requiredBytes(slots, slotBytes));
        return new SpscFrameRing(view, slots, slotBytes);
    }

    private static ByteBuffer checked(ByteBuffer memory, int bytes) {
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("memory is on the heap: a frame ring needs a direct buffer");
        }
        if (memory.capacity() < bytes) {
            throw new IllegalArgumentException("memory.capacity=" + memory.capacity() + ": needs " + bytes + " bytes");
        }
        if (memory.alignmentOffset(0, 8) != 0) {
            throw new IllegalArgumentException("memory is not aligned to 8 bytes: use ByteBuffer.alignedSlice(64)");
        }
        ByteBuffer view = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        view.clear();
        return view;
    }

    /** The memory of the ring, to hand to the native core. */
    public ByteBuffer memory() {
        return memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean offer(ByteBuffer frame, int flags, long timestamp) {
        int length = frame.remaining();
        int slot = claim(length);
        if (slot < 0) {
            return false;
        }
        memory.put(slot + FrameRingDescriptor.SLOT_HEADER_BYTES, frame, frame.position(), length);
        publish(slot, length, flags, timestamp);
        return true;
    }

    @Override
    public boolean offer(short[] samples, int offset, int length, int flags, long timestamp) {
        Objects.checkFromIndexSize(offset, length, samples.length);
        int slot = claim(length * Short.BYTES);
        if (slot < 0) {
            return false;
        }
        int at = slot + FrameRingDescriptor.SLOT_HEADER_BYTES;
        for (int i = 0; i < length; i++) {
            memory.putShort(at + i * Short.BYTES, samples[offset + i]);
        }
        publish(slot, length * Short.BYTES, flags, timestamp);
        return true;
    }

    /** The offset of the next free slot, or -1 if there is none. */
    private int claim(int length) {
        if (length > slotBytes) {
            throw new IllegalArgumentException("length=" + length + ": a slot holds " + slotBytes + " bytes");
        }
        long producer = (long) LONG.get(memory, FrameRingDescriptor.PRODUCER_OFFSET);
        if (producer - (long) LONG.get(memory, FrameRingDescriptor.PRODUCER_CACHE_OFFSET) >= slots) {
            long consumer = (long) LONG.getAcquire(memory, FrameRingDescriptor.CONSUMER_OFFSET);
            LONG.set(memory, FrameRingDescriptor.PRODUCER_CACHE_OFFSET, consumer);
            if (producer - consumer >= slots) {
                long refused = (long) LONG.get(memory, FrameRingDescriptor.REFUSED_OFFSET);
                LONG.setOpaque(memory, FrameRingDescriptor.REFUSED_OFFSET, refused + 1);
                return -1;
            }
        }
        return offset(producer);
    }

    private void publish(int slot, int length, int flags, long timestamp) {
        memory.putInt(slot, length);
        memory.putInt(slot + FrameRingDescriptor.SLOT_FLAGS_OFFSET, flags);
        memory.putLong(slot + FrameRingDescriptor.SLOT_TIMESTAMP_OFFSET, timestamp);
        long producer = (long) LONG.get(memory, FrameRingDescriptor.PRODUCER_OFFSET);
        LONG.setRelease(memory, FrameRingDescriptor.PRODUCER_OFFSET, producer + 1);
    }

    @Override
    public int poll(short[] samples, int offset, FrameHeader frame) {
        int slot = peek();
        if (slot < 0) {
            return EMPTY;
        }
        int length = memory.getInt(slot) / Short.BYTES;
        if (offset < 0 || length > samples.length - offset) {
            throw new IllegalArgumentException("samples.length=" + samples.length + ", offset=" + offset
                    + ": the frame has " + length + " samples");
        }
        int at = slot + FrameRingDescriptor.SLOT_HEADER_BYTES;
        for (int i = 0; i < length; i++) {
            samples[offset + i] = memory.getShort(at + i * Short.BYTES);
        }
        take(slot, frame);
        return length;
    }

    @Override
    public int poll(ByteBuffer target, FrameHeader frame) {
        int slot = peek();
        if (slot < 0) {
            return EMPTY;
        }
        int length = memory.getInt(slot);
        if (length > target.remaining()) {
            throw new IllegalArgumentException(
                    "target.remaining=" + target.remaining() + ": the frame has " + length + " bytes");
        }
        target.put(target.position(), memory, slot + FrameRingDescriptor.SLOT_HEADER_BYTES, length);
        target.position(target.position() + length);
        take(slot, frame);
        return length;
    }

    /** The offset of the oldest frame's slot, or -1 if there is none. */
    private int peek() {
        long consumer = (long) LONG.get(memory, FrameRingDescriptor.CONSUMER_OFFSET);
        if (consumer >= (long) LONG.get(memory, FrameRingDescriptor.CONSUMER_CACHE_OFFSET)) {
            long producer = (long) LONG.getAcquire(memory, FrameRingDescriptor.PRODUCER_OFFSET);
            LONG.set(memory, FrameRingDescriptor.CONSUMER_CACHE_OFFSET, producer);
            if (consumer >= producer) {
                return -1;
            }
        }
        return offset(consumer);
    }

    private void take(int slot, FrameHeader frame) {
        frame.flags = memory.getInt(slot + FrameRingDescriptor.SLOT_FLAGS_OFFSET);
        frame.timestamp = memory.getLong(slot + FrameRingDescriptor.SLOT_TIMESTAMP_OFFSET);
        long consumer = (long) LONG.get(memory, FrameRingDescriptor.CONSUMER_OFFSET);
        LONG.setRelease(memory, FrameRingDescriptor.CONSUMER_OFFSET, consumer + 1);
    }

    @Override
    public int drop() {
        long consumer = (long) LONG.get(memory, FrameRingDescriptor.CONSUMER_OFFSET);
        long producer = (long) LONG.getAcquire(memory, FrameRingDescriptor.PRODUCER_OFFSET);
        LONG.setRelease(memory, FrameRingDescriptor.CONSUMER_OFFSET, producer);
        return (int) (producer - consumer);
    }

    private int offset(long position) {
        return FrameRingDescriptor.HEADER_BYTES + (int) (position & mask) * stride;
    }

    @Override
    public int size() {
        // The consumer's position first: read the other way round, a frame taken in between would give a negative size.
        long consumer = consumed();
        return (int) Math.min(produced() - consumer, slots);
    }

    @Override
    public int capacity() {
        return slots;
    }

    @Override
    public int slotBytes() {
        return slotBytes;
    }

    @Override
    public long produced() {
        return (long) LONG.getAcquire(memory, FrameRingDescriptor.PRODUCER_OFFSET);
    }

    @Override
    public long consumed() {
        return (long) LONG.getAcquire(memory, FrameRingDescriptor.CONSUMER_OFFSET);
    }

    @Override
    public long refused() {
        return (long) LONG.getOpaque(memory, FrameRingDescriptor.REFUSED_OFFSET);
    }
}
