package dev.duplexvoice.server.internal.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a WAV file whose length is not known when it begins: its lengths are 0xFFFFFFFF, which players take as "to the end". */
final class WavStream {
    private static final int HEADER_BYTES = 44;
    private static final int UNKNOWN = 0xFFFF_FFFF;

    private final OutputStream out;
    private final byte[] bytes;
    private final ByteBuffer buffer;

    /** @param most samples of one write */
    WavStream(OutputStream out, int most) {
        this.out = out;
        bytes = new byte[2 * most];
        buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The header, at once. */
    void begin(int sampleRate) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(UNKNOWN);
        header.put("WAVEfmt ".getBytes(StandardCharsets.ISO_8859_1)).putInt(16);
        header.putShort((short) 1).putShort((short) 1).putInt(sampleRate);
        header.putInt(2 * sampleRate).putShort((short) 2).putShort((short) 16);
        header.put("data".getBytes(StandardCharsets.ISO_8859_1)).putInt(UNKNOWN);
        out.write(header.array());
        out.flush();
    }

    /** Audio, at once; waits for a client that does not read. */
    void write(short[] samples, int length) throws IOException {
        buffer.asShortBuffer().put(samples, 0, length);
        out.write(bytes, 0, 2 * length);
        out.flush();
    }
}
