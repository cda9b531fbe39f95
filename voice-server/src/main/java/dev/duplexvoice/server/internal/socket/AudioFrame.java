package dev.duplexvoice.server.internal.socket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.websocket.api.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A frame of audio on its way out: header and samples as they travel, little-endian. It is used again once it was sent and is not kept
 * for a client that may come back.
 *
 * <pre>
 *   0        1        2        4          8          16
 *   +--------+--------+--------+----------+----------+---------
 *   | type=1 | flags=0|   0    | sequence | position | samples
 *   +--------+--------+--------+----------+----------+---------
 * </pre>
 */
final class AudioFrame implements Callback {
    static final int HEADER = 16;
    static final byte AUDIO = 1;

    private final byte[] bytes;
    /** What Jetty reads from. */
    private final ByteBuffer sending;
    /** Whom the end of the sending is told to; null if it is not being sent. */
    private final AtomicReference<@Nullable Link> by = new AtomicReference<>();

    private int samples;
    private long sequence;
    private long position;

    AudioFrame(int mostSamples) {
        bytes = new byte[HEADER + 2 * mostSamples];
        sending = ByteBuffer.wrap(bytes);
    }

    void begin(long place) {
        samples = 0;
        position = place;
    }

    /** Takes what there is room for. Returns how many. */
    int append(short[] from, int offset, int length) {
        int taken = Math.min(length, (bytes.length - HEADER) / 2 - samples);
        int at = HEADER + 2 * samples;
        for (int i = 0; i < taken; i++) {
            short sample = from[offset + i];
            bytes[at++] = (byte) sample;
            bytes[at++] = (byte) (sample >> 8);
        }
        samples += taken;
        return taken;
    }

    boolean isFull() {
        return HEADER + 2 * samples == bytes.length;
    }

    int samples() {
        return samples;
    }

    long position() {
        return position;
    }

    long end() {
        return position + samples;
    }

    long sequence() {
        return sequence;
    }

    void number(long next) {
        sequence = next;
        bytes[0] = AUDIO;
        ByteBuffer header = sending.clear().order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(4, (int) next).putLong(8, position);
    }

    /** The whole message, for {@link #take} and Jetty. */
    ByteBuffer message() {
        return sending.clear().limit(HEADER + 2 * samples);
    }

    /** The same apart from what is being sent already. */
    ByteBuffer copy() {
        return ByteBuffer.wrap(Arrays.copyOf(bytes, HEADER + 2 * samples));
    }

    String base64() {
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, HEADER, HEADER + 2 * samples));
    }

    int length() {
        return HEADER + 2 * samples;
    }

    /** It is being sent; nothing else may be done with it until that is over. */
    void take(Link link) {
        by.set(link);
    }

    boolean isBeingSent() {
        return by.get() != null;
    }

    @Override
    public void succeed() {
        done();
    }

    @Override
    public void fail(Throwable cause) {
        done();
    }

    private void done() {
        Link link = by.getAndSet(null);
        if (link != null) {
            link.audioSent(length());
        }
    }
}
