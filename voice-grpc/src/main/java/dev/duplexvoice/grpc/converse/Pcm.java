package dev.duplexvoice.grpc.converse;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Samples as they travel: signed 16-bit little-endian. */
final class Pcm {
    private Pcm() {}

    static ByteString bytes(short[] samples, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asShortBuffer().put(samples, 0, length);
        return UnsafeByteOperations.unsafeWrap(buffer);
    }

    /** @throws IllegalArgumentException if there is half a sample */
    static short[] samples(ByteString bytes) {
        if (bytes.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    "audio.length=" + bytes.size() + " bytes: must be even; a sample has two bytes");
        }
        short[] samples = new short[bytes.size() / 2];
        bytes.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(samples);
        return samples;
    }
}
