package dev.duplexvoice.benchmarks.socket;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One client: as little of WebSocket as it takes, so that what is measured is the server. Used by one thread. */
final class Line implements AutoCloseable {
    static final int RATE = 24_000;
    private static final int INPUT_SAMPLES = 320;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final long FRAME_NANOS = 20_000_000;
    private static final long STARVED_NANOS = 5 * FRAME_NANOS;
    private static final String START = "{\"type\":\"session_start\",\"output\":{\"sample_rate\":" + RATE + "}}";
    private static final String SAY = "{\"type\":\"text\",\"text\":\"Speak.\",\"is_final\":true}";

    final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(16 << 10);
    private final ByteBuffer out = ByteBuffer.allocate(16 << 10);
    private final byte[] input = new byte[16 + 2 * INPUT_SAMPLES];
    private boolean upgraded;
    private boolean started;
    private int sequence;
    private long lastEnd = -1;
    private long lastAt;
    private long frames;
    private long framesBefore;
    private long dropped;

    Line(int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        input[0] = 1;
        // A little noise.
        for (int i = 16; i < input.length; i += 2) {
            input[i] = (byte) (i * 7 % 32);
        }
        out.put(("GET " + SocketProgram.PATH + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: duplexvoice.v1\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        flush();
    }

    boolean isStarted() {
        return started;
    }

    long frames() {
        return frames;
    }

    /** Whether frames came since it was last asked. */
    boolean isAlive() {
        boolean alive = frames > framesBefore;
        framesBefore = frames;
        return alive;
    }

    /** Frames of the caller that found no room. */
    long dropped() {
        return dropped;
    }

    // ------------------------------------------------------------------------------------------ out

    /** 20 ms of the caller. */
    void speak() throws IOException {
        if (!started) {
            return;
        }
        if (out.remaining() < input.length + 14) {
            dropped++;
            return;
        }
        ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).putInt(4, ++sequence);
        frame(BINARY, input, input.length);
        flush();
    }

    void reportPlayout() throws IOException {
        if (started && lastEnd >= 0) {
            text("{\"type\":\"playout\",\"position\":" + lastEnd + "}");
        }
    }

    private void text(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.US_ASCII);
        if (out.remaining() >= bytes.length + 14) {
            frame(TEXT, bytes, bytes.length);
            flush();
        }
    }

    /** Masked with a key of zeros. */
    private void frame(int opcode, byte[] payload, int length) {
        out.put((byte) (0x80 | opcode));
        if (length < 126) {
            out.put((byte) (0x80 | length));
        } else {
            out.put((byte) (0x80 | 126)).putShort((short) length);
        }
        out.putInt(0).put(payload, 0, length);
    }

    private void flush() throws IOException {
        out.flip();
        channel.write(out);
        out.compact();
    }

    // ------------------------------------------------------------------------------------------ in

    void read(Arrivals arrivals) throws IOException {
        while (true) {
            int count = channel.read(in);
            if (count < 0) {
                throw new EOFException("the server has closed a connection");
            }
            if (count == 0) {
                break;
            }
            long now = System.nanoTime();
            in.flip();
            parse(now, arrivals);
            in.compact();
        }
        flush();
    }

    private void parse(long now, Arrivals arrivals) throws IOException {
        if (!upgraded && !upgrade()) {
            return;
        }
        while (in.remaining() >= 2) {
            in.mark();
            int opcode = in.get() & 0x0f;
            int length = in.get() & 0x7f;
            if (length == 126 && in.remaining() >= 2) {
                length = in.getShort() & 0xffff;
            } else if (length >= 126) {
                in.reset();
                return;
            }
            if (in.remaining() < length) {
                in.reset();
                return;
            }
            int end = in.position() + length;
            take(opcode, length, now, arrivals);
            in.position(end);
        }
    }

    private boolean upgrade() throws IOException {
        for (int at = 3; at < in.limit(); at++) {
            if (in.get(at) == '\n' && in.get(at - 2) == '\n') {
                in.position(at + 1);
                upgraded = true;
                text(START);
                return true;
            }
        }
        return false;
    }

    private void take(int opcode, int length, long now, Arrivals arrivals) throws IOException {
        if (opcode == BINARY) {
            long position = in.order(ByteOrder.LITTLE_ENDIAN).getLong(in.position() + 8);
            in.order(ByteOrder.BIG_ENDIAN);
            if (position == lastEnd) {
                arrivals.add(now - lastAt, FRAME_NANOS, STARVED_NANOS);
            }
            lastEnd = position + (length - 16) / 2;
            lastAt = now;
            frames++;
        } else if (opcode == TEXT) {
            String text = new String(in.array(), in.position(), Math.min(length, 30), StandardCharsets.US_ASCII);
            if (text.startsWith("{\"type\":\"session_start\"")) {
                started = true;
                text(SAY);
            } else if (text.startsWith("{\"type\":\"heard\"")) {
                text(SAY);
            }
        } else if (opcode == PING) {
            frame(PONG, new byte[0], 0);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
