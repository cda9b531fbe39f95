package dev.duplexvoice.nativecore.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;

/**
 * Memory that both Java and C++ use.
 *
 * <p>It comes from direct buffers and is only wrapped in JavaCPP pointers, never allocated by them: an allocating pointer
 * asks for the process's physical memory, and above {@code org.bytedeco.javacpp.maxPhysicalBytes} (four times the heap
 * unless set) calls {@code System.gc()}, sleeps, and in the end throws OutOfMemoryError. Wrapping a buffer does none of
 * that and keeps the buffer alive. So neither that property nor {@code noPointerGC} has to be set for this library, and
 * other users of JavaCPP in the process keep their own settings.
 */
final class DirectMemory {
    private static final int ALIGNMENT = 64;

    private DirectMemory() {}

    /** Zeroed memory, aligned to a cache line, in the processor's byte order. */
    static ByteBuffer allocate(int bytes) {
        // Twice the alignment, because an aligned slice is cut at its end too.
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes + 2 * ALIGNMENT).alignedSlice(ALIGNMENT);
        memory.limit(bytes);
        return memory.slice().order(ByteOrder.nativeOrder());
    }

    /** A zero-terminated UTF-8 string. */
    static BytePointer string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new BytePointer(allocate(utf8.length + 1).put(0, utf8));
    }
}
