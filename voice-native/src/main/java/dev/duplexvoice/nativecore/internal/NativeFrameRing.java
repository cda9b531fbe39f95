package dev.duplexvoice.nativecore.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * One side of a frame ring as the native core runs it, over the memory of a {@code SpscFrameRing} or one of its own. A
 * frame goes in and out through {@link #payload()}. Belongs to the producing or to the consuming thread.
 */
public final class NativeFrameRing {
    /** What {@link #poll} returns when there is no frame. */
    public static final int EMPTY = -1;

    private final BytePointer ring;
    private final ByteBuffer payload;
    private final BytePointer payloadPointer;
    private final IntBuffer length = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
    private final IntBuffer flags = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
    private final LongBuffer timestamp = DirectMemory.allocate(Long.BYTES).asLongBuffer();
    private final IntPointer lengthPointer = new IntPointer(length);
    private final IntPointer flagsPointer = new IntPointer(flags);
    private final LongPointer timestampPointer = new LongPointer(timestamp);

    private NativeFrameRing(BytePointer ring, int slotBytes) {
        this.ring = ring;
        this.payload = DirectMemory.allocate(slotBytes).order(ByteOrder.LITTLE_ENDIAN);
        this.payloadPointer = new BytePointer(payload);
    }

    /**
     * Uses a ring that is in the given memory.
     *
     * @param memory a direct buffer that starts with the ring's header
     * @throws dev.duplexvoice.VoiceException if it does not hold a ring
     */
    public static NativeFrameRing attach(ByteBuffer memory) {
        NativeLoader.require();
        BytePointer ring = pointer(memory);
        Status.check(VoiceLibrary.voice_ring_validate(ring, memory.capacity()));
        return new NativeFrameRing(
                ring, memory.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(12));
    }

    /**
     * Makes an empty ring in the given memory.
     *
     * @throws dev.duplexvoice.VoiceException if the memory is too small or a size is out of range
     */
    public static NativeFrameRing format(ByteBuffer memory, int slots, int slotBytes) {
        NativeLoader.require();
        BytePointer ring = pointer(memory);
        Status.check(VoiceLibrary.voice_ring_format(ring, memory.capacity(), slots, slotBytes));
        return new NativeFrameRing(ring, slotBytes);
    }

    /** Bytes that the native core wants for a ring; 0 if a size is out of range. */
    public static long requiredBytes(int slots, int slotBytes) {
        NativeLoader.require();
        return VoiceLibrary.voice_ring_required_bytes(slots, slotBytes);
    }

    private static BytePointer pointer(ByteBuffer memory) {
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("memory is on the heap: a frame ring needs a direct buffer");
        }
        return new BytePointer(memory.duplicate().clear());
    }

    /** The frame to offer, and the frame polled; little-endian, as long as a slot. */
    public ByteBuffer payload() {
        return payload;
    }

    /** Copies {@code length} bytes of {@link #payload()} in, or returns false if the ring is full. */
    public boolean offer(int length, int flags, long timestamp) {
        int status = VoiceLibrary.voice_ring_offer(ring, payloadPointer, length, flags, timestamp);
        return Status.check(status) != Status.FULL;
    }

    /** Takes the oldest frame into {@link #payload()} and returns its length, or {@link #EMPTY}. */
    public int poll() {
        int status = VoiceLibrary.voice_ring_poll(
                ring, payloadPointer, payload.capacity(), lengthPointer, flagsPointer, timestampPointer);
        return Status.check(status) == Status.EMPTY ? EMPTY : length.get(0);
    }

    /** The flags of the frame polled last. */
    public int flags() {
        return flags.get(0);
    }

    /** The timestamp of the frame polled last. */
    public long timestamp() {
        return timestamp.get(0);
    }

    /** Frames in the ring. */
    public int size() {
        return VoiceLibrary.voice_ring_size(ring);
    }

    /** Frames refused because the ring was full. */
    public long refused() {
        return VoiceLibrary.voice_ring_refused(ring);
    }
}
